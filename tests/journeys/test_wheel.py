"""The wheel: built from the checkout, installed elsewhere, it serves without the checkout."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel; built from a copy, so that the checkout stays as it is."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    list_files = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(list_files, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (CHECKOUT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((CHECKOUT / name).read_bytes())
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return next(target.glob("*.whl"))


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``troth`` of a fresh environment: the wheel is installed, its requirements are lent by this environment."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            str(python),
            "install",
            "--quiet",
            "--no-deps",
            "--no-index",
            str(wheel),
        ],
        check=True,
        capture_output=True,
    )
    packages = next((home / "lib").glob("python*/site-packages"))
    (packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home / "bin" / "troth"


def test_wheel_carries_templates_statics_statement_and_no_checkout(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        "troth/ui/templates/ui/base.jinja",
        "troth/ui/static/ui/base.css",
        "troth/operator_default/operator.toml",
        "troth/config/templates/config/mailbox.jinja",
    ):
        assert wanted in names
    assert [name for name in names if name.startswith("troth/operator_default/statement/en/")]
    assert not [name for name in names if name.startswith(("tests/", "bench/", "operator/"))]


def test_installed_wheel_sets_up_and_answers_without_the_checkout(program: Path, tmp_path: Path) -> None:
    given = {"PATH": os.defpath, "HOME": str(tmp_path), "TROTH_DATA": str(tmp_path / "data")}

    def run(*command: str | Path) -> str:
        done = subprocess.run(
            command, env=given, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run(program, "setup")
    ask = (
        "import json, os; os.environ['DJANGO_SETTINGS_MODULE'] = 'troth.config.settings'\n"
        "import django; django.setup()\n"
        "import troth; from django.test import Client\n"
        "home = Client().get('/', secure=True, headers={'host': 'localhost'})\n"
        "print(json.dumps([troth.__file__, home.status_code]))"
    )
    found, status = json.loads(run(program.parent / "python", "-c", ask).splitlines()[-1])
    assert str(CHECKOUT) not in found
    assert status == 200
