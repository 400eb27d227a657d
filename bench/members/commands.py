"""What the process of a populated site is asked to do."""

import hashlib
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import UUID

from bench.browser import Browser
from bench.house import make_browser, make_ready, sign_in
from bench.measuring import measure
from bench.members import desk, jobs, pages


@dataclass
class _House:
    """The site of this process."""

    clients: int
    veteran: UUID
    browser: Browser
    visitor: Browser


_houses: list[_House] = []


def prepare() -> dict[str, Any]:
    """Make the place with BENCH_CLIENTS clients, or take the one that stands; sign the veteran in."""
    make_ready()
    from django.conf import settings

    wanted = int(os.environ["BENCH_CLIENTS"])
    note = settings.ENVIRONMENT.data / "population.json"
    known = json.loads(note.read_text()) if note.exists() else {}
    if known.get("digest") != _digest_recipe():
        known = {"digest": _digest_recipe(), **_populate(wanted)}
        note.write_text(json.dumps(known))
    house = _House(clients=wanted, veteran=UUID(known["veteran"]), browser=make_browser(), visitor=make_browser())
    sign_in(house.browser, house.veteran)
    _houses.append(house)
    return {name: known[name] for name in ("took", "bytes")}


def measure_page(*, name: str, seconds: float) -> dict[str, float]:
    """Measure one page of ``bench.members.pages``."""
    house = _houses[0]
    return pages.PAGES[name](house.browser, house.visitor, seconds)


def measure_hash(*, seconds: float) -> dict[str, float]:
    """Measure the bare hash of a password, as a sign-in computes it once."""
    from django.contrib.auth.hashers import make_password

    return measure(lambda: make_password("a password that is measured"), seconds=seconds, least=3).as_facts()


def measure_console(*, page: str, cases: int, seconds: float) -> dict[str, Any]:
    """Measure one page of the console, of a house of twenty with so many open cases each."""
    return desk.measure_console(clients=_houses[0].clients, cases=cases, page=page, seconds=seconds)


def do_job(*, name: str, **given: Any) -> dict[str, Any]:
    """Do and measure one job of ``bench.members.jobs``."""
    return jobs.JOBS[name](clients=_houses[0].clients, **given)


def prepare_serving() -> dict[str, str]:
    """Return what a client outside this process needs: the veteran's session cookie, and the authority to trust."""
    from django.conf import settings
    from django.urls import reverse

    from troth.config.tls import locate_tls

    browser = make_browser()
    sign_in(browser, _houses[0].veteran)
    name = settings.SESSION_COOKIE_NAME
    authority = locate_tls(settings.ENVIRONMENT).authority
    return {"cookie": f"{name}={browser.cookies[name]}", "authority": str(authority), "admin": reverse("rights:admin")}


def _populate(clients: int) -> dict[str, Any]:
    from django.conf import settings
    from django.contrib.auth.hashers import make_password

    from bench.house import PASSWORD
    from bench.population import make_clients
    from bench.veteran import make_veteran
    from troth.ledger.sealing import seal_entries

    started, told = monotonic(), [monotonic()]

    def tell(done: int) -> None:
        if monotonic() - told[0] > 5 or done == clients:
            told[0] = monotonic()
            sys.stderr.write(f"  clients: {done:,} of {clients:,}, {monotonic() - started:.0f} seconds\n")

    veteran = make_veteran(make_password(PASSWORD))
    make_clients(clients, tell=tell)
    made = monotonic() - started
    sys.stderr.write("  sealing the ledger …\n")
    sealed = seal_entries(sweep=True).size
    sys.stderr.write(f"  ledger: {sealed:,} rows sealed, {monotonic() - started:.0f} seconds\n")
    data: Path = settings.ENVIRONMENT.data
    size = sum(path.stat().st_size for path in data.glob("*.db*"))
    return {"veteran": str(veteran), "took": made, "bytes": size}


def _digest_recipe() -> str:
    """Return a digest of all that decides what the place looks like, so that an older place is not taken for a new."""
    from django.db.migrations.loader import MigrationLoader

    from troth.vault.api import all_attributes

    here = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256(os.environ["BENCH_CLIENTS"].encode())
    for name in ("population.py", "veteran.py"):
        digest.update((here / name).read_bytes())
    for key in sorted(MigrationLoader(None).disk_migrations or {}):
        digest.update(repr(key).encode())
    for attribute in all_attributes():
        digest.update(f"{attribute.model._meta.label}.{attribute.name}".encode())
    return digest.hexdigest()


COMMANDS: dict[str, Any] = {
    "measure_page": measure_page,
    "measure_hash": measure_hash,
    "do_job": do_job,
    "measure_console": measure_console,
    "prepare_serving": prepare_serving,
}
