"""The marker of a restore that is under way: while it stands in the data folder, nothing serves.

This module needs no settings, as it is asked before they are read.
"""

import json
from collections.abc import Sequence
from pathlib import Path

_FILE = "restore.json"


def find_unfinished(data: Path) -> bool:
    """Return whether a restore into this data folder was begun and is not finished."""
    return (data / _FILE).exists()


def write_marker(data: Path, *, backup: str, done: Sequence[str]) -> None:
    """Note how far the restore of this backup has come; whole or not at all."""
    draft = data / f"{_FILE}.draft"
    draft.write_text(json.dumps({"backup": backup, "done": list(done)}), encoding="ascii")
    draft.replace(data / _FILE)


def read_marker(data: Path) -> tuple[str, list[str]]:
    """Return the name of the backup, and the steps that are done."""
    marker = json.loads((data / _FILE).read_text(encoding="ascii"))
    return marker["backup"], marker["done"]


def remove_marker(data: Path) -> None:
    """Let the site serve again."""
    (data / _FILE).unlink(missing_ok=True)
