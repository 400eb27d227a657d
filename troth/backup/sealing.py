"""The sealed file: ``age`` (C2SP) around gzip (RFC 1952) around two lines and the dump.

Only the public key is on this machine; whoever has the identity can read a backup without this program:
``age -d -i identity FILE | gunzip | tail -n +3``. The dump streams through; it is never in memory as a whole. ``age``
authenticates each 64 KiB and the end, so a file that was cut or changed does not open.
"""

import hashlib
import json
import os
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pyrage
from django.conf import settings

from troth.kernel.errors import NotConfigured, Refused

_MAGIC = b"TROTH BACKUP 1\n"
_LONGEST_MANIFEST = 64 * 1024
_CHUNK = 1024 * 1024
_GZIP = 31
"""The window bits by which zlib writes and reads gzip."""
REHEARSAL_FILE = "rehearsal.identity"
HEADER = b"age-encryption.org/v1\n"
"""How each sealed file begins."""

type Manifest = Mapping[str, Any]


def read_recipients() -> list[pyrage.x25519.Recipient]:
    """Return the keys that backups are sealed to: the operator's, and the one of the nightly rehearsal where it stands.

    Errors: NotConfigured where there is none, or one is no public key of ``age``.
    """
    given = [part.strip() for part in settings.ENVIRONMENT.backup_key.split(",") if part.strip()]
    try:
        recipients = [pyrage.x25519.Recipient.from_str(key) for key in given]
    except pyrage.RecipientError:
        raise NotConfigured("TROTH_BACKUP_KEY is no public key of age, which begins with age1.") from None
    if rehearsal_file().exists():
        recipients.append(read_identity(rehearsal_file()).to_public())
    if not recipients:
        raise NotConfigured(
            "There is no key to seal backups to. Make one with 'troth backup key FILE', away from this machine, and "
            "set TROTH_BACKUP_KEY to its public part."
        )
    return recipients


def rehearsal_file() -> Path:
    """Return where the identity of the nightly rehearsal stands, if the operator wants one."""
    folder: Path = settings.ENVIRONMENT.secrets
    return folder / REHEARSAL_FILE


def make_identity(target: Path, *, passphrase: str = "") -> str:
    """Make a pair of keys, write the identity into a new file for its owner alone, and return the public key.

    Arguments:
        target: the file; one that stands is not touched.
        passphrase: seals the file itself, where it is given.

    Errors: Refused where the file stands already.
    """
    identity = pyrage.x25519.Identity.generate()
    content = f"# public key: {identity.to_public()}\n{identity}\n".encode()
    if passphrase:
        content = pyrage.passphrase.encrypt(content, passphrase)
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused(f"{target} stands already.", kept="It was left as it is.") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return str(identity.to_public())


def is_locked(path: Path) -> bool:
    """Return whether an identity's file wants a passphrase."""
    return _read(path).startswith(HEADER)


def read_identity(path: Path, *, passphrase: str = "") -> pyrage.x25519.Identity:
    """Return the identity in a file as ``age-keygen`` or ``troth backup key`` writes it.

    Errors: Refused where there is none, or the passphrase is another.
    """
    content = _read(path)
    if content.startswith(HEADER):
        try:
            content = pyrage.passphrase.decrypt(content, passphrase)
        except pyrage.DecryptError:
            raise Refused(f"The passphrase does not open {path}.", kept="Nothing was changed.") from None
    lines = [line.strip() for line in content.decode("ascii", "replace").splitlines()]
    try:
        return pyrage.x25519.Identity.from_str(next(line for line in lines if line and not line.startswith("#")))
    except (StopIteration, pyrage.IdentityError):
        raise Refused(
            f"{path} holds no identity of age, which begins with AGE-SECRET-KEY-1.", kept="Nothing was changed."
        ) from None


def digest_file(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def seal(dumped: Path, target: BinaryIO, *, manifest: Manifest, recipients: Sequence[pyrage.x25519.Recipient]) -> None:
    """Seal a dump into an open file, as a stream.

    Arguments:
        dumped: the file.
        target: an open file.
        manifest: facts about it, of which ``sha256`` must be the dump's.
        recipients: whoever may read it.

    Errors: OSError where the disk is full.
    """
    writer = _Writer(target)
    head = _MAGIC + json.dumps(manifest, sort_keys=True).encode() + b"\n"
    with dumped.open("rb") as source:
        try:
            pyrage.encrypt_io(_Packer(head, source), writer, list(recipients))
        except pyrage.EncryptError:
            # The library keeps only the words of what the writer raised.
            raise writer.error or OSError(None, "it could not be sealed") from None


def unseal(sealed: Path, target: Path, *, identity: pyrage.x25519.Identity) -> dict[str, Any]:
    """Open a sealed file: write the dump to a new file, and return the manifest.

    Errors: Refused where the identity is another's, or the file is cut, changed or no backup; OSError where the disk is
    full. What was written meanwhile is removed.
    """
    try:
        with sealed.open("rb") as source, target.open("xb") as file:
            unpacker = _Unpacker(file)
            _decrypt(sealed, source, unpacker, identity)
            manifest = unpacker.finish(sealed)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return manifest


def _decrypt(sealed: Path, source: BinaryIO, unpacker: "_Unpacker", identity: pyrage.x25519.Identity) -> None:
    try:
        pyrage.decrypt_io(source, unpacker, [identity])
    except pyrage.DecryptError as error:
        if "matching" in str(error):
            raise Refused(
                f"This identity does not open {sealed.name}: it was sealed to another key.",
                kept="Nothing was changed.",
                next_step="Give the identity that belongs to TROTH_BACKUP_KEY.",
            ) from None
        raise _say_damaged(sealed) from None
    except OSError:
        if unpacker.error is not None:
            raise unpacker.error from None
        raise _say_damaged(sealed) from None


def _say_damaged(sealed: Path) -> Refused:
    return Refused(
        f"{sealed.name} is cut or changed: it does not open to its end.",
        kept="Nothing was changed.",
        next_step="Fetch it again from where it was copied to, or take an earlier one.",
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"The identity {path} cannot be read: {error.strerror}.", kept="Nothing was changed.") from None


class _Writer:
    """Hands on to a file, and keeps the error that the library turns into words."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.error: OSError | None = None

    def write(self, content: bytes) -> int:
        """Write all of it."""
        try:
            self._file.write(content)
        except OSError as error:
            self.error = error
            raise
        return len(content)

    def flush(self) -> None:
        """Write what waits."""
        self._file.flush()


class _Packer:
    """Gives the head and then the dump, compressed, as it is asked for more."""

    def __init__(self, head: bytes, source: BinaryIO) -> None:
        self._source = source
        self._compressor = zlib.compressobj(level=1, wbits=_GZIP)
        self._ready = bytearray(self._compressor.compress(head))
        self._ended = False

    def read(self, size: int = -1) -> bytes:
        """Return up to so many bytes; none at the end."""
        while not self._ended and (size < 0 or len(self._ready) < size):
            chunk = self._source.read(_CHUNK)
            self._ended = not chunk
            self._ready += self._compressor.compress(chunk) if chunk else self._compressor.flush()
        size = len(self._ready) if size < 0 else size
        given = bytes(self._ready[:size])
        del self._ready[:size]
        return given


class _Unpacker:
    """Takes what is opened, reads the head off it and writes the dump; all of it is checked at the end."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._decompressor = zlib.decompressobj(wbits=_GZIP)
        self._head: bytearray | None = bytearray()
        self._manifest: dict[str, Any] = {}
        self._digest = hashlib.sha256()
        self.error: OSError | None = None

    def write(self, content: bytes) -> int:
        """Take some more."""
        try:
            plain = self._decompressor.decompress(content)
        except zlib.error as error:
            raise OSError(None, "it is no backup of this program") from error
        rest = self._read_head(plain)
        self._digest.update(rest)
        try:
            self._target.write(rest)
        except OSError as error:
            self.error = error
            raise
        return len(content)

    def flush(self) -> None:
        """Nothing waits here."""

    def finish(self, sealed: Path) -> dict[str, Any]:
        """Return the manifest; raise Refused where what came is not what was sealed."""
        if not self._decompressor.eof or self._digest.hexdigest() != self._manifest.get("sha256"):
            raise _say_damaged(sealed)
        return self._manifest

    def _read_head(self, plain: bytes) -> bytes:
        """Take the two lines off the beginning; return what is left."""
        if self._head is None:
            return plain
        self._head += plain
        lines = bytes(self._head).split(b"\n", 2)
        if len(lines) < 3:
            if len(self._head) > _LONGEST_MANIFEST:
                raise OSError(None, "it is no backup of this program")
            return b""
        if lines[0] + b"\n" != _MAGIC:
            raise OSError(None, "it is no backup of this program")
        self._head, self._manifest = None, json.loads(lines[1])
        return lines[2]
