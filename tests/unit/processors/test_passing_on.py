"""Deletion is passed on to whoever received, until it has answered, and its answer stands in the receipt."""

from datetime import timedelta

import pytest

from troth.disclosures.models import Disclosure
from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.purposes import Purpose
from troth.processors.api import Answer, Forgotten, Unreachable, forgetters, remember_reference
from troth.processors.models import DatedException, DeletionRequest, HeldThere
from troth.processors.passing_on import MOST_TRIES, ask_again, ask_deletion, clear_answered, pass_on_erasure
from troth.vault.api import find_receipt, run_erasures, start_erasure


@pytest.fixture
def stripe(ada, monkeypatch):
    """The card processor holds a customer; what it is asked is kept, and it answers as told."""
    asked = []
    remember_reference(subject_id=ada.id, processor="card-processor", what="customer", ref="cus_1")

    def forget(subject_id, refs):
        asked.append([(ref.what, ref.ref) for ref in refs])
        if isinstance(forget.answer, Exception):
            raise forget.answer
        return forget.answer

    forget.answer = Forgotten(Answer.DELETED, "customer and cards deleted")
    forget.asked = asked
    monkeypatch.setitem(forgetters._items, "stripe", forget)
    return forget


def received(ada, recipient):
    Disclosure.objects.create(
        id=ada.id,
        subject_id=ada.id,
        recipient=recipient,
        recipient_name=recipient,
        operation="x.y",
        purpose=Purpose.SERVICE_MESSAGES,
        ground="informed",
        evidence="statement:1",
        fields="accounts.Profile.email",
    )


def test_the_answer_stands_in_the_receipt_and_nothing_of_the_client_is_left(ada, stripe):
    received(ada, "mail-relay")
    with acting(actor=client(ada.id), purpose=Purpose.RIGHTS):
        erasure = start_erasure(subject_id=ada.id)
    assert run_erasures() == 1
    receipt = find_receipt(erasure)
    assert "Lantern Card Services (invented): customer and cards deleted" in receipt
    assert "Quill Mail Relay (invented): deletes by itself, by" in receipt
    assert stripe.asked == [[("customer", "cus_1")]]
    assert not HeldThere.objects.exists()
    DeletionRequest.objects.update(answered_at=clock.now() - timedelta(days=3))
    assert clear_answered() == 2
    assert set(DeletionRequest.objects.values_list("subject_id", flat=True)) == {None}


def test_who_does_not_answer_is_asked_on_with_growing_pauses_and_then_counts_as_failed(ada, stripe):
    stripe.answer = Unreachable("nobody")
    (request,) = ask_deletion(ada.id)
    pauses = []
    for _try in range(MOST_TRIES):
        request.refresh_from_db()
        if request.answer != Answer.WAITING:
            break
        pauses.append(request.next_try_at - clock.now())
        DeletionRequest.objects.update(next_try_at=clock.now())
        ask_again()
    request.refresh_from_db()
    minutes = [round(pause.total_seconds() / 60) for pause in pauses]
    assert minutes == sorted(minutes) and pauses[-1] > pauses[0]
    assert (request.answer, request.tries) == (Answer.FAILED, MOST_TRIES)
    assert request.refs == [["customer", "cus_1"]]


def test_it_answers_on_a_later_try(ada, stripe):
    stripe.answer = Unreachable("nobody")
    ask_deletion(ada.id)
    assert ask_again() == 0
    stripe.answer = Forgotten(Answer.DELETED, "deleted")
    DeletionRequest.objects.update(next_try_at=clock.now())
    assert ask_again() == 1
    assert "deleted" in pass_on_erasure(ada.id)[0]


def test_who_cannot_delete_needs_a_dated_exception_in_force(ada):
    received(ada, "mail-relay")
    assert [row.answer for row in ask_deletion(ada.id)] == [Answer.BY_ITSELF]
    DeletionRequest.objects.all().delete()
    DatedException.objects.update(until=clock.today() - timedelta(days=2))
    assert [row.answer for row in ask_deletion(ada.id)] == [Answer.FAILED]


def test_who_acts_for_itself_is_named_in_the_receipt_and_is_no_failure(ada):
    received(ada, "authority-L2026-0001")
    (told,) = pass_on_erasure(ada.id)
    assert told == "A court or an authority: acts for itself and not for us; ask it yourself to delete"
    assert DeletionRequest.objects.get().answer == Answer.OWN


def test_who_is_asked_by_letter_waits_for_staff_to_note_its_answer(ada):
    from troth.kernel.acting import system
    from troth.kernel.errors import Refused
    from troth.processors.passing_on import note_answer_by_letter

    received(ada, "insurer")
    (request,) = ask_deletion(ada.id)
    assert (request.answer, request.words) == (Answer.WAITING, "is asked by letter, and has not answered yet")
    with acting(actor=system("door-out"), purpose=Purpose.RIGHTS):
        note_answer_by_letter(request, deleted=True)
        request.refresh_from_db()
        assert (request.answer, request.words) == (Answer.DELETED, "deleted, as it wrote to us")
        with pytest.raises(Refused):
            note_answer_by_letter(request, deleted=False)
