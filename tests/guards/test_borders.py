"""Borders between rooms: across them only through ``api``; what import-linter cannot say is said here.

That imports point down is import-linter's contract "layers" in pyproject.toml, which ``make contracts`` checks.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import troth

PACKAGE = Path(troth.__file__).parent
OPEN_TO_ALL = {"kernel"}
"""Rooms that are border from wall to wall."""
OPENS_ALL = {"config"}
"""The one place that knows every room from within."""
MORE_BORDERS = {("ui", "letter"), ("ui", "paper")}
"""Borders beside ``api``: modules that stand on so much that only those who need it should load it."""
NETWORK = {"http.client", "urllib.request", "django.core.mail", "stripe", "easypost", "requests", "socket", "smtplib"}
MAY_SPEAK = {"config", "processors", "standins"}
"""The stand-ins are other companies' programs, which speak for themselves."""


def list_imports(source: str) -> Iterator[str]:
    """Yield the dotted name of everything that the source imports, wherever in the file."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def find_trespass(source: str, room: str) -> list[str]:
    """Return the imports by which code of ``room`` reaches past another room's ``api``."""
    found = []
    for name in list_imports(source):
        parts = name.split(".")
        if parts[0] != "troth" or len(parts) < 3 or parts[1] in OPEN_TO_ALL | {room}:
            continue
        if parts[2] != "api" and (parts[1], parts[2]) not in MORE_BORDERS:
            found.append(name)
    return found


def find_network(source: str) -> list[str]:
    """Return the imports by which code could speak to another machine."""
    return [
        name for name in list_imports(source) if name in NETWORK or any(name.startswith(f"{each}.") for each in NETWORK)
    ]


def _sources() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        room = path.relative_to(PACKAGE).parts[0]
        if path.parent != PACKAGE and "migrations" not in path.parts:
            yield room, path


def test_rooms_reach_each_other_only_through_their_api() -> None:
    trespasses = {
        str(path.relative_to(PACKAGE)): found
        for room, path in _sources()
        if room not in OPENS_ALL and (found := find_trespass(path.read_text(encoding="utf-8"), room))
    }
    assert trespasses == {}


def test_only_the_door_out_speaks_to_other_machines() -> None:
    speakers = {
        str(path.relative_to(PACKAGE)): found
        for room, path in _sources()
        if room not in MAY_SPEAK and (found := find_network(path.read_text(encoding="utf-8")))
    }
    assert speakers == {}


def test_the_guard_sees_a_trespass_and_lets_the_border_pass() -> None:
    source = (
        "from troth.vault.api import Text\n"
        "from troth.kernel.clock import now\n"
        "from troth.vault import models\n"
        "def late():\n    import troth.ledger.actions\n"
        "from troth.accounts.forms import SignIn\n"
    )
    assert set(find_trespass(source, "accounts")) == {"troth.vault.models", "troth.ledger.actions"}
    assert set(find_trespass(source, "vault")) == {"troth.ledger.actions", "troth.accounts.forms.SignIn"}
    assert find_network("from urllib.request import urlopen\nfrom urllib.parse import quote\n") == [
        "urllib.request.urlopen"
    ]
