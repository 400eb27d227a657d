"""Deactivating, coming back, asking for deletion, calling it off, and the end."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from tests.factories.accounts import make_account, sign_in
from troth.accounts import api
from troth.accounts.actions import leaving
from troth.accounts.models import Account, AccountState, KeptSignIn, Message, Session
from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.acting import client as client_actor
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.operator import read_operator
from troth.kernel.ports import Feature, interlocks
from troth.kernel.purposes import Purpose
from troth.ledger.api import entries_about
from troth.vault.api import run_erasures


def as_owner(account: Any) -> Any:
    return acting(actor=client_actor(account.id), purpose=Purpose.ACCOUNT)


def state_of(account: Any) -> str:
    return Account.objects.get(pk=account.id).state


def events_of(account: Any) -> list[str]:
    return [entry.event for entry in entries_about(account.id, limit=50)]


@pytest.fixture
def deactivated(account: Any) -> Any:
    with as_owner(account):
        api.deactivate(subject_id=account.id)
    return account


@pytest.fixture
def leaver(account: Any) -> Any:
    with as_owner(account):
        api.request_deletion(subject_id=account.id)
    return account


def test_deactivating_ends_everything_that_is_signed_in(client: Any, account: Any, mailbox: Any) -> None:
    sign_in(client, keep="on")
    with as_owner(account):
        api.deactivate(subject_id=account.id)
    assert state_of(account) == AccountState.DEACTIVATED
    assert not Session.objects.filter(subject_id=account.id).exists()
    assert not KeptSignIn.objects.exists()
    assert client.get("/admin/")["Location"].startswith("/sign-in/")
    mailbox.deliver_all()
    assert "come back" in mailbox.text_of(mailbox.mails[-1])
    assert "accounts:account:deactivated" in events_of(account)


def test_signing_in_offers_to_come_back_and_only_the_button_does(client: Any, deactivated: Any) -> None:
    assert sign_in(client)["Location"] == "/sign-in/come-back/"
    assert client.get("/sign-in/come-back/").status_code == 200
    assert client.get("/admin/").status_code == 303
    assert state_of(deactivated) == AccountState.DEACTIVATED
    assert client.post("/sign-in/come-back/")["Location"] == "/admin/"
    assert state_of(deactivated) == AccountState.ACTIVE
    assert client.get("/admin/").status_code == 200


def test_coming_back_does_not_pass_by_the_second_factor(client: Any, account: Any) -> None:
    import pyotp

    from troth.accounts.factors import codes

    seed = codes.make_seed()
    with as_owner(account):
        api.add_codes(subject_id=account.id, seed=seed, code=pyotp.TOTP(seed).now())
        api.deactivate(subject_id=account.id)
    sign_in(client)
    assert client.post("/sign-in/come-back/")["Location"] == "/sign-in/code/"
    assert state_of(account) == AccountState.DEACTIVATED


def test_deletion_has_a_date_and_can_be_called_off_until_then(client: Any, leaver: Any, mailbox: Any) -> None:
    days = read_operator().numbers.deletion_grace_days
    row = Account.objects.get(pk=leaver.id)
    assert row.state == AccountState.LEAVING
    assert abs(row.deletes_at - clock.now() - timedelta(days=days)) < timedelta(minutes=1)
    mailbox.deliver_all()
    assert "is deleted on" in mailbox.text_of(mailbox.mails[-1])
    sign_in(client)
    assert "call that off" in client.get("/sign-in/come-back/").content.decode()
    client.post("/sign-in/come-back/")
    row.refresh_from_db()
    assert (row.state, row.deletes_at) == (AccountState.ACTIVE, None)


def test_asking_again_keeps_the_first_date(leaver: Any) -> None:
    first = Account.objects.get(pk=leaver.id).deletes_at
    with as_owner(leaver):
        assert api.request_deletion(subject_id=leaver.id).deletes_at == first
    assert Message.objects.filter(kind="deletion_planned").count() == 1


def test_another_client_decides_nothing(account: Any) -> None:
    other = make_account(name="Bo", email="bo@example.org", user_name="bobo")
    with as_owner(other):
        for verb in (api.deactivate, api.request_deletion):
            with pytest.raises(AccessDenied):
                verb(subject_id=account.id)
    assert state_of(account) == AccountState.ACTIVE
    with as_owner(account):
        api.deactivate(subject_id=account.id)
    assert state_of(account) == AccountState.DEACTIVATED


def test_what_does_not_fit_the_state_is_refused(account: Any) -> None:
    with as_owner(account):
        for verb in (api.reactivate, api.cancel_deletion):
            with pytest.raises(Refused):
                verb(subject_id=account.id)
        api.deactivate(subject_id=account.id)
        with pytest.raises(Refused):
            api.deactivate(subject_id=account.id)
        api.request_deletion(subject_id=account.id)
        with pytest.raises(Refused):
            api.reactivate(subject_id=account.id)
        api.cancel_deletion(subject_id=account.id)


def test_a_closed_erasure_takes_no_request(account: Any, monkeypatch: Any) -> None:
    lock = interlocks.get("assessment")
    monkeypatch.setattr(
        lock, "reason_closed", lambda feature: "broken" if feature is Feature.ERASURE else "", raising=False
    )
    with as_owner(account), pytest.raises(Refused):
        api.request_deletion(subject_id=account.id)
    assert state_of(account) == AccountState.ACTIVE


def test_the_erasure_is_listed_only_when_the_days_are_over(leaver: Any) -> None:
    assert leaving.start_due_erasures() == 0
    with time_machine.travel(Account.objects.get(pk=leaver.id).deletes_at + timedelta(seconds=1), tick=False):
        assert leaving.start_due_erasures() == 1
        assert leaving.start_due_erasures() == 1


def test_a_deletion_that_is_listed_can_still_be_called_off(leaver: Any) -> None:
    with time_machine.travel(Account.objects.get(pk=leaver.id).deletes_at + timedelta(seconds=1), tick=False):
        leaving.start_due_erasures()
        with as_owner(leaver):
            assert api.cancel_deletion(subject_id=leaver.id).is_active
        run_erasures(report=lambda _line: None)
    assert state_of(leaver) == AccountState.ACTIVE


@pytest.mark.django_db(transaction=True)
def test_at_the_end_the_last_mail_says_where_the_receipt_is(client: Any, mailbox: Any) -> None:
    from django.conf import settings

    from troth.vault.keyring import ensure_epoch

    ensure_epoch()
    account = make_account()
    with as_owner(account):
        api.request_deletion(subject_id=account.id)
    mailbox.deliver_all()
    with time_machine.travel(Account.objects.get(pk=account.id).deletes_at + timedelta(hours=1)):
        leaving.start_due_erasures()
        assert run_erasures(report=lambda _line: None) == 1
    assert not Account.objects.filter(pk=account.id).exists()
    last = mailbox.mails[-1]
    assert last["To"] == "ada@example.org"
    path = mailbox.link_in(last, "/receipt/")
    receipt = client.get(path)
    assert receipt.status_code == 200
    assert b"ada@example.org" not in receipt.content
    assert client.post("/receipt/", {"receipt": receipt.content.decode()}).status_code == 200
    for kek in settings.ENVIRONMENT.secrets.glob("kek.*"):
        kek.unlink()


def test_a_receipt_of_nobody_is_not_found(client: Any, house: None) -> None:
    client.raise_request_exception = False
    assert client.get(f"/receipt/{uuid4()}/").status_code == 409


def test_who_never_confirmed_gets_no_last_mail(house: None) -> None:
    account = make_account(verified=False)
    with acting(actor=system("erasure"), purpose=Purpose.RIGHTS):
        leaving.say_farewell(account.id, uuid4())
    assert not Message.objects.filter(kind="erased").exists()
