"""Invented clients by the million: bulk inserts, and for sealing, keys and look-ups the vault's own functions.

Each client is what joining and confirming leave behind: account, profile sealed under a key of its own, that key
wrapped under the current epoch, entries in the blind index, and a row of the ledger. Every fourth gave
optional details.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import batched, chain
from operator import attrgetter
from typing import Any
from uuid import UUID, uuid4

from django.db import connections, models, transaction

from bench.values import VALUES, email_of
from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.vault import cipher, index, keyring
from troth.vault.api import KeyClass, Lookup, SealedModel
from troth.vault.models import Epoch, EpochState, IndexEntry, SubjectKey, WrappedKey

BATCH = 5000
"""Clients in one transaction."""
_CACHE_KIB = 400_000
"""SQLite's page cache while the tables are filled: random keys touch every page of an index."""
_STARTS = ("Al", "Ber", "Cor", "Dan", "El", "Fen", "Gor", "Hal", "Is", "Jor", "Kel", "Lor", "Mar", "Nor", "Os", "Per")
_MIDDLES = ("a", "be", "co", "di", "e", "fa", "go", "hi", "i", "ka", "le", "mo", "na", "o", "pi", "ra")
_ENDS = ("ton", "ley", "berg", "sen", "mann", "field", "worth", "wood", "by", "ford", "stein", "ski", "well", "ham")

type Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class _SealedRow:
    """A sealed row to be, with its key: what goes to which table."""

    subject_id: UUID
    key_id: UUID
    key: bytes
    row_id: UUID
    sealed: bytes
    given_count: int


def make_clients(count: int, *, start: int = 0, tell: Tell) -> None:
    """Make so many clients with the numbers from ``start`` on; ``tell`` is told how many there are.

    They are active, and their password is that of ``bench.house``: one hash for all, as a million would take a day.
    """
    from django.contrib.auth.hashers import make_password

    from bench.house import PASSWORD

    encoded = make_password(PASSWORD)
    with _filling():
        for numbers in batched(range(start, start + count), BATCH, strict=False):
            _store_clients(numbers, encoded)
            tell(numbers[-1] + 1)


def store_details(count: int) -> None:
    """Store so many rows of sealed details, each of a subject of its own."""
    from bench.details.models import SealedDetails

    values = {name: value for name, (_label, value) in VALUES.items()}
    for numbers in batched(range(count), BATCH, strict=False):
        rows = [_seal_row(SealedDetails, new_id(), values) for _number in numbers]
        _store_keys(rows)
        _store_sealed(SealedDetails, rows)


def _store_clients(numbers: Sequence[int], encoded: str) -> None:
    from troth.accounts.api import Account, AccountState, Profile

    now = clock.now()
    clients = [(number, new_id(), _invent_values(number)) for number in numbers]
    rows = [_seal_row(Profile, subject_id, values) for _number, subject_id, values in clients]
    _store_keys(rows)
    _store_entries(Profile, [(subject_id, values) for _number, subject_id, values in clients])
    with transaction.atomic():
        accounts = (
            {"id": row.subject_id, "password": encoded, "state": str(AccountState.ACTIVE), "verified_at": now}
            for row in rows
        )
        _insert(Account, accounts)
        _store_sealed(Profile, rows)
        _store_record(rows, now)


def _invent_values(number: int) -> dict[str, Any]:
    """Return the clean values of the client with this number."""
    high, low = divmod(number, len(_STARTS))
    higher, middle = divmod(high, len(_MIDDLES))
    given = f"{_STARTS[low]}{_MIDDLES[middle]}n"
    surname = f"{_STARTS[higher % 16]}{_MIDDLES[higher // 16 % 16]}{_ENDS[higher // 256 % 14]}"
    values: dict[str, Any] = {
        "name": f"{given} {surname}",
        "email": email_of(number),
        "user_name": f"client.{number}",
        "interests": [_first_interest()],
        "interest_records": _make_interest_records(),
    }
    if number % 4 == 0:
        values |= {
            "telephone": f"+1212{5550000 + number % 10000:07}",
            "time_zone": "America/New_York",
            "currency": "USD",
            "units": "imperial",
            "collects": f"Nautical instruments, mostly sextants; the catalogue has {number} of them.",
        }
    return values


@cache
def _first_interest() -> str:
    from troth.kernel.operator import read_operator

    return next(iter(read_operator().interests))


@cache
def _make_interest_records() -> Any:
    from troth.accounts.interests import record_interests

    return record_interests([_first_interest()])


# -- One table after the other ----------------------------------------------------------------------------------------


def _seal_row(model: type[SealedModel], subject_id: UUID, values: Mapping[str, Any]) -> _SealedRow:
    """Seal the values of one row under a new key, as ``SealedModel.save`` does."""
    key, key_id, row_id, today = os.urandom(cipher.KEY_BYTES), uuid4(), new_id(), clock.today().toordinal()
    packed = {name: model.sealed_attributes[name].pack(value) for name, value in values.items()}
    sealed = cipher.seal(
        key=key,
        binding=cipher.Binding(table=model._meta.label, key_id=key_id, row_id=row_id, row_version=1),
        values={"v": packed, "d": dict.fromkeys(packed, today)},
    )
    return _SealedRow(
        subject_id=subject_id, key_id=key_id, key=key, row_id=row_id, sealed=sealed, given_count=len(packed)
    )


def _store_sealed(model: type[SealedModel], rows: Iterable[_SealedRow]) -> None:
    """Store sealed rows and which key is whose. None goes by itself while the account stands."""
    rows = list(rows)
    today = clock.today()
    owners = ({"subject_id": r.subject_id, "key_class": str(KeyClass.ACCOUNT), "key_id": r.key_id} for r in rows)
    sealed = (
        {
            "id": row.row_id,
            "subject_id": row.subject_id,
            "key_id": row.key_id,
            "sealed": row.sealed,
            "seal_version": 1,
            "written_on": today,
            "given_count": row.given_count,
        }
        for row in rows
    )
    with transaction.atomic():
        _insert(SubjectKey, owners)
        _insert(model, sealed)


def _store_keys(rows: Iterable[_SealedRow]) -> None:
    """Wrap the keys under the current epoch, and store them in their own database."""
    epoch = Epoch.objects.get(state=EpochState.CURRENT).number
    kek = keyring.read_kek(epoch)
    wrapped = (
        {
            "key_id": row.key_id,
            "epoch": epoch,
            "wrapped": cipher.wrap_key(wrapping_key=kek, key=row.key, key_id=row.key_id, epoch=epoch),
        }
        for row in rows
    )
    with transaction.atomic(using=keyring.DATABASE):
        _insert(WrappedKey, wrapped)


def _store_entries(model: type[SealedModel], owned: Iterable[tuple[UUID, Mapping[str, Any]]]) -> None:
    """Store what the subjects are found by."""
    looked_up = [a for a in model.sealed_attributes.values() if a.lookup is not Lookup.NONE]
    entries = (
        {
            "code": index.code_of(attribute),
            "digest": digest,
            "subject_id": subject_id,
            "unique": attribute.lookup is Lookup.UNIQUE,
        }
        for subject_id, values in owned
        for attribute in looked_up
        if attribute.name in values
        for digest in index.digests_of(attribute, values[attribute.name])
    )
    with transaction.atomic(using=index.DATABASE):
        _insert(IndexEntry, entries)


def _store_record(rows: Iterable[_SealedRow], now: datetime) -> None:
    """Write one row of the record for each client; joining leaves three, which would say nothing more here."""
    from troth.accounts.api import AccountEvent
    from troth.ledger.models import EntryRow

    entries = (
        {
            "id": new_id(),
            "at": now,
            "event": str(AccountEvent.ACCOUNT_OPENED),
            "actor_kind": "client",
            "actor_ref": str(row.subject_id),
            "purpose": "account",
            "subject_id": row.subject_id,
            "object_type": "accounts.Account",
        }
        for row in rows
    )
    _insert(EntryRow, entries)


def _insert(model: type[models.Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows by plain SQL, in the caller's transaction.

    All rows name the same columns in the same order; the columns that they leave out get their defaults.
    """
    waiting = iter(rows)
    first = next(waiting)
    connection = connections[str(getattr(model, "stored_in", "default"))]
    fields = {f.attname: f for f in model._meta.concrete_fields if not isinstance(f, models.AutoField)}
    left_out = [field for name, field in fields.items() if name not in first]
    rest = [field.get_db_prep_save(field.get_default(), connection) for field in left_out]
    adapters = [_make_adapter(fields[name], connection) for name in first]
    names = ", ".join(connection.ops.quote_name(f.column) for f in [*(fields[name] for name in first), *left_out])
    marks = ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(model._meta.db_table)
    statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608  names of our own columns
    with connection.cursor() as cursor:
        cursor.executemany(
            statement,
            (
                [adapt(value) for adapt, value in zip(adapters, row.values(), strict=True)] + rest
                for row in chain([first], waiting)
            ),
        )


def _make_adapter(field: models.Field[Any, Any], connection: Any) -> Callable[[Any], Any]:
    """Return what turns a value of this column into what the database takes; the usual kinds without detours."""
    if connection.vendor == "sqlite" and isinstance(field, models.UUIDField):
        return attrgetter("hex")
    if connection.vendor == "sqlite" and isinstance(field, models.CharField | models.IntegerField | models.BinaryField):
        return lambda value: value

    @cache
    def adapt(value: Any) -> Any:
        return field.get_db_prep_save(value, connection)

    if isinstance(field, models.DateField | models.BooleanField):
        return adapt
    return lambda value: field.get_db_prep_save(value, connection)


@contextmanager
def _filling() -> Iterator[None]:
    """Take the indexes off SQLite's tables while they are filled, and make them anew after: sorted, that is quicker."""
    taken: list[tuple[str, str]] = []
    for alias in connections:
        connection = connections[alias]
        if connection.vendor != "sqlite":
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
            for name, statement in cursor.fetchall():
                taken.append((alias, statement))
                cursor.execute(f'DROP INDEX "{name}"')
    try:
        yield
    finally:
        for alias, statement in taken:
            with connections[alias].cursor() as cursor:
                cursor.execute(statement)
