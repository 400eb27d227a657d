"""Where the web log lies: a folder of its own under the data folder, in no database and in no backup of one."""

import os
from pathlib import Path

FOLDER = "weblog"
PIPE = "hits"


def weblog_folder(data: Path) -> Path:
    """Return the web log's folder."""
    return data / FOLDER


def write_private(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all, readable by its owner alone."""
    data = content.encode() if isinstance(content, str) else content
    draft = path.with_name(f"{path.name}.draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    draft.replace(path)


def make_folders(folder: Path) -> None:
    """Make the folder, readable by its owner alone, and the pipe in it."""
    for each in (folder, *(folder / name for name in ("days", "weeks", "requests", "imports", "inbox"))):
        each.mkdir(mode=0o700, parents=True, exist_ok=True)
        each.chmod(0o700)
    pipe = folder / PIPE
    if not pipe.is_fifo():
        pipe.unlink(missing_ok=True)
        os.mkfifo(pipe, mode=0o600)
