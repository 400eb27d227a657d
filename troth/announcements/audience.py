"""Who gets a notice: computed from the class and never subscribed to, but for what its readers chose."""

from collections.abc import Callable, Sequence
from itertools import batched
from uuid import UUID

from django.db import connections
from django.db.models import Exists, OuterRef, QuerySet

from troth.accounts.api import Account
from troth.announcements.kinds import DeliveryState, rules_of
from troth.announcements.models import Delivery, Notice
from troth.announcements.readers import keep_readers, list_readers
from troth.kernel import clock
from troth.kernel.ports import Registry

CHUNK = 20_000
"""Recipients listed in one transaction: few enough that other writers do not notice."""
_ASKED = 500


def list_more(notice: Notice, *, after: UUID | None) -> UUID | None:
    """List the next recipients, in the caller's transaction; return the last one looked at, or None at the end."""
    if rules_of(notice.kind).one_click:
        _list_readers(notice)
        return None
    accounts = _find_accounts(notice)
    rest = accounts.filter(pk__gt=after) if after else accounts
    chunk = rest.order_by("pk").values_list("pk", flat=True)
    last: UUID | None = next(iter(chunk[CHUNK - 1 : CHUNK]), None)
    chosen = rest.filter(pk__lte=last) if last else rest
    _insert_from(notice, chosen)
    return last


def _find_accounts(notice: Notice) -> QuerySet[Account]:
    """Return the accounts of its class; of a correction, those alone who were sent what it corrects."""
    accounts = Account.objects.filter(state__in=rules_of(notice.kind).account_states)
    if notice.corrects_id is None:
        return accounts
    rows = Delivery.objects.filter(notice=notice.corrects_id, subject_id=OuterRef("pk"))
    return accounts.filter(Exists(rows.exclude(state=DeliveryState.SKIPPED)))


def still_wanted(notice: Notice, subject_ids: Sequence[UUID]) -> tuple[set[UUID], set[UUID]]:
    """Return whose accounts may still get it, and who of them still wants it; looked up when its mail is due."""
    states = rules_of(notice.kind).account_states
    known = set(Account.objects.filter(pk__in=subject_ids, state__in=states).values_list("pk", flat=True))
    if not rules_of(notice.kind).one_click:
        return known, known
    return known, keep_readers(notice, subject_ids) & known


letter_wishes: Registry[str, Callable[[Notice, Sequence[UUID]], set[UUID]]] = Registry("finder of who wishes letters")
"""Room → returns who of these is to get a letter about this notice and not its mail."""


def find_letter_wishes(notice: Notice, subject_ids: Sequence[UUID]) -> set[UUID]:
    """Return who of these gets a letter in the place of the mail; nobody where the class does not allow it."""
    if not rules_of(notice.kind).by_letter:
        return set()
    return {each for find in letter_wishes for each in find(notice, subject_ids)}


def _insert_from(notice: Notice, accounts: QuerySet[Account]) -> None:
    """Copy the ids by one statement: a million rows pass by no Python object."""
    query = accounts.values("pk").query
    connection = connections["default"]
    selected, parameters = query.get_compiler(using="default").as_sql()
    table, now = Delivery._meta.db_table, clock.now()
    columns = {
        "notice_id": notice.pk,
        "state": DeliveryState.PENDING,
        "skipped_for": "",
        "tries": 0,
        "next_try_at": now,
        "told_again": False,
        "code": 0,
        "bounced": "",
    }
    fields = {field.column: field for field in Delivery._meta.concrete_fields}
    values = [fields[name].get_db_prep_save(value, connection) for name, value in columns.items()]
    names = ", ".join(f'"{name}"' for name in columns)
    places = ", ".join("%s" for _name in columns)
    statement = (
        f'INSERT INTO "{table}" ({names}, "subject_id") SELECT {places}, chosen.pk FROM ({selected}) AS chosen '  # noqa: S608  our own names
        "WHERE TRUE ON CONFLICT DO NOTHING"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, *parameters])


def _list_readers(notice: Notice) -> None:
    """List those who chose it and confirmed their address."""
    for some in batched(list_readers(notice), _ASKED):
        states = rules_of(notice.kind).account_states
        _insert_from(notice, Account.objects.filter(pk__in=some, state__in=states))


def count_audience(notice: Notice) -> int:
    """Return how many would get it now."""
    accounts = _find_accounts(notice)
    if not rules_of(notice.kind).one_click:
        return accounts.count()
    return sum(accounts.filter(pk__in=some).count() for some in batched(list_readers(notice), _ASKED))
