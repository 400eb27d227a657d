"""The shell scripts behind ``make``: which Python they find, and what they say where there is none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[3] / "scripts"


def _make_python(path: Path, *, fits: bool) -> Path:
    """Make a stand-in that answers the script's question as a new or an old Python would."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\nexit {0 if fits else 1}\n")
    path.chmod(0o755)
    return path


def _find(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    given = {"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path / "home"), **environment}
    return subprocess.run(["/bin/sh", SCRIPTS / "find_python"], env=given, capture_output=True, text=True, check=False)


def test_python3_is_taken_where_it_is_new_enough(tmp_path: Path) -> None:
    python = _make_python(tmp_path / "bin/python3", fits=True)
    _make_python(tmp_path / "bin/python3.13", fits=True)
    assert _find(tmp_path).stdout.strip() == str(python)


def test_newer_python_beside_an_old_one_is_found(tmp_path: Path) -> None:
    _make_python(tmp_path / "bin/python3", fits=False)
    python = _make_python(tmp_path / "bin/python3.12", fits=True)
    assert _find(tmp_path).stdout.strip() == str(python)


@pytest.mark.parametrize("where", ["home/.pyenv", "elsewhere"])
def test_pyenvs_versions_are_found(tmp_path: Path, where: str) -> None:
    _make_python(tmp_path / "bin/python3", fits=False)
    _make_python(tmp_path / where / "versions/3.9.18/bin/python3", fits=False)
    python = _make_python(tmp_path / where / "versions/3.13.0/bin/python3", fits=True)
    environment = {} if where.startswith("home") else {"PYENV_ROOT": str(tmp_path / where)}
    assert _find(tmp_path, **environment).stdout.strip() == str(python)


def test_named_python_comes_first(tmp_path: Path) -> None:
    _make_python(tmp_path / "bin/python3", fits=True)
    python = _make_python(tmp_path / "mine/python", fits=True)
    assert _find(tmp_path, TROTH_PYTHON=str(python)).stdout.strip() == str(python)


def test_without_a_python_one_line_says_what_to_install(tmp_path: Path) -> None:
    _make_python(tmp_path / "bin/python3", fits=False)
    done = _find(tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "Install" in done.stderr


def test_found_python_is_one_that_runs() -> None:
    done = subprocess.run([SCRIPTS / "find_python"], env=dict(os.environ), capture_output=True, text=True, check=True)
    asked = [done.stdout.strip(), "-c", "import sys; print(sys.version_info >= (3, 12))"]
    assert subprocess.run(asked, capture_output=True, text=True, check=True).stdout == "True\n"
    assert sys.version_info >= (3, 12)


def test_every_target_of_make_is_explained() -> None:
    done = subprocess.run(["make", "-s", "help"], cwd=SCRIPTS.parent, capture_output=True, text=True, check=True)
    for target in ("serve", "demo", "test", "lint", "types", "contracts", "bench", "screenshots", "wheel"):
        assert f"make {target} " in done.stdout
