"""Starting the demo afresh: wipes a data folder, but only one that is a demo's, ours, and not in use."""

import os
import shutil

from troth.config.environment import Environment
from troth.config.serve import hold_place
from troth.kernel.errors import Refused

_OURS = (
    "secrets",
    "static",
    "static.stamp",
    "tls",
    "mailbox",
    "logs",
    "standins",
    "backups",
    "notices.windows",
    "demo.json",
    "troth.db",
    "keys.db",
    "index.db",
)
_BESIDE_DATABASES = ("-wal", "-shm")


def wipe_demo(environment: Environment, *, confirmed: bool) -> None:
    """Remove what this program made in the data folder; leave all else there alone.

    Raises Refused where it was not confirmed, where the demo is off, where the folder is not this program's, or where a
    database is elsewhere and so may be somebody's; NotConfigured where a ``troth serve`` runs on it.
    """
    if not environment.demo:
        raise Refused("TROTH_DEMO is 0: this is no demo, and nothing is wiped.")
    if not environment.database_url.startswith(f"sqlite:///{environment.data}{os.sep}"):
        raise Refused("DATABASE_URL points beyond the data folder; empty that database yourself.")
    if not environment.data.exists() or not any(environment.data.iterdir()):
        return
    if not (environment.secrets / "root").is_file() or environment.data.is_symlink():
        raise Refused(
            f"{environment.data} holds no root key, so it may not be this program's folder. Nothing was wiped."
        )
    if not confirmed:
        raise Refused(f"This wipes all data of the demo in {environment.data}. Add --yes to do so.")
    with hold_place(environment):
        for name in _OURS:
            for path in [environment.data / name, *(environment.data / (name + end) for end in _BESIDE_DATABASES)]:
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink(missing_ok=True)
