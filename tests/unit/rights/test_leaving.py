"""Deactivating, deleting, and the receipt: what is shown first, what is done, and what can be checked later."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.unit.rights.test_requests import agree
from troth.accounts.api import AccountState, get_account
from troth.kernel import clock
from troth.kernel.acting import acting, client, staff_member
from troth.kernel.operator import read_operator
from troth.kernel.ports import Feature
from troth.kernel.purposes import Purpose
from troth.rights.actions.departures import leave_for_client
from troth.rights.actions.requests import enter_request, take_request, verify_sender
from troth.rights.cases import case_of
from troth.rights.kinds import Channel, Kind, Verification
from troth.ui.api import format_date
from troth.vault import api as vault


def test_the_preview_names_what_goes_and_the_button_names_the_day(as_ada, ada):
    body = as_ada.get("/admin/delete/").content.decode()
    day = timezone.localdate(clock.now() + timedelta(days=read_operator().numbers.deletion_grace_days))
    assert f"Delete my account on {format_date(day)}" in body
    for value in ("Name", "Telephone", "E-mail address"):
        assert value in body
    assert "record" in body
    assert get_account(ada.id).state == AccountState.ACTIVE


def test_deleting_sets_the_day_that_was_shown_and_signs_out(as_ada, ada):
    answer = as_ada.post("/admin/delete/")
    account = get_account(ada.id)
    assert account.state == AccountState.LEAVING
    assert format_date(timezone.localdate(account.deletes_at)) in answer.content.decode()
    assert as_ada.get("/admin/").status_code == 303


def test_deactivating_signs_out_and_keeps_everything(as_ada, ada):
    assert as_ada.post("/admin/deactivate/").status_code == 200
    assert get_account(ada.id).state == AccountState.DEACTIVATED
    assert as_ada.get("/admin/").status_code == 303


@pytest.mark.parametrize("page", ["/admin/delete/", "/admin/deactivate/"])
def test_both_want_a_fresh_proof(client, ada, page):
    from tests.factories.visitors import sign_in_directly

    sign_in_directly(client, ada.id, fresh=False)
    assert client.post(page).status_code == 303
    assert get_account(ada.id).state == AccountState.ACTIVE


def test_a_broken_promise_closes_deletion_and_leaves_the_account(as_ada, ada, open_features):
    open_features.closed[Feature.ERASURE] = "A promise about erasure is broken."
    assert as_ada.post("/admin/delete/").status_code == 503
    assert get_account(ada.id).state == AccountState.ACTIVE


def test_a_letter_leads_to_deletion_only_when_verified(ada, heron):
    with acting(actor=staff_member(heron.id), purpose=Purpose.RIGHTS):
        letter = enter_request(
            subject_id=ada.id, kind=Kind.DELETE, channel=Channel.LETTER, received_at=clock.now(), text="Delete me."
        )
    with acting(actor=staff_member(heron.id), purpose=Purpose.RIGHTS, case=case_of(letter)):
        take_request(letter, staff_id=heron.id)
        with pytest.raises(Exception, match="Nobody has made sure"):
            leave_for_client(letter)
        assert get_account(ada.id).state == AccountState.ACTIVE
        verify_sender(letter, how=Verification.SIGNED_LETTER)
        with pytest.raises(Exception, match="A second person"):
            leave_for_client(letter)
    assert get_account(ada.id).state == AccountState.ACTIVE
    agree(letter)
    with acting(actor=staff_member(heron.id), purpose=Purpose.RIGHTS, case=case_of(letter)):
        leave_for_client(letter)
    assert get_account(ada.id).state == AccountState.LEAVING


# -- The receipt -------------------------------------------------------------------------------------------------------


@pytest.fixture
def erased(ada, monkeypatch):
    """The number of Ada's erasure, run to its end."""
    from troth.kernel import ports

    monkeypatch.setattr(ports.farewells, "_items", {})
    with acting(actor=client(ada.id), purpose=Purpose.ACCOUNT):
        number = vault.start_erasure(subject_id=ada.id)
    assert vault.run_erasures() == 1
    return number


def test_a_receipt_is_ours_until_a_letter_of_it_is_changed(erased, client):
    text = vault.find_receipt(erased)
    assert "This receipt is ours" in client.post("/receipt/", {"receipt": text}).content.decode()
    begin, block = text.split("-----BEGIN ERASURE RECEIPT-----")
    swapped = "A" if block[5] != "A" else "B"
    forged = f"{begin}-----BEGIN ERASURE RECEIPT-----{block[:5]}{swapped}{block[6:]}"
    assert "This is no receipt of ours" in client.post("/receipt/", {"receipt": forged}).content.decode()


def test_the_search_finds_who_is_here_and_not_who_was_erased(erased, client, bob):
    text = vault.find_receipt(erased)
    for value, words in (("ada@example.org", "Nobody is found"), ("bob@example.org", "Somebody is found")):
        assert words in client.post("/receipt/", {"receipt": text, "value": value}).content.decode()


def test_without_a_receipt_the_page_does_not_tell_who_has_an_account(client, bob):
    for value in ("bob@example.org", "nobody@example.org"):
        body = client.post("/receipt/", {"receipt": "none of ours", "value": value}).content.decode()
        assert "We did not search" in body
        assert "is found under this value" not in body


def test_a_file_that_is_no_text_is_refused_in_words(client, house):
    from django.core.files.uploadedfile import SimpleUploadedFile

    answer = client.post("/receipt/", {"file": SimpleUploadedFile("receipt.txt", b"\xff\xfe\x00")})
    assert "it is not text" in answer.content.decode()


def test_one_receipt_does_not_do_for_asking_about_everybody(erased, client, bob):
    text = vault.find_receipt(erased)
    answers = [client.post("/receipt/", {"receipt": text, "value": "bob@example.org"}) for _try in range(7)]
    assert "Somebody is found" in answers[0].content.decode()
    assert answers[-1].status_code == 429
    assert "Somebody is found" not in answers[-1].content.decode()
    assert "This receipt is ours" in client.post("/receipt/", {"receipt": text}).content.decode()
