import stat
from pathlib import Path

import pytest

from troth.kernel.errors import NotConfigured
from troth.kernel.secrets import derive_key, make_root, read_root


def test_root_key_is_made_once_and_never_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    assert make_root(folder)
    root = read_root(folder)
    assert not make_root(folder)
    assert read_root(folder) == root


def test_root_key_is_readable_by_its_owner_alone_and_leaves_no_draft(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    make_root(folder)
    assert stat.S_IMODE((folder / "root").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.iterdir()] == ["root"]


def test_missing_root_key_is_named_and_not_made_by_reading(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match=r"root is missing"):
        read_root(tmp_path)
    assert not list(tmp_path.iterdir())


def test_damaged_root_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "root").write_bytes(b"short")
    with pytest.raises(NotConfigured, match=r"has 5 bytes and not 32"):
        read_root(tmp_path)


def test_keys_of_different_labels_differ() -> None:
    root = bytes(32)
    assert derive_key(root, "sign/django") != derive_key(root, "sign/welcome/1")


def test_folder_under_a_file_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file stands here")
    with pytest.raises(NotConfigured, match="cannot be written"):
        make_root(tmp_path / "taken" / "secrets")
