"""Canaries: values that stand nowhere else in the world, looked for in everything that the program wrote.

    canary = make_canary("email", "{mark}@example.org")
    ... give canary.value to the site, drive it, then
    findings = find_canaries(folder, [canary], allowed={"mailbox"})

A value is known in the forms in which programs write things down: composed and decomposed, in each case, as UTF-16,
hex, base64 at each alignment, escaped for URL, HTML, JSON and mail, as digits alone, as a slice out of its middle,
compressed, and as a digest without a key. It shares no code with the search before an erasure, so that neither hides
the other's gap.
"""

import base64
import bz2
import gzip
import hashlib
import html
import json
import lzma
import quopri
import re
import secrets
import subprocess
import sys
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.parse import quote, quote_plus

from ahocorasick_rs import BytesAhoCorasick

SHORTEST = 6
_DEEPEST = 3
_LARGEST_INFLATED = 64 * 1024 * 1024
_COPY = "import shutil, sys; shutil.copyfileobj(open(sys.argv[1], 'rb'), sys.stdout.buffer)"
_DATABASE_FILE = re.compile(r"\.(db|sqlite3?|duckdb)(-wal|-shm|-journal|\.wal)?$")


@dataclass(frozen=True)
class Canary:
    """A value to look for.

    Arguments:
        name: where it was put, such as ``profile.email``.
        value: the value itself.
    """

    name: str
    value: str


@dataclass(frozen=True)
class CanaryFinding:
    """A place where a canary was found.

    Arguments:
        path: the file, within the folder; parts of archives follow after ``!``.
        canary: the canary's name.
        form: the form in which it stood there.
    """

    path: str
    canary: str
    form: str


def make_canary(name: str, pattern: str = "{mark}") -> Canary:
    """Return a canary with a mark of its own in the pattern: ``{mark}`` is letters, ``{digits}`` nine digits."""
    mark = "".join(secrets.choice("bcdfghjklmnpqrstvwxz") for _letter in range(12))
    digits = "".join(secrets.choice("23456789") for _digit in range(9))
    return Canary(name, pattern.format(mark=mark, digits=digits))


def find_canaries(folder: Path, canaries: Iterable[Canary], *, allowed: Iterable[str] = ()) -> list[CanaryFinding]:
    """Look for the canaries in every file below ``folder``, also inside what is compressed.

    Arguments:
        folder: what is searched.
        canaries: what is looked for.
        allowed: paths within the folder where they may stand, such as the mailbox of the demo.
    """
    search = _Search(canaries)
    left_out = [folder / name for name in allowed]
    findings: set[CanaryFinding] = set()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and not any(path.is_relative_to(place) for place in left_out):
            findings.update(search.find(read_outside(path), str(path.relative_to(folder))))
    return sorted(findings, key=lambda finding: (finding.path, finding.canary, finding.form))


def find_canaries_in(content: bytes, canaries: Iterable[Canary], *, place: str) -> list[CanaryFinding]:
    """Look for the canaries in these bytes, such as a process's output or a mail."""
    found = set(_Search(canaries).find(content, place))
    return sorted(found, key=lambda finding: (finding.canary, finding.form))


def read_outside(path: Path | str) -> bytes:
    """Return a file's bytes; a database's through another process, and nothing where there is no such file.

    Closing a file ends all POSIX locks that a process has on it, those of its open SQLite database too.
    """
    path = Path(path)
    if not path.exists():
        return b""
    if not _DATABASE_FILE.search(path.name):
        return path.read_bytes()
    command = [sys.executable, "-S", "-c", _COPY, str(path)]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout


# -- The forms of a value ---------------------------------------------------------------------------------------------


def forms_of(value: str) -> dict[bytes, str]:
    """Return every form of the value, its bytes in lower case (ASCII) → the form's name."""
    forms: dict[bytes, str] = {}
    for name, data in [*_written(value), *_encoded(value), *_parts(value), *_digested(value)]:
        if len(data) >= SHORTEST:
            forms.setdefault(data.lower(), name)
    return forms


def _spellings(value: str) -> Iterator[tuple[str, str]]:
    for form in ("NFC", "NFD", "NFKC"):
        text = unicodedata.normalize(form, value)
        for case in (str, str.lower, str.upper, str.casefold, str.title, str.swapcase):
            yield f"{form} {case.__name__}", case(text)


def _written(value: str) -> Iterator[tuple[str, bytes]]:
    escapes: dict[str, Callable[[str], str]] = {
        "URL": lambda text: quote(text, safe=""),
        "URL path": quote,
        "URL form": quote_plus,
        "HTML": html.escape,
        "HTML numbers": lambda text: "".join(c if c.isascii() else f"&#{ord(c)};" for c in text),
        "JSON": lambda text: json.dumps(text)[1:-1],
        "Python": lambda text: repr(text)[1:-1],
        "Unicode escapes": lambda text: text.encode("unicode_escape").decode(),
    }
    for name, text in _spellings(value):
        yield name, text.encode()
        yield f"{name} UTF-16", text.encode("utf-16-le")
        yield f"{name} UTF-16, other end", text.encode("utf-16-be")
        for escape, function in escapes.items():
            yield f"{name} {escape}", function(text).encode()
        yield f"{name} quoted-printable", quopri.encodestring(text.encode()).rstrip(b"=\n")
        yield f"{name} mail header", quopri.encodestring(text.encode(), header=True).rstrip(b"=\n")


def _encoded(value: str) -> Iterator[tuple[str, bytes]]:
    for name, text in _spellings(value):
        plain = text.encode()
        yield f"{name} hex", plain.hex().encode()
        for lead in range(3):
            whole = base64.b64encode(b"\0" * lead + plain)
            core = whole[-(-lead * 8 // 6) : (lead + len(plain)) * 8 // 6]
            yield f"{name} base64 at {lead}", core
            yield f"{name} base64 for URLs at {lead}", core.replace(b"+", b"-").replace(b"/", b"_")


def _parts(value: str) -> Iterator[tuple[str, bytes]]:
    digits = re.sub(r"\D", "", value)
    if len(digits) > 7:
        yield "digits", digits.encode()
        yield "last digits", digits[-7:].encode()
    if len(value) >= 16:
        quarter = len(value) // 4
        for name, text in _spellings(value[quarter:-quarter]):
            yield f"middle, {name}", text.encode()


def _digested(value: str) -> Iterator[tuple[str, bytes]]:
    for name, text in _spellings(value):
        for algorithm in ("md5", "sha1", "sha256", "sha512", "blake2b", "sha3_256"):
            digest = hashlib.new(algorithm, text.encode(), usedforsecurity=False).digest()
            yield f"{name} {algorithm}", digest
            yield f"{name} {algorithm} in hex", digest.hex().encode()
            yield f"{name} {algorithm} in base64", base64.b64encode(digest).rstrip(b"=")


# -- The search -------------------------------------------------------------------------------------------------------


class _Search:
    def __init__(self, canaries: Iterable[Canary]) -> None:
        self._meaning: dict[bytes, list[tuple[str, str]]] = {}
        for canary in canaries:
            for data, form in forms_of(canary.value).items():
                self._meaning.setdefault(data, []).append((canary.name, form))
        self._needles = list(self._meaning)
        self._automaton = BytesAhoCorasick(self._needles)

    def find(self, content: bytes, place: str, *, depth: int = 0) -> Iterator[CanaryFinding]:
        for number, _start, _end in self._automaton.find_matches_as_indexes(content.lower(), overlapping=True):
            for canary, form in self._meaning[self._needles[number]]:
                yield CanaryFinding(place, canary, form)
        if depth < _DEEPEST:
            for kind, inflated in _inflate(content):
                yield from self.find(inflated, f"{place}!{kind}", depth=depth + 1)


def _inflate(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield what is compressed in these bytes, wherever in them it begins."""
    yield from _inflate_zip(content)
    view = memoryview(content)
    for match in re.finditer(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]|BZh[1-9]1AY&SY|\xfd7zXZ\x00", content):
        opener: Callable[[memoryview], bytes] = {
            b"\x1f": lambda data: zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data, _LARGEST_INFLATED),
            b"\x78": lambda data: zlib.decompressobj().decompress(data, _LARGEST_INFLATED),
            b"B": lambda data: bz2.BZ2Decompressor().decompress(data, _LARGEST_INFLATED),
            b"\xfd": lambda data: lzma.LZMADecompressor().decompress(data, _LARGEST_INFLATED),
        }[match.group()[:1]]
        try:
            inflated = opener(view[match.start() : match.start() + _LARGEST_INFLATED])
        except (zlib.error, OSError, lzma.LZMAError, EOFError, ValueError):
            continue
        if len(inflated) >= SHORTEST:
            yield f"at {match.start()}", inflated


def _inflate_zip(content: bytes) -> Iterator[tuple[str, bytes]]:
    if b"PK\x03\x04" not in content:
        return
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for member in archive.infolist():
                if member.file_size <= _LARGEST_INFLATED:
                    yield member.filename, archive.read(member)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error):
        # Bytes that merely begin like an archive hold nothing packed; they are searched as they are.
        return


def plant_everywhere(canary: Canary, folder: Path) -> list[str]:
    """Write the canary into ``folder`` once in each of many forms, each in a file of its own; return the files' names.

    The search's own test: it must find every one.
    """
    value = canary.value
    plain = value.encode()
    around = b"something before " + plain + b" and after"
    long = around * 20
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writer:
        writer.writestr("inner.txt", long)
    plants = {
        "plain": around,
        "upper": value.upper().encode(),
        "decomposed": unicodedata.normalize("NFD", value).encode(),
        "utf16": value.encode("utf-16"),
        "hex": plain.hex().encode(),
        "hex-upper": plain.hex().upper().encode(),
        **{f"base64-{lead}": base64.b64encode(b"x" * lead + plain + b"yy") for lead in range(3)},
        "url": quote(value).encode(),
        "html": html.escape(value).encode(),
        "json": json.dumps({"a": value}).encode(),
        "quoted-printable": quopri.encodestring(plain),
        "gzip": gzip.compress(long),
        "gzip-inside": b"header" + gzip.compress(long),
        "gzip-twice": gzip.compress(gzip.compress(long)),
        "zlib": zlib.compress(long),
        "bz2": bz2.compress(long),
        "xz": lzma.compress(long),
        "zip": archive.getvalue(),
        "sha256": hashlib.sha256(plain).digest(),
        "sha256-lower-hex": hashlib.sha256(value.lower().encode()).hexdigest().encode(),
        "md5": hashlib.md5(plain, usedforsecurity=False).hexdigest().encode(),
        "middle": plain[len(plain) // 4 : -(len(plain) // 4)],
    }
    for name, content in plants.items():
        (folder / name).write_bytes(content)
    return sorted(plants)
