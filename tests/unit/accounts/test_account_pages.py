"""Changing the password and the e-mail address, and ending sessions."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import check_password

from tests.factories.accounts import PASSWORD, make_account, sign_in
from troth.accounts.actions import address
from troth.accounts.models import Account, AddressChange, KeptSignIn, Message, Profile, Session
from troth.accounts.queries import find_account_by_email
from troth.kernel import clock
from troth.kernel.acting import acting
from troth.kernel.acting import client as client_actor
from troth.kernel.crawl import SiteBrowser
from troth.kernel.purposes import Purpose

NEW_PASSWORD = "seven bridges over a green canal"
NEW_EMAIL = "ada@new.example.org"


def make_browser() -> Any:
    browser = SiteBrowser()
    browser.handler.enforce_csrf_checks = False
    return browser


def is_signed_in(browser: Any) -> bool:
    return browser.get("/admin/sessions/").status_code == 200


def email_of(account: Any) -> str:
    with acting(actor=client_actor(account.id), purpose=Purpose.ACCOUNT):
        return Profile.objects.get(subject_id=account.id).open("email").email


# -- The password -----------------------------------------------------------------------------------------------------


def test_the_old_password_changes_the_password_and_ends_what_else_is_signed_in(
    client: Any, account: Any, mailbox: Any
) -> None:
    other = make_browser()
    sign_in(other, keep="on")
    sign_in(client)
    before = client.cookies["__Host-session"].value
    assert client.post("/admin/password/", {"before": "not it at all", "password": NEW_PASSWORD}).status_code == 422
    assert is_signed_in(other)
    assert client.post("/admin/password/", {"before": PASSWORD, "password": NEW_PASSWORD}).status_code == 303
    assert client.cookies["__Host-session"].value != before
    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert not KeptSignIn.objects.exists()
    assert check_password(NEW_PASSWORD, Account.objects.get(pk=account.id).password)
    mailbox.deliver_all()
    assert "was changed" in mailbox.mails[-1]["Subject"]


@pytest.mark.parametrize("weak", ["short", "ada@example.org ada", "passwordpassword"])
def test_a_new_password_meets_the_same_rules_as_the_first(client: Any, account: Any, weak: str) -> None:
    sign_in(client)
    assert client.post("/admin/password/", {"before": PASSWORD, "password": weak}).status_code == 422
    assert check_password(PASSWORD, Account.objects.get(pk=account.id).password)


def test_guesses_at_the_old_password_are_slowed_down(client: Any, account: Any) -> None:
    sign_in(client)
    for _each in range(5):
        client.post("/admin/password/", {"before": "not it at all", "password": NEW_PASSWORD})
    answer = client.post("/admin/password/", {"before": PASSWORD, "password": NEW_PASSWORD})
    assert answer.status_code == 429
    assert check_password(PASSWORD, Account.objects.get(pk=account.id).password)


# -- The address ------------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(client: Any, account: Any, mailbox: Any) -> str:
    """The path of the link that went to the new address."""
    sign_in(client)
    assert client.post("/admin/email/", {"email": NEW_EMAIL}).status_code == 303
    mailbox.deliver_all()
    assert mailbox.mails[-1]["To"] == NEW_EMAIL
    return mailbox.link_in(mailbox.mails[-1], "/email/confirm/")


@pytest.fixture
def undo_path(client: Any, asked: str, mailbox: Any) -> str:
    """The path of the link that went to the old address, after the new one was confirmed."""
    follow(client, asked, "/email/confirm/")
    mailbox.deliver_all()
    told = {mail["To"]: mail for mail in mailbox.mails[-2:]}
    assert set(told) == {NEW_EMAIL, "ada@example.org"}
    return mailbox.link_in(told["ada@example.org"], "/email/undo/")


def follow(browser: Any, link: str, page: str) -> Any:
    assert browser.get(link)["Location"] == page
    assert browser.get(page).status_code == 200
    return browser.post(page)


def test_a_new_address_counts_only_when_it_is_confirmed_by_the_button(
    client: Any, account: Any, asked: str, django_capture_on_commit_callbacks: Any
) -> None:
    assert client.get(asked).status_code == 303
    assert email_of(account) == "ada@example.org"
    assert find_account_by_email(NEW_EMAIL) is None
    with django_capture_on_commit_callbacks(execute=True):
        follow(client, asked, "/email/confirm/")
    assert email_of(account) == NEW_EMAIL
    assert find_account_by_email("ada@example.org") is None
    client.raise_request_exception = False
    assert client.get(asked).status_code == 410


def test_the_old_address_takes_the_change_back_and_everything_signed_in_ends(
    client: Any, account: Any, undo_path: str, mailbox: Any
) -> None:
    owner = make_browser()
    assert email_of(account) == NEW_EMAIL
    follow(owner, undo_path, "/email/undo/")
    assert email_of(account) == "ada@example.org"
    assert not is_signed_in(client)
    assert not AddressChange.objects.exists()
    mailbox.deliver_all()
    assert mailbox.mails[-1]["To"] == "ada@example.org"


def test_after_seven_days_the_change_stays(client: Any, account: Any, undo_path: str) -> None:
    client.raise_request_exception = False
    with time_machine.travel(clock.now() + timedelta(days=7, minutes=1), tick=False):
        assert client.get(undo_path).status_code == 410
    assert email_of(account) == NEW_EMAIL


def test_no_second_change_while_the_first_can_be_taken_back(client: Any, account: Any, undo_path: str) -> None:
    client.raise_request_exception = False
    assert client.post("/admin/email/", {"email": "thief@example.com"}).status_code == 409
    with time_machine.travel(clock.now() + timedelta(days=7, minutes=1)):
        sign_in(client)
        assert client.post("/admin/email/", {"email": "third@example.org"}).status_code == 303


def test_an_address_of_another_account_is_not_told_to_who_asks(client: Any, account: Any, mailbox: Any) -> None:
    make_account(name="Bo", email="bo@example.org", user_name="bobo")
    sign_in(client)
    unknown = client.post("/admin/email/", {"email": NEW_EMAIL})
    known = client.post("/admin/email/", {"email": "bo@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    mailbox.deliver_all()
    told = [mail for mail in mailbox.mails if mail["To"] == "bo@example.org"]
    assert "already" in mailbox.text_of(told[-1])
    assert email_of(account) == "ada@example.org"


def test_an_address_that_was_taken_meanwhile_is_refused_and_nothing_changes(
    client: Any, account: Any, asked: str
) -> None:
    make_account(name="Bo", email=NEW_EMAIL, user_name="bobo")
    client.raise_request_exception = False
    assert client.get(asked).status_code == 303
    assert client.post("/email/confirm/").status_code == 409
    assert email_of(account) == "ada@example.org"


def test_what_is_kept_of_a_change_goes_by_itself(client: Any, account: Any, undo_path: str) -> None:
    change = AddressChange.objects.get()
    assert change.due_on == clock.today() + timedelta(days=8)


def test_the_rows_of_the_mails_hold_no_address(undo_path: str) -> None:
    facts = [set(row.facts) for row in Message.objects.filter(kind__startswith="email_")]
    assert facts
    assert all(keys <= {"link"} for keys in facts)


def test_asking_too_often_is_refused(client: Any, account: Any) -> None:
    sign_in(client)
    client.raise_request_exception = False
    answers = [client.post("/admin/email/", {"email": f"ada{n}@example.org"}).status_code for n in range(5)]
    assert answers == [303] * 4 + [409]
    assert timedelta(hours=24) == address.CONFIRM_LIFE


# -- Sessions ---------------------------------------------------------------------------------------------------------


def test_one_session_is_ended_and_the_others_go_on(client: Any, account: Any) -> None:
    other, third = make_browser(), make_browser()
    for browser in (client, other, third):
        sign_in(browser)
    page = client.get("/admin/sessions/").content.decode()
    assert page.count("Signed in on") == 3
    assert page.count("this one") == 1
    client.post(f"/admin/sessions/{other.session.row.id}/end/")
    assert not is_signed_in(other)
    assert is_signed_in(third)
    client.post("/admin/sessions/end-others/")
    assert not is_signed_in(third)
    assert is_signed_in(client)


def test_ending_a_session_ends_the_kept_sign_in_that_it_came_of(client: Any, account: Any) -> None:
    other = make_browser()
    sign_in(other, keep="on")
    sign_in(client)
    client.post(f"/admin/sessions/{other.session.row.id}/end/")
    assert not KeptSignIn.objects.exists()
    assert not is_signed_in(other)


def test_anothers_session_is_not_ended(client: Any, account: Any) -> None:
    make_account(name="Bo", email="bo@example.org", user_name="bobo")
    other = make_browser()
    sign_in(other, "bobo")
    sign_in(client)
    client.post(f"/admin/sessions/{other.session.row.id}/end/")
    assert is_signed_in(other)
    assert Session.objects.filter(subject_id=account.id).count() == 1


def test_keeping_is_ended_from_the_list(client: Any, account: Any) -> None:
    sign_in(client, keep="on")
    client.post(f"/admin/sessions/kept/{KeptSignIn.objects.get().id}/end/")
    assert not KeptSignIn.objects.exists()
    assert is_signed_in(client)
