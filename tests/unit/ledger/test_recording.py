"""What is written to the record, and what is refused."""

from enum import StrEnum
from uuid import UUID

import pytest

from troth.kernel.acting import Acting, Case, acting, client, staff_member, system
from troth.kernel.errors import AccessDenied, NotConfigured, Refused
from troth.kernel.ids import new_id
from troth.kernel.purposes import Purpose
from troth.ledger.api import (
    count_disclosures_of,
    count_entries_about,
    count_looks_at,
    disclosures_of,
    entries_about,
    find_entry,
    looks_at,
    record,
    register_events,
)

pytestmark = pytest.mark.django_db


class Event(StrEnum):
    OPENED = "ledgertest:values:opened"
    SENT = "ledgertest:values:sent"
    CHANGED = "ledgertest:values:changed"


register_events(
    {Event.OPENED: "looked", Event.SENT: "sent", Event.CHANGED: "changed"},
    looks=[Event.OPENED],
)

ADA = UUID("01890000-0000-7000-8000-000000000001")
BOB = UUID("01890000-0000-7000-8000-000000000002")


@pytest.fixture
def staff():
    with acting(actor=staff_member(BOB), purpose=Purpose.SUPPORT, case=Case("ticket", "T-17")) as context:
        yield context


def test_an_entry_says_who_why_on_which_case_and_which_fields(staff):
    entry_id = record(event=Event.OPENED, subject_id=ADA, fields=["name", "email"], object_type="accounts.Profile")
    entry = find_entry(entry_id)
    assert entry.actor == staff_member(BOB)
    assert entry.purpose is Purpose.SUPPORT
    assert entry.case == Case("ticket", "T-17")
    assert entry.fields == ("name", "email")
    assert entry.words == "looked"
    assert entry.is_look


def test_writing_is_one_statement(staff, django_assert_num_queries):
    with django_assert_num_queries(1):
        record(event=Event.OPENED, subject_id=ADA, fields=["name"])


def test_a_given_context_goes_before_the_present_one(staff):
    entry_id = record(event=Event.CHANGED, acting=Acting(actor=system("mender"), purpose=Purpose.UPKEEP))
    assert find_entry(entry_id).actor == system("mender")


def test_nobody_acting_records_nothing():
    with pytest.raises(AccessDenied):
        record(event=Event.OPENED, subject_id=ADA)
    assert count_entries_about(ADA) == 0


def test_an_event_that_nobody_registered_is_refused(staff):
    with pytest.raises(NotConfigured, match="nobody"):
        record(event="ledgertest:values:invented", subject_id=ADA)


def test_a_name_registered_twice_is_refused():
    with pytest.raises(NotConfigured, match="twice"):
        register_events({Event.OPENED: "again"})


def test_a_name_of_another_form_is_refused():
    class Misnamed(StrEnum):
        OPENED = "opened"

    with pytest.raises(NotConfigured, match="<app>:<what>:<verb>"):
        register_events({Misnamed.OPENED: "looked"})


@pytest.mark.parametrize(
    "value",
    [
        {"fields": ["Ada Lovelace"]},
        {"fields": ["ada@example.org"]},
        {"fields": "name"},
        {"object_id": "ada@example.org"},
        {"object_type": "Ada Lovelace"},
        {"recipient": "A Parcel Company, Inc."},
        {"ground": "because she said so"},
        {"object_id": "1\n2"},
    ],
)
def test_a_value_does_not_fit_and_is_not_told_on(staff, value):
    with pytest.raises(Refused) as refusal:
        record(event=Event.OPENED, subject_id=ADA, **value)
    assert "Ada" not in str(refusal.value)
    assert "ada@" not in str(refusal.value)
    assert count_entries_about(ADA) == 0


def test_names_and_ids_fit(staff):
    record(
        event=Event.SENT,
        subject_id=ADA,
        fields=["name", "address.post_code"],
        object_type="orders.Shipment",
        object_id=str(new_id()),
        recipient="parcel_company",
        ground="authorised",
    )
    assert count_entries_about(ADA) == 1


def test_pages_follow_each_other_newest_first_without_gap_or_repeat(staff):
    written = [record(event=Event.OPENED, subject_id=ADA) for _ in range(7)]
    record(event=Event.OPENED, subject_id=BOB)
    pages, after = [], None
    while page := looks_at(ADA, after=after, limit=3):
        pages.append(len(page))
        written_reversed = [entry.id for entry in page]
        assert written_reversed == written[::-1][sum(pages) - len(page) : sum(pages)]
        after = page[-1].id
    assert pages == [3, 3, 1]


def test_looks_disclosures_and_the_rest_are_told_apart(staff):
    record(event=Event.OPENED, subject_id=ADA)
    record(event=Event.SENT, subject_id=ADA, recipient="parcel_company", ground="authorised")
    record(event=Event.CHANGED, subject_id=ADA)
    assert [entry.event for entry in looks_at(ADA)] == [Event.OPENED]
    assert [entry.event for entry in disclosures_of(ADA)] == [Event.SENT]
    assert [entry.event for entry in entries_about(ADA, events=[Event.CHANGED])] == [Event.CHANGED]
    assert (count_looks_at(ADA), count_disclosures_of(ADA), count_entries_about(ADA)) == (1, 1, 3)
    assert looks_at(BOB) == []


def test_the_client_itself_is_an_actor_like_others():
    with acting(actor=client(ADA), purpose=Purpose.ACCOUNT):
        entry_id = record(event=Event.CHANGED, subject_id=ADA, fields=["name"])
    assert find_entry(entry_id).actor == client(ADA)
    assert find_entry(entry_id).case is None
