"""A correction goes on to whoever holds the old value, until it has answered; the client reads what became of it."""

import pytest

from troth.disclosures.models import Disclosure
from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.ids import new_id
from troth.kernel.purposes import Purpose
from troth.processors.api import Unreachable, correctors, remember_reference
from troth.processors.correcting import MOST_TRIES, Corrected, pass_on_due
from troth.processors.holders import NumbersElsewhere
from troth.processors.models import CorrectionState, RelayedCorrection
from troth.rights.received import read_received


def received(ada, recipient, *labels):
    Disclosure.objects.create(
        id=new_id(), subject_id=ada.id, recipient=recipient, recipient_name=recipient, operation="x.y",
        purpose=Purpose.BILLING, ground="informed", evidence="statement:1", fields=",".join(labels),
    )  # fmt: skip


def correct(ada, **values):
    with acting(actor=client(ada.id), purpose=Purpose.ACCOUNT):
        for name, value in values.items():
            setattr(ada.profile, name, value)
        ada.profile.save()


@pytest.fixture
def stripe(ada, monkeypatch):
    """The card processor holds a customer with the name on an order; what it is told is kept; it answers as told."""
    told = []
    received(ada, "card-processor", "orders.OrderContact.name", "orders.OrderContact.email")
    remember_reference(subject_id=ada.id, processor="card-processor", what="customer", ref="cus_1")

    def take(subject_id, references, names):
        told.append(([each.ref for each in references], list(names)))
        if isinstance(take.answer, Exception):
            raise take.answer
        return take.answer

    take.answer = Corrected(CorrectionState.DONE)
    take.told = told
    monkeypatch.setitem(correctors._items, "stripe", take)
    return take


def test_who_received_the_old_value_is_told_and_the_client_reads_that_it_was(ada, stripe):
    correct(ada, name="Ada King", telephone="+12125550124")
    row = RelayedCorrection.objects.get()
    assert (row.processor, row.labels, row.state) == ("card-processor", ("accounts.Profile.name",), "waiting")
    assert pass_on_due() == 1
    assert stripe.told == [(["cus_1"], ["name"])]
    (recipient,) = read_received(ada.id)
    assert [str(each.outcome) for each in recipient.corrections] == ["corrected there too"]
    assert any("corrected there too" in map(str, item.values.values()) for item in NumbersElsewhere().show(ada.id))


def test_who_never_received_such_a_value_or_holds_nothing_is_not_told(ada, stripe):
    received(ada, "mail-relay", "accounts.Profile.name")
    correct(ada, birthday=None, telephone="+12125550125")
    assert not RelayedCorrection.objects.exists()
    correct(ada, name="Ada King")
    assert RelayedCorrection.objects.get().processor == "card-processor"


def test_two_corrections_in_a_row_are_passed_on_as_one(ada, stripe):
    correct(ada, name="Ada King")
    correct(ada, name="Ada Byron")
    correct(ada, email="ada@new.example.org")
    assert RelayedCorrection.objects.get().labels == ("accounts.Profile.name", "accounts.Profile.email")
    assert pass_on_due() == 1
    assert stripe.told == [(["cus_1"], ["name", "email"])]


def test_who_does_not_answer_is_told_again_with_growing_pauses_and_then_counts_as_failed(ada, stripe):
    stripe.answer = Unreachable("nobody")
    correct(ada, name="Ada King")
    pauses = []
    for _try in range(MOST_TRIES - 1):
        assert pass_on_due() == 0
        pause = RelayedCorrection.objects.get().next_try_at - clock.now()
        pauses.append(round(pause.total_seconds() / 60))
        RelayedCorrection.objects.update(next_try_at=clock.now())
    assert pauses == sorted(pauses) and pass_on_due() == 1
    assert RelayedCorrection.objects.get().state == CorrectionState.FAILED
    stripe.answer = Corrected(CorrectionState.DONE)
    correct(ada, name="Ada Byron")
    assert pass_on_due() == 1
    assert RelayedCorrection.objects.filter(state=CorrectionState.DONE).exists()


def test_who_is_spoken_to_by_no_program_is_written_to_and_a_printed_label_stays(ada):
    received(ada, "insurer", "accounts.Profile.name")
    received(ada, "parcel-carrier", "accounts.Profile.name")
    for key in ("insurer", "parcel-carrier"):
        remember_reference(subject_id=ada.id, processor=key, what="thing", ref=f"{key}-1")
    correct(ada, name="Ada King")
    assert pass_on_due() == 2
    states = dict(RelayedCorrection.objects.values_list("processor", "state"))
    assert states == {"insurer": CorrectionState.LETTER, "parcel-carrier": CorrectionState.STAYS}


def test_what_was_passed_on_goes_with_the_account(ada, stripe):
    correct(ada, name="Ada King")
    holder = NumbersElsewhere()
    assert holder.count(ada.id) == 2
    assert holder.erase(ada.id) == 2
    assert holder.count(ada.id) == 0
