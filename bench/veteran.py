"""A client of ten years: every detail given, and a record of thousands of rows."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import batched, cycle
from uuid import UUID

from uuid_utils.compat import uuid7

from troth.kernel import clock
from troth.kernel.ids import new_id

YEARS = 10
ROWS_A_YEAR = 500
EMAIL = "veteran@example.org"


def make_veteran(encoded: str) -> UUID:
    """Make the client with its profile, ten years of the record, two requests and three sessions; return its id.

    Arguments:
        encoded: the hash of its password.
    """
    from django.db import transaction

    from troth.accounts.api import Profile, open_account, verify
    from troth.accounts.interests import record_interests
    from troth.kernel.acting import acting, client
    from troth.kernel.operator import read_operator
    from troth.kernel.purposes import Purpose
    from troth.rights.kinds import Channel, Kind
    from troth.rights.models import Request

    keys = list(read_operator().interests)[:3]
    values = {"name": "Ottilie Farnsworth-Example", "email": EMAIL, "user_name": "veteran", "interests": keys}
    account = open_account(values=values, encoded=encoded)
    with acting(actor=client(account.id), purpose=Purpose.ACCOUNT):
        with transaction.atomic():
            verify(account)
        profile = Profile.objects.get(subject_id=account.id)
        for name, value in {**_DETAILS, "interest_records": record_interests(keys)}.items():
            setattr(profile, name, value)
        profile.save()
        for text in ("My postal code is an old one.", "Which organisations received my address?"):
            request = Request(subject_id=account.id, kind=Kind.ERROR, channel=Channel.ADMIN_PAGE)
            request.text = text
            request.save()
    _write_record(account.id)
    return account.id


_DETAILS = {
    "greeting": "Ottilie",
    "telephone": "+1 212 555 0142",
    "address": {
        "country_code": "US",
        "street_address": "1 Example Plaza",
        "city": "New York",
        "country_area": "NY",
        "postal_code": "10001",
    },
    "birthday": date(1961, 5, 4),
    "language": "en",
    "time_zone": "America/New_York",
    "currency": "USD",
    "units": "imperial",
    "collects": "Nautical instruments, mostly sextants before 1850.",
}


def _write_record(subject_id: UUID) -> None:
    """Write ten years of sign-ins, changes, mails, and looks by staff and by the program."""
    from troth.ledger.models import EntryRow

    for rows in batched(_invent_rows(subject_id), 1000, strict=False):
        EntryRow.objects.bulk_create([EntryRow(subject_id=subject_id, **row) for row in rows])


def _invent_rows(subject_id: UUID) -> Iterator[dict[str, object]]:
    from troth.accounts.api import AccountEvent
    from troth.vault.api import Event

    own = {"actor_kind": "client", "actor_ref": str(subject_id), "purpose": "account"}
    staff = {"actor_kind": "staff", "actor_ref": str(new_id()), "purpose": "support", "object_type": "accounts.Profile"}
    program = {"actor_kind": "system", "actor_ref": "accounts-mail", "purpose": "service_messages"}
    kinds = cycle(
        (
            {**own, "event": str(AccountEvent.SIGNED_IN)},
            {**own, "event": str(Event.VALUES_CHANGED), "fields": "collects", "object_type": "accounts.Profile"},
            {
                **staff,
                "event": str(Event.VALUES_OPENED),
                "fields": "name,email",
                "case_kind": "ticket",
                "case_ref": "1",
            },
            {**program, "event": str(Event.VALUES_OPENED), "fields": "email,name", "object_type": "accounts.Profile"},
            {**own, "event": str(AccountEvent.SIGNED_OUT)},
        )
    )
    count, now = YEARS * ROWS_A_YEAR, clock.now()
    step = timedelta(days=365.25 * YEARS) / count
    for number in range(count, 0, -1):
        at = now - number * step
        yield {**next(kinds), "at": at, "id": uuid7(nanoseconds=_count_nanoseconds(at))}


def _count_nanoseconds(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 1000
