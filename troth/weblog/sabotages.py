"""The deliberate breaches of I1 to I3, for the drills. None knows how the checks look."""

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import GenericIPAddressField

from troth.kernel import clock
from troth.kernel.sabotage import swap
from troth.weblog import collector, gathering, store
from troth.weblog.places import make_folders, weblog_folder
from troth.weblog.probing import in_child


@contextmanager
def _plant(folder_name: str, name: str, sql: str, *, day: date, mode: int = 0o600) -> Iterator[None]:
    """Put a file into the live web log, as a careless hand would; take it away afterwards."""
    folder = weblog_folder(settings.ENVIRONMENT.data)
    make_folders(folder)
    path: Path = folder / folder_name / f"{day}{name}.parquet"

    def write() -> bool:
        with store.connect() as connection:
            connection.execute(f"copy ({sql}) to '{path}' (format parquet)")
        path.chmod(mode)
        moment = (day - date(1970, 1, 1)).days * 86_400
        os.utime(path, (moment, moment))
        return True

    in_child(write)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def plant_join_key() -> AbstractContextManager[None]:
    """Write a table of browsers with the account beside each."""
    day = clock.today()
    sql = f"select '{day}' as day, 'browser' as kind, 'Firefox 140' as value, 25::bigint as n, '77' as account"
    return _plant("days", ".drill.dim", sql, day=day)


def plant_user_id() -> AbstractContextManager[None]:
    """Write a page's name with a person's id in it."""
    day = clock.today()
    sql = (
        f"select '{day}' as day, 'entry' as kind,"
        " '/members/0191d3b2-7a41-7c1e-9f00-a1b2c3d4e5f6' as value, 25::bigint as n"
    )
    return _plant("days", ".drill.dim", sql, day=day)


def plant_exact_time() -> AbstractContextManager[None]:
    """Write a bucket of one minute."""
    day = clock.today()
    sql = f"select '{day}' as day, 847::int as minute, 1::int as minutes, 30::bigint as visits, 60::bigint as views"
    return _plant("days", ".drill.visit", sql, day=day)


def plant_small_bucket() -> AbstractContextManager[None]:
    """Write a bucket of three visits."""
    day = clock.today()
    sql = f"select '{day}' as day, 840::int as minute, 15::int as minutes, 3::bigint as visits, 5::bigint as views"
    return _plant("days", ".drill.visit", sql, day=day)


def plant_old_network() -> AbstractContextManager[None]:
    """Bring a log of requests back that should be gone for eight days."""
    day = clock.today() - timedelta(days=15)
    sql = f"select '{day}' as day, 4::int as hour, '203.0.113.0/24' as network, '2xx' as status, 9::bigint as n"
    return _plant("requests", ".drill", sql, day=day)


def open_file() -> AbstractContextManager[None]:
    """Write a table that is in order, with the rights that a careless hand gives."""
    day = clock.today()
    sql = f"select '{day}' as day, 840::int as minute, 15::int as minutes, 30::bigint as visits, 60::bigint as views"
    return _plant("days", ".drill.visit", sql, day=day, mode=0o644)


def show_all_cells() -> AbstractContextManager[None]:
    """Let every cell be shown, however few share it."""
    return swap(store, "suppress", _show_cells)


def cut_nothing() -> AbstractContextManager[None]:
    """Hold whole addresses."""
    return swap(gathering, "cut_address", lambda text: f"{text}/32")


@contextmanager
def write_no_edges() -> Iterator[None]:
    """Lose the ways from page to page on the way to the disk."""
    write = store.write_rows

    def lose(folder: Path, table: str, name: str, rows: Any, *, dated: date) -> Path | None:
        return None if table == "edge" else write(folder, table, name, rows, dated=dated)

    with swap(store, "write_rows", lose):
        yield


@contextmanager
def count_twice() -> Iterator[None]:
    """Write every bucket with twice its visits."""
    write = store.write_rows

    def double(folder: Path, table: str, name: str, rows: Any, *, dated: date) -> Path | None:
        if table == "visit":
            rows = [(day, minute, minutes, visits * 2, views) for day, minute, minutes, visits, views in rows]
        return write(folder, table, name, rows, dated=dated)

    with swap(store, "write_rows", double):
        yield


@contextmanager
def remember_members() -> Iterator[None]:
    """Let no hit say that a sign-in travelled along."""
    take = gathering.Gatherer.take

    def forget_that(self: Any, hit: Any, *, wall: float, mono: float) -> None:
        from dataclasses import replace

        take(self, replace(hit, personal=False), wall=wall, mono=mono)

    with swap(gathering.Gatherer, "take", forget_that):
        yield


@contextmanager
def add_address_column() -> Iterator[None]:
    """Give a table about clients a column for addresses."""
    from django.apps import apps

    model = next(each for each in apps.get_models() if each._meta.app_label == "accounts")
    column = GenericIPAddressField(null=True)
    column.set_attributes_from_name("last_seen_from")
    column.model = model
    fields = [*model._meta.get_fields(), column]
    with swap(model._meta, "get_fields", lambda *_args, **_kwargs: fields):
        yield


@contextmanager
def keep_everything() -> Iterator[None]:
    """Keep members' visits like any other, in buckets and cells of one: the layout that most have."""
    with ExitStack() as stack:
        stack.enter_context(remember_members())
        stack.enter_context(show_all_cells())
        stack.enter_context(swap(store, "suppress_rows", _show_rows))
        for room in (gathering, collector):
            stack.enter_context(swap(room, "LEAST", 1))
        yield


def _show_cells(counts: Mapping[str, int], *, least: int) -> dict[str, int]:  # noqa: ARG001  called so
    return dict(counts)


def _show_rows(rows: Mapping[Any, Any], few: Any, *, least: int) -> dict[Any, list[int]]:  # noqa: ARG001  called so
    return {key: list(row) for key, row in rows.items()}


@contextmanager
def blind_attacker() -> Iterator[None]:
    """Take from the attacker what it knows of the accounts' side: then it finds nothing, whatever lies there."""
    from troth.weblog.attack.simulating import Site

    fill = Site.fill

    def forget(self: Site, **given: Any) -> Site:
        fill(self, **given)
        self.events.clear()
        return self

    with swap(Site, "fill", forget):
        yield
