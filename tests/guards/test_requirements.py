"""What the program imports is what its requirements install: a fresh machine has nothing else."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import troth

PACKAGE = Path(troth.__file__).parent
RUNTIME = PACKAGE.parent / "requirements" / "runtime.txt"


def list_imported(source: str) -> Iterator[str]:
    """Yield the first part of every module that a source imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def normalize(name: str) -> str:
    """Return a distribution's name as indexes write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_package_that_is_imported_is_required_at_run_time():
    required = {
        normalize(name) for name in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", RUNTIME.read_text(), re.MULTILINE)
    }
    assert "django" in required
    distributions = packages_distributions()
    missing = {
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in PACKAGE.rglob("*.py")
        for name in list_imported(path.read_text(encoding="utf-8"))
        if name not in sys.stdlib_module_names
        and name != "troth"
        and required.isdisjoint(normalize(each) for each in distributions.get(name, ()))
    }
    assert missing == set()


def test_an_import_is_seen_wherever_it_stands():
    assert set(list_imported("import a.b\ndef f():\n    from c.d import e\n    from . import g\n")) == {"a", "c"}
