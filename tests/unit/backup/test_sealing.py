"""A sealed file opens to its end with its own identity, and with nothing less; a disk that fills leaves nothing."""

import errno
import gzip
import io
import os
from pathlib import Path

import pyrage
import pytest

from troth.backup.sealing import digest_file, is_locked, make_identity, read_identity, seal, unseal
from troth.kernel.errors import Refused

IDENTITY = pyrage.x25519.Identity.generate()
CONTENT = os.urandom(300_000) + b"a" * 3_000_000


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    """A sealed file of some megabytes."""
    dumped, path = tmp_path / "dump", tmp_path / "sealed.age"
    dumped.write_bytes(CONTENT)
    with path.open("xb") as file:
        seal(
            dumped,
            file,
            manifest={"kind": "main", "sha256": digest_file(dumped)},
            recipients=[IDENTITY.to_public()],
        )
    return path


def test_what_was_sealed_comes_back(sealed, tmp_path):
    manifest = unseal(sealed, tmp_path / "back", identity=IDENTITY)
    assert manifest["kind"] == "main"
    assert (tmp_path / "back").read_bytes() == CONTENT
    assert b"aaaaaaaa" not in sealed.read_bytes()


def test_it_can_be_read_without_this_program(sealed):
    magic, _manifest, dumped = gzip.decompress(pyrage.decrypt(sealed.read_bytes(), [IDENTITY])).split(b"\n", 2)
    assert magic == b"TROTH BACKUP 1"
    assert dumped == CONTENT


@pytest.mark.parametrize("end", [0, 10, 150, 200, 70_000, -1])
def test_a_file_that_was_cut_anywhere_is_refused(sealed, tmp_path, end):
    sealed.write_bytes(sealed.read_bytes()[:end])
    with pytest.raises(Refused, match="is cut or changed"):
        unseal(sealed, tmp_path / "back", identity=IDENTITY)
    assert not (tmp_path / "back").exists()


def test_a_file_that_was_changed_is_refused(sealed, tmp_path):
    content = bytearray(sealed.read_bytes())
    content[-5] ^= 1
    sealed.write_bytes(content)
    with pytest.raises(Refused, match="is cut or changed"):
        unseal(sealed, tmp_path / "back", identity=IDENTITY)


def test_what_is_sealed_and_no_backup_is_refused(tmp_path):
    path = tmp_path / "letter.age"
    path.write_bytes(pyrage.encrypt(b"a letter", [IDENTITY.to_public()]))
    with pytest.raises(Refused, match="does not open"):
        unseal(path, tmp_path / "back", identity=IDENTITY)


def test_another_identity_is_refused_and_named_as_that(sealed, tmp_path):
    with pytest.raises(Refused, match="sealed to another key"):
        unseal(sealed, tmp_path / "back", identity=pyrage.x25519.Identity.generate())


class FullDisk(io.BytesIO):
    """A disk with room for nothing."""

    def write(self, _content: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_disk_that_is_full_is_told_as_that(tmp_path):
    dumped = tmp_path / "dump"
    dumped.write_bytes(CONTENT)
    with pytest.raises(OSError, match="No space left") as caught:
        seal(dumped, FullDisk(), manifest={"sha256": ""}, recipients=[IDENTITY.to_public()])
    assert caught.value.errno == errno.ENOSPC


def test_an_identity_opens_by_its_passphrase_alone_and_is_never_overwritten(tmp_path):
    path = tmp_path / "identity"
    public = make_identity(path, passphrase="four words on paper")
    assert is_locked(path)
    assert path.stat().st_mode & 0o077 == 0
    assert str(read_identity(path, passphrase="four words on paper").to_public()) == public
    with pytest.raises(Refused, match="passphrase does not open"):
        read_identity(path, passphrase="five words on paper")
    with pytest.raises(Refused, match="stands already"):
        make_identity(path)


def test_a_file_that_is_no_identity_is_refused(tmp_path):
    (tmp_path / "notes").write_text("nothing")
    with pytest.raises(Refused, match="holds no identity"):
        read_identity(tmp_path / "notes")
    with pytest.raises(Refused, match="cannot be read"):
        read_identity(tmp_path / "nowhere")
