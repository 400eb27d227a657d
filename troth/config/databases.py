"""The databases: ``default`` holds the tables, ``keys`` the wrapped keys and the erasure ledger, ``index`` look-ups.

They are apart because an erasure must reach every copy: keys and index are in no backup of the main database
(docs/decisions). SQLite by default, PostgreSQL by ``DATABASE_URL``; the same code on both.
"""

from typing import Any

import dj_database_url

from troth.config.environment import Environment
from troth.kernel.errors import NotConfigured

SCHEMES = ("sqlite", "postgres", "postgresql")

SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON;"
    ),
}


def configure_databases(environment: Environment) -> dict[str, dict[str, Any]]:
    """Return Django's DATABASES for this environment."""
    urls = {
        "default": ("DATABASE_URL", environment.database_url),
        "keys": ("KEYS_DATABASE_URL", environment.keys_database_url),
        "index": ("INDEX_DATABASE_URL", environment.index_database_url),
    }
    return {alias: _configure(name, url) for alias, (name, url) in urls.items()}


def _configure(name: str, url: str) -> dict[str, Any]:
    """Return what Django is told of one database; never show the address in an error, as a password may be in it."""
    scheme = url.partition(":")[0]
    if scheme not in SCHEMES:
        raise NotConfigured(f"{name} starts with {scheme!r}, and must with one of {', '.join(SCHEMES)}, each then ://.")
    try:
        parsed = dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True)
    except ValueError:
        raise NotConfigured(f"{name} is no address of a database, such as postgres://user@host/name.") from None
    database: dict[str, Any] = dict(parsed)
    if database["ENGINE"].endswith("sqlite3"):
        database["ENGINE"] = "troth.config.sqlite"
        database["OPTIONS"] = SQLITE_OPTIONS
    return database


class Router:
    """Sends a model to the database that it names in ``stored_in``; all others to ``default``."""

    def db_for_read(self, model: type, **_hints: object) -> str:
        """Return the alias for reads."""
        return str(getattr(model, "stored_in", "default"))

    db_for_write = db_for_read

    def allow_relation(self, first: object, second: object, **_hints: object) -> bool:
        """Relations stay within one database."""
        return self.db_for_read(type(first)) == self.db_for_read(type(second))

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool:
        """Make each table only in its own database."""
        if target := hints.get("database"):
            return bool(target == db)
        if model_name is None:
            return db == "default"
        from django.apps import apps

        try:
            model = apps.get_model(app_label, model_name)
        except LookupError:
            return db == "default"
        return self.db_for_read(model) == db
