"""A crash leaves no copy of the memory on a disk: keys and opened values would lie in it (OWASP ASVS 5.0, 13.3)."""

import resource
import subprocess
import sys

CHILD = "import resource; print(resource.getrlimit(resource.RLIMIT_CORE))"
PARENT = f"""
import resource, subprocess, sys
from troth.config.cli import forbid_core_dumps
if sys.argv[1] == "forbid":
    forbid_core_dumps()
subprocess.run([sys.executable, "-c", {CHILD!r}], check=True)
"""


def read_limit(word: str) -> str:
    run = subprocess.run(
        ["bash", "-c", 'ulimit -S -c "$(ulimit -H -c)"; exec "$0" "$@"', sys.executable, "-c", PARENT, word],
        check=True,
        capture_output=True,
        text=True,
    )
    return run.stdout.strip()


def test_what_the_program_starts_may_dump_nothing_whatever_the_machine_allows() -> None:
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    assert read_limit("leave") == f"({hard}, {hard})"
    assert read_limit("forbid") == "(0, 0)"
