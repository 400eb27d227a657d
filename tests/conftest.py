"""The frame of all tests: a place to run of its own, made by the code of ``troth setup`` before the settings load.

Environment of a run: ``TROTH_TEST_POSTGRES=1`` runs what touches the database, browsers apart, on a real PostgreSQL,
which the run starts and ends itself. Nothing else of the caller's environment reaches the tests.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ON_POSTGRES = os.environ.get("TROTH_TEST_POSTGRES") == "1"
_ROOM = 2 * 1024**3
"""Bytes that a run may need for its databases, its static files and its backups."""


def _prepare_place() -> Path:
    """Make this process's own data folder and secrets, and point the environment at them."""
    for name in ("DATABASE_URL", "KEYS_DATABASE_URL", "INDEX_DATABASE_URL", "EMAIL_URL", "MAIL_IN_URL"):
        os.environ.pop(name, None)
    if chromium := os.environ.get("TROTH_CHROMIUM"):
        os.environ["TROTH_TEST_CHROMIUM"] = chromium
    for name in [name for name in os.environ if name.startswith("TROTH_") and not name.startswith("TROTH_TEST_")]:
        del os.environ[name]
    place = Path(tempfile.mkdtemp(prefix="troth-test-", dir=_find_memory()))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    os.environ["TROTH_DATA"] = str(place)
    os.environ["DJANGO_SETTINGS_MODULE"] = "troth.config.settings"
    from troth.kernel.secrets import make_root

    make_root(place / "secrets")
    if ON_POSTGRES:
        _use_postgres()
    return place


def _find_memory() -> str | None:
    """Return a folder in memory, where a commit need not wait for a disk; none where the machine has too little."""
    memory = Path("/dev/shm")  # noqa: S108  only the parent of a folder with a name of its own
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM:
        return str(memory)
    return None


def _use_postgres() -> None:
    """Point all three databases at one server: the process that begins the run starts it, its workers share it."""
    from tests.postgres import start_postgres

    server = os.environ.get("TROTH_TEST_POSTGRES_URL")
    if server is None:
        server = os.environ["TROTH_TEST_POSTGRES_URL"] = start_postgres()
    for name, database in (("DATABASE_URL", "troth"), ("KEYS_DATABASE_URL", "keys"), ("INDEX_DATABASE_URL", "index")):
        os.environ[name] = f"{server}/{database}"


PLACE = _prepare_place()

import django  # noqa: E402
from django.conf import settings  # noqa: E402  the settings read the environment made above

# As on a real site but uncompressed, which would cost each run seconds.
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}

if not ON_POSTGRES:
    for alias, database in settings.DATABASES.items():
        # Files, not memory: write-ahead log, locks and threads then behave as they do on a real site.
        database.setdefault("TEST", {})["NAME"] = str(PLACE / f"test-{alias}.db")

# The apps are there before any test folder's own conftest is read, as those import models.
django.setup()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Let each worker begin without settings, or it would load them for this place before it makes its own."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give each database test all three databases, and each run only what its database can answer."""
    for item in items:
        marks = list(item.iter_markers("django_db"))
        for mark in marks:
            if not mark.args:
                mark.kwargs.setdefault("databases", "__all__")  # type: ignore[attr-defined]
        fixtures = set(getattr(item, "fixturenames", ()))
        if not marks and fixtures & _DATABASE_FIXTURES:
            transaction = bool(fixtures & {"transactional_db", "live_server"})
            item.add_marker(pytest.mark.django_db(databases="__all__", transaction=transaction))
    left_out = [item for item in items if not _belongs_here(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _belongs_here(item)]


def _belongs_here(item: pytest.Item) -> bool:
    """Return whether this run's database can answer the test; pages look alike on both, so a browser comes once."""
    if ON_POSTGRES:
        elsewhere = item.get_closest_marker("sqlite") or item.get_closest_marker("browser")
        asks = item.get_closest_marker("django_db") or item.get_closest_marker("on_both")
        return asks is not None and not elsewhere
    return item.get_closest_marker("postgres") is None


_DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server", "client_account", "furnished"}


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Leave the databases of the run's own PostgreSQL where they are: the server goes with all of them at its end."""
    return ON_POSTGRES


@pytest.fixture(scope="session", autouse=True)
def collected_static_files() -> None:
    """Collect style sheets, scripts and fonts once a process, so that pages link them and the crawl fetches them."""
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make hashing a password cost little, as hundreds of tests sign somebody in; the algorithm stays the real one."""
    from troth.accounts.hashers import PepperedArgon2

    monkeypatch.setattr(PepperedArgon2, "memory_cost", 64)
    monkeypatch.setattr(PepperedArgon2, "time_cost", 1)


@pytest.fixture(autouse=True)
def fresh_answers() -> None:
    """Forget what pages take for granted for a moment: the database of the last test is gone."""
    from troth.kernel.remembering import forget_all

    forget_all()


@pytest.fixture(autouse=True)
def current_epoch(request: pytest.FixtureRequest) -> Iterator[None]:
    """Give each database test a first epoch of keys, as setup gives each site; its wrapping key goes with the test."""
    mark = request.node.get_closest_marker("django_db")
    if mark is None:
        yield
        return
    request.getfixturevalue("transactional_db" if mark.kwargs.get("transaction") else "db")
    from troth.vault.keyring import ensure_epoch

    ensure_epoch()
    yield
    for path in settings.ENVIRONMENT.secrets.glob("kek.*"):
        path.unlink()


@pytest.fixture
def furnished(request: pytest.FixtureRequest) -> Iterator[None]:
    """Give a database test the statement and the register of processors, as setup does: what leaves rests on both."""
    mark = request.node.get_closest_marker("django_db")
    request.getfixturevalue("transactional_db" if mark and mark.kwargs.get("transaction") else "db")
    from troth.processors.api import ensure_register
    from troth.statement.api import ensure_published
    from troth.statement.queries import forget_current_version

    forget_current_version()
    ensure_published()
    ensure_register()
    yield
    forget_current_version()


@pytest.fixture
def client() -> Any:
    """Return a browser that asks by HTTPS, as the site answers nothing else; errors in views are raised here."""
    from troth.kernel.crawl import SiteBrowser

    browser = SiteBrowser()
    browser.raise_request_exception = True
    browser.handler.enforce_csrf_checks = False
    return browser


@pytest.fixture(scope="session")
def playwright() -> Iterator[Any]:
    """Start the driver of browsers once a process: two in one thread do not go together.

    It keeps an event loop in the tests' thread, and Django refuses the database to a thread that has one. Nothing runs
    in that loop but the driver, and pages are served by other threads and processes, so Django is told to allow it.
    """
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as driver:
        yield driver
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(autouse=True, scope="session")
def flush_takes_the_record_too() -> Iterator[None]:
    """Let the emptying of tables after a transactional test pass the ledger's guards, which refuse it anywhere else.

    PostgreSQL would truncate every table, which makes new files for each and costs half a second; rows are deleted.
    """
    from django.db import transaction
    from django.db.backends.base.operations import BaseDatabaseOperations

    from troth.ledger.guards import lifted_guards
    from troth.orders.papers.guards import lifted_guards as lifted_from_papers

    flush = BaseDatabaseOperations.execute_sql_flush

    def flush_without_guards(operations: BaseDatabaseOperations, sql_list: list[str]) -> None:
        connection = operations.connection
        if ON_POSTGRES:
            flush(operations, [_DELETE_ALL_ROWS])
        elif connection.alias == "default":
            with transaction.atomic(), lifted_guards(connection), lifted_from_papers(connection):
                flush(operations, sql_list)
        else:
            flush(operations, sql_list)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush_without_guards)
        yield


_DELETE_ALL_ROWS = """
DO $$
DECLARE name text;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations' LOOP
        EXECUTE format('DELETE FROM %I', name);
    END LOOP;
END $$
"""
"""A replica's session fires no triggers, those of the guards and of foreign keys neither."""


@pytest.fixture
def card_standin(tmp_path: Path) -> Iterator[Any]:
    """Run the invented card processor, and let the site's adapter speak to it."""
    from tests.standins import serving_site

    with serving_site("card", tmp_path) as running:
        yield running


@pytest.fixture
def parcel_standin(tmp_path: Path) -> Iterator[Any]:
    """Run the invented carrier, and let the site's adapter speak to it."""
    from tests.standins import serving_site

    with serving_site("parcel", tmp_path) as running:
        yield running
