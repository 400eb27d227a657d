"""Files that people send: what they truly are is read from their bytes, and what would harm is not taken.

A name says nothing: the type is sniffed (puremagic), out of a closed list. What holds other files (office documents,
archives) is looked into without being unpacked, so that a small file that would become huge is refused. Nothing is
ever opened by the program; a reader gets each file from an address whose policy lets it run nothing (``sandbox``).
"""

import io
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

import puremagic
from django.utils.translation import gettext as _

from troth.kernel.errors import Refused
from troth.support.models.cases import LARGEST_FILE

MOST_FILES = 10
LARGEST_INFLATED = 100 * 1024 * 1024
MOST_MEMBERS = 2000
WORST_RATIO = 200
"""How many times larger than itself a file may become; text hardly goes beyond 20."""

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "pdf": "application/pdf",
        "png": "image/png",
        "jpeg": "image/jpeg",
        "gif": "image/gif",
        "webp": "image/webp",
        "tiff": "image/tiff",
        "heic": "image/heic",
        "text": "text/plain",
        "mail": "message/rfc822",
        "office": "application/octet-stream",
        "archive": "application/zip",
        "audio": "application/octet-stream",
        "other": "application/octet-stream",
    }
)
"""What a file is → the type under which it is handed out. Nothing in it is a type that a browser runs."""
SHOWN = frozenset({"pdf", "png", "jpeg", "gif", "webp", "text"})
"""What a browser may show in its sandbox; all else is handed out as a download."""
_BY_EXTENSION = {
    ".pdf": "pdf", ".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".jfif": "jpeg", ".gif": "gif", ".webp": "webp",
    ".tif": "tiff", ".tiff": "tiff", ".heic": "heic", ".heif": "heic", ".docx": "office", ".xlsx": "office",
    ".pptx": "office", ".odt": "office", ".ods": "office", ".odp": "office", ".doc": "office", ".xls": "office",
    ".ppt": "office", ".zip": "archive", ".mp3": "audio", ".wav": "audio", ".ogg": "audio", ".m4a": "audio",
}  # fmt: skip
_REFUSED = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"#!")
"""How programs begin."""


@dataclass(frozen=True, slots=True)
class Sniffed:
    """A file that was looked at.

    Arguments:
        name: its name, made harmless.
        kind: what it is, a key of ``KINDS``.
        content: its bytes.
    """

    name: str
    kind: str
    content: bytes

    def as_value(self) -> dict[str, Any]:
        """Return it as the sealed value that it becomes."""
        return {"name": self.name, "type": KINDS[self.kind], "content": self.content}


def sniff(*, name: str, content: bytes) -> Sniffed:
    """Return the file with what it truly is.

    Raises Refused for one that is empty, too large, a program, or that would become too large when unpacked.
    """
    shown = clean_name(name)
    if not content:
        raise _refuse(_("The file is empty."))
    if len(content) > LARGEST_FILE:
        raise _refuse(_("The file is larger than %(most)d MB.") % {"most": LARGEST_FILE // 1024 // 1024})
    if content.startswith(_REFUSED):
        raise _refuse(_("The file is a program; we take none."))
    if content.startswith(b"PK") or zipfile.is_zipfile(io.BytesIO(content)):
        _look_into(content)
    return Sniffed(name=shown, kind=_find_kind(content), content=content)


def sniff_all(files: Iterable[Any]) -> list[Sniffed]:
    """Return the uploaded files of a form; raise Refused for the first that is not taken, or for too many."""
    given = list(files)
    if len(given) > MOST_FILES:
        raise _refuse(_("There are more than %(most)d files.") % {"most": MOST_FILES})
    return [sniff(name=file.name or "", content=file.read(LARGEST_FILE + 1)) for file in given]


def clean_name(name: str) -> str:
    """Return a name without folders, control characters and marks that turn the direction of reading."""
    base = PurePosixPath(name.replace("\\", "/")).name
    kept = "".join(sign for sign in base if unicodedata.category(sign)[0] != "C")
    return kept.strip(" .")[-120:] or "file"


def _find_kind(content: bytes) -> str:
    try:
        found = [match.extension.lower() for match in puremagic.magic_string(content)]
    except (puremagic.PureError, ValueError):
        found = []
    for extension in found:
        if extension in _BY_EXTENSION:
            return _BY_EXTENSION[extension]
    return "text" if not found and _is_text(content) else "other"


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any(unicodedata.category(sign) == "Cc" and sign not in "\t\r\n\f" for sign in text[:10_000])


def _look_into(content: bytes) -> None:
    """Refuse what would become too large, by its own table of contents; nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        # What is no whole archive is unpacked by nobody, so it cannot become large.
        return
    inflated = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or inflated > LARGEST_INFLATED or inflated > WORST_RATIO * len(content):
        raise _refuse(_("The file holds more than we unpack."))


def _refuse(message: str) -> Refused:
    return Refused(
        message,
        kept=_("What you wrote is kept."),
        next_step=_("Send it without this file, or the file in another form."),
    )
