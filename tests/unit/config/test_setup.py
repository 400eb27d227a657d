"""``troth setup`` and the refusals of ``troth serve``, as commands, in a place of their own."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest


def _run(place: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    given = {name: value for name, value in os.environ.items() if not name.startswith(("TROTH_", "DATABASE_URL"))}
    given |= {"TROTH_DATA": str(place), **environment}
    command = [sys.executable, "-m", "troth", *arguments]
    return subprocess.run(command, env=given, capture_output=True, text=True, timeout=180, check=False)


def _require_one_line(done: subprocess.CompletedProcess[str], said: str) -> None:
    """One clear line, no traceback, an exit code that is not 0."""
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert len([line for line in done.stderr.splitlines() if line.startswith("troth: ")]) == 1, done.stderr


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place that was set up once."""
    folder = tmp_path_factory.mktemp("place") / "data"
    done = _run(folder, "setup")
    assert done.returncode == 0, done.stderr
    return folder


def _read_keys(place: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((place / "secrets").iterdir())}


def test_setup_makes_keys_certificate_tables_and_static_files(place: Path) -> None:
    assert {"root", "tls-authority.key"} <= set(_read_keys(place))
    for name in ("troth.db", "keys.db", "index.db", "tls/certificate.pem", "static/staticfiles.json"):
        assert (place / name).is_file()
    assert place.stat().st_mode & 0o077 == 0
    assert not [path for path in (place / "secrets").iterdir() if path.stat().st_mode & 0o077]


def test_second_setup_changes_no_key(place: Path) -> None:
    before = _read_keys(place)
    assert _run(place, "setup").returncode == 0
    assert _read_keys(place) == before


def test_missing_root_key_beside_a_database_is_refused_and_not_made_anew(place: Path, tmp_path: Path) -> None:
    (tmp_path / "troth.db").write_bytes((place / "troth.db").read_bytes())
    _require_one_line(_run(tmp_path, "serve"), "is missing, but troth.db stands in")
    assert not (tmp_path / "secrets" / "root").exists()


def test_missing_root_key_beside_a_database_elsewhere_is_refused_and_not_made_anew(place: Path, tmp_path: Path) -> None:
    done = _run(tmp_path / "data", "setup", DATABASE_URL=f"sqlite:///{place / 'troth.db'}")
    _require_one_line(done, "already has tables")
    assert not (tmp_path / "data" / "secrets" / "root").exists()


def test_file_in_place_of_the_data_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    _require_one_line(_run(tmp_path / "data", "serve"), "cannot be written")


def test_taken_port_is_refused_by_its_number(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        _require_one_line(_run(tmp_path / "data", "serve", TROTH_PORT=str(port)), f"Port {port} is taken")
    assert not (tmp_path / "data" / "secrets").exists()


def test_wrong_port_is_refused(tmp_path: Path) -> None:
    _require_one_line(_run(tmp_path, "serve", TROTH_PORT="https"), "TROTH_PORT is 'https'")


def test_unreachable_database_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    done = _run(tmp_path, "setup", DATABASE_URL=f"postgres://nobody@127.0.0.1:{port}/nowhere")
    _require_one_line(done, "The database 'default' cannot be used")


def test_wrong_configuration_is_refused_with_its_line(place: Path, tmp_path: Path) -> None:
    source = Path(__file__).parents[3] / "operator" / "operator.toml"
    (tmp_path / "operator.toml").write_text(source.read_text().replace('currency = "USD"', 'currency = "florins"'))
    line = source.read_text().splitlines().index('currency = "USD"') + 1
    _require_one_line(_run(place, "setup", TROTH_OPERATOR=str(tmp_path)), f"operator.toml:{line}:")


def test_wrong_mail_address_is_refused(place: Path) -> None:
    _require_one_line(_run(place, "setup", EMAIL_URL="http://mail.example.org"), "EMAIL_URL")


def test_doctor_names_what_is_open_to_others(place: Path) -> None:
    key = place / "secrets" / "root"
    assert "root is open to others" not in _run(place, "doctor").stdout
    key.chmod(0o644)
    try:
        done = _run(place, "doctor", "--json")
        assert done.returncode == 1
        assert "root is open to others" in done.stdout
    finally:
        key.chmod(0o600)


def test_demo_is_wiped_only_where_it_is_ours_and_meant(place: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("somebody's")
    _require_one_line(_run(tmp_path, "demo", "--yes"), "holds no root key")
    assert (tmp_path / "letter.txt").exists()
    before = _read_keys(place)
    _require_one_line(_run(place, "demo"), "Add --yes")
    _require_one_line(_run(place, "demo", "--yes", TROTH_DEMO="0"), "no demo")
    assert _read_keys(place) == before


def test_demo_afresh_makes_new_keys_and_leaves_what_is_not_its_own(tmp_path: Path) -> None:
    assert _run(tmp_path / "data", "setup").returncode == 0
    before = _read_keys(tmp_path / "data")
    (tmp_path / "data" / "letter.txt").write_text("somebody's")
    assert _run(tmp_path / "data", "demo", "--yes").returncode == 0
    assert _read_keys(tmp_path / "data")["root"] != before["root"]
    assert (tmp_path / "data" / "letter.txt").exists()
