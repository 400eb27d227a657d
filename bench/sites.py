"""The sites that are measured: each a process of its own with a place of its own, so that none shares anything."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent
_FOREIGN = ("DATABASE_URL", "KEYS_DATABASE_URL", "INDEX_DATABASE_URL", "EMAIL_URL", "DJANGO_SETTINGS_MODULE")
SITE = "https://troth.localhost:8443"
"""The public address of the sites that are called in-process; nothing listens there."""


class SiteFailedError(Exception):
    """A site's process ended; what it said stands on the error stream."""


def make_environment(*, settings: str, **more: str) -> dict[str, str]:
    """Return the environment of a site's process: this one's without anything that points to another place."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TROTH_") and name not in _FOREIGN}
    return {**kept, "DJANGO_SETTINGS_MODULE": settings, **more}


def make_place_environment(place: Path, *, settings: str = "troth.config.settings", **more: str) -> dict[str, str]:
    """Return the environment of a Troth site whose state stands in ``place``; no demo people, no mailbox."""
    return make_environment(settings=settings, TROTH_DATA=str(place), TROTH_DEMO="0", TROTH_SITE=SITE, **more)


class Site:
    """A running site.

    Arguments:
        name: what it is called in messages.
        module: the module with ``prepare`` and ``COMMANDS``.
        environment: all that its process sees of the environment.
    """

    def __init__(self, name: str, *, module: str, environment: Mapping[str, str]) -> None:
        self.name = name
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.worker", module],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.facts = self._read()

    def ask(self, do: str, **given: Any) -> Any:
        """Let the site do something, and return its answer; raise SiteFailedError where its process ends instead."""
        if self._process.stdin is None:
            raise SiteFailedError(f"The site “{self.name}” takes no orders.")
        try:
            self._process.stdin.write(json.dumps({"do": do, "given": given}) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise SiteFailedError(f"The site “{self.name}” has ended.") from None
        return self._read()

    def stop(self) -> None:
        """End the process, and wait until it has ended."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()

    def _read(self) -> Any:
        line = self._process.stdout.readline() if self._process.stdout is not None else ""
        if not line:
            raise SiteFailedError(f"The site “{self.name}” has ended; what it said stands above.")
        return json.loads(line)["answer"]
