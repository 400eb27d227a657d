"""Attacks on the ways in, each tried beside the honest use that it imitates (WSTG-ATHN, WSTG-SESS)."""

from datetime import timedelta
from typing import Any

import pyotp
import pytest
import time_machine

from tests.factories.accounts import PASSWORD, make_account, sign_in
from troth.accounts import api, limits, mails
from troth.accounts import sign_in as signing_in
from troth.accounts.actions import access, address, leaving
from troth.accounts.factors import codes
from troth.accounts.links import LinkRefused, make_link, read_link, write_code
from troth.accounts.models import Account, AccountState, LinkKind, MailedLink, Message, Profile, Session
from troth.accounts.retention import erase_unconfirmed
from troth.kernel import clock
from troth.kernel.acting import acting
from troth.kernel.acting import client as client_actor
from troth.kernel.crawl import SiteBrowser
from troth.kernel.errors import Refused
from troth.kernel.purposes import Purpose
from troth.vault.models import Erasure

NEW_PASSWORD = "seven bridges over a green canal"
NEW_EMAIL = "ada@new.example.org"
SEED = codes.make_seed()
START = clock.now().replace(hour=9, minute=0, second=5, microsecond=0)


def make_browser() -> Any:
    browser = SiteBrowser()
    browser.handler.enforce_csrf_checks = False
    return browser


def as_owner(account: Any, purpose: Purpose = Purpose.ACCOUNT) -> Any:
    return acting(actor=client_actor(account.id), purpose=purpose)


def is_signed_in(browser: Any) -> bool:
    return browser.get("/admin/sessions/").status_code == 200


def email_of(account: Any) -> str:
    with as_owner(account):
        return Profile.objects.get(subject_id=account.id).open("email").email


def set_password(account: Any) -> None:
    """Set a new password as its owner does by mail."""
    link = make_link(subject_id=account.id, kind=LinkKind.RESET, life=timedelta(minutes=30))
    access.set_password_by_link(link=link, password=NEW_PASSWORD)


def leave(account: Any) -> None:
    with as_owner(account):
        api.deactivate(subject_id=account.id)


# -- A sign-in that has begun -----------------------------------------------------------------------------------------


@pytest.fixture
def travel() -> Any:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def guarded(travel: Any, account: Any) -> Any:
    """An account with a generator whose first code was shown a day ago."""
    with as_owner(account, Purpose.SECURITY):
        assert api.add_codes(subject_id=account.id, seed=SEED, code=pyotp.TOTP(SEED).now())
    travel.shift(timedelta(days=1))
    return account


def give_code(browser: Any) -> Any:
    return browser.post("/sign-in/code/", {"code": pyotp.TOTP(SEED).at(clock.now())})


def test_a_sign_in_that_has_begun_is_finished_within_its_time(client: Any, guarded: Any, travel: Any) -> None:
    sign_in(client)
    travel.shift(signing_in.PENDING_LIFE - timedelta(seconds=1))
    assert give_code(client).status_code == 303
    assert is_signed_in(client)


def test_a_sign_in_that_was_left_lying_is_not_finished(client: Any, guarded: Any, travel: Any) -> None:
    sign_in(client)
    travel.shift(signing_in.PENDING_LIFE + timedelta(seconds=1))
    assert give_code(client).status_code == 409
    assert not is_signed_in(client)


def test_a_new_password_ends_the_sign_ins_that_were_begun_with_the_old_one(client: Any, guarded: Any) -> None:
    sign_in(client)
    set_password(guarded)
    assert give_code(client).status_code == 409
    assert not is_signed_in(client)


def test_removing_the_second_factor_lets_nobody_in_who_waits_before_it(client: Any, guarded: Any) -> None:
    sign_in(client)
    set_password(guarded)
    with as_owner(guarded, Purpose.SECURITY):
        api.remove_factor(subject_id=guarded.id, factor_id=api_factor(guarded).id)
    client.get("/sign-in/code/")
    client.get("/sign-in/come-back/")
    assert not is_signed_in(client)


def api_factor(account: Any) -> Any:
    from troth.accounts.models import Factor

    return Factor.objects.get(subject_id=account.id)


def test_a_hash_that_is_renewed_while_signing_in_does_not_end_that_sign_in(
    client: Any, guarded: Any, monkeypatch: Any
) -> None:
    from troth.accounts.hashers import PepperedArgon2

    monkeypatch.setattr(PepperedArgon2, "time_cost", 2)
    before = guarded.password
    assert sign_in(client)["Location"] == "/sign-in/code/"
    assert Account.objects.get(pk=guarded.id).password != before
    assert give_code(client).status_code == 303
    assert is_signed_in(client)


@pytest.mark.parametrize("change", [set_password, leave], ids=["password", "deactivated"])
def test_what_ends_all_sessions_ends_the_one_that_is_just_being_begun(
    client: Any, account: Any, monkeypatch: Any, change: Any
) -> None:
    kind_of = signing_in._kind_of

    def change_first(subject_id: Any) -> Any:
        change(account)
        return kind_of(subject_id)

    monkeypatch.setattr(signing_in, "_kind_of", change_first)
    assert sign_in(client).status_code in {403, 409}
    assert not Session.objects.filter(subject_id=account.id).exists()


# -- Links that were mailed before ------------------------------------------------------------------------------------


def ask_change(account: Any) -> MailedLink:
    with as_owner(account):
        address.ask_change(subject_id=account.id, email=NEW_EMAIL)
    return MailedLink.objects.get(subject_id=account.id, kind=LinkKind.EMAIL_CHANGE)


def test_a_change_of_address_that_was_asked_for_is_confirmed(account: Any) -> None:
    address.confirm_change(ask_change(account))
    assert email_of(account) == NEW_EMAIL


def test_a_new_password_ends_a_change_of_address_that_somebody_else_asked_for(account: Any) -> None:
    code = write_code(ask_change(account))
    set_password(account)
    with pytest.raises(LinkRefused):
        read_link(code, kind=LinkKind.EMAIL_CHANGE)
    assert email_of(account) == "ada@example.org"


def test_changing_the_password_ends_the_link_for_a_new_one(client: Any, account: Any) -> None:
    link = make_link(subject_id=account.id, kind=LinkKind.RESET, life=timedelta(minutes=30))
    assert read_link(write_code(link), kind=LinkKind.RESET) == link
    sign_in(client)
    assert client.post("/admin/password/", {"before": PASSWORD, "password": NEW_PASSWORD}).status_code == 303
    with pytest.raises(LinkRefused):
        read_link(write_code(link), kind=LinkKind.RESET)


@pytest.mark.parametrize("taken_back", [False, True])
def test_a_link_that_was_mailed_to_the_former_address_sets_no_password(account: Any, taken_back: bool) -> None:
    change = ask_change(account)
    if taken_back:
        address.confirm_change(change)
    link = make_link(subject_id=account.id, kind=LinkKind.RESET, life=timedelta(minutes=30))
    if taken_back:
        undo = MailedLink.objects.get(subject_id=account.id, kind=LinkKind.EMAIL_UNDO)
        address.undo_change(undo)
    else:
        address.confirm_change(change)
    with pytest.raises(LinkRefused):
        read_link(write_code(link), kind=LinkKind.RESET)


def test_the_way_back_to_the_old_address_survives_a_new_password(account: Any) -> None:
    address.confirm_change(ask_change(account))
    undo = MailedLink.objects.get(subject_id=account.id, kind=LinkKind.EMAIL_UNDO)
    set_password(account)
    address.undo_change(undo)
    assert email_of(account) == "ada@example.org"


# -- Who has an account -----------------------------------------------------------------------------------------------

TWINS = [("ada", "ＡＤＡ"), ("ada@bücher.example", "ada@xn--bcher-kva.example")]


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(("login", "twin"), TWINS)
def test_two_spellings_of_one_name_are_slowed_down_together_whether_it_is_known_or_not(
    client: Any, house: None, login: str, twin: str, known: bool
) -> None:
    if known:
        make_account(email="ada@bücher.example")
    for _try in range(limits.FREE_FAILURES):
        assert sign_in(client, login, "a wrong one, and long").status_code == 422
    assert sign_in(make_browser(), twin, "a wrong one, and long").status_code == 429


@pytest.mark.parametrize("known", [True, False])
def test_asking_for_another_address_is_refused_after_as_many_tries_whether_it_is_known_or_not(
    account: Any, known: bool
) -> None:
    if known:
        make_account(name="Bob Example", email="bob@example.org", user_name="bob")
    taken = 0
    with as_owner(account), pytest.raises(Refused):
        while taken < 20:
            address.ask_change(subject_id=account.id, email="bob@example.org")
            taken += 1
    assert taken == address.ASKS_A_DAY


# -- Erasure beside a change of mind ----------------------------------------------------------------------------------


def test_who_comes_back_while_the_due_are_gathered_is_not_put_on_the_list(account: Any, monkeypatch: Any) -> None:
    other = make_account(name="Bob Example", email="bob@example.org", user_name="bob")
    for each in (account, other):
        with as_owner(each):
            api.request_deletion(subject_id=each.id)
    days = timedelta(days=60)
    with time_machine.travel(clock.now() + days, tick=False):
        leaving.start_due_erasures()
        assert Erasure.objects.count() == 2
        start = leaving.start_erasure

        def come_back_first(*, subject_id: Any) -> Any:
            if Account.objects.get(pk=other.id).state == AccountState.LEAVING and subject_id != other.id:
                with as_owner(other):
                    api.cancel_deletion(subject_id=other.id)
            return start(subject_id=subject_id)

        monkeypatch.setattr(leaving, "start_erasure", come_back_first)
        leaving.start_due_erasures()
    assert Account.objects.get(pk=other.id).state == AccountState.ACTIVE
    assert list(Erasure.objects.values_list("subject_id", flat=True)) == [account.id]


def test_who_confirms_while_the_unconfirmed_are_gathered_is_not_put_on_the_list(house: None, monkeypatch: Any) -> None:
    from troth.accounts import retention

    first, second = (
        make_account(name=f"{name} Example", email=f"{name}@example.org", user_name=name, verified=False)
        for name in ("ada", "bob")
    )
    start = retention.start_erasure

    def confirm_first(*, subject_id: Any) -> Any:
        confirmed = Account.objects.get(pk=second.id)
        if subject_id != second.id and confirmed.state == AccountState.UNVERIFIED:
            with as_owner(confirmed):
                api.verify(confirmed)
        return start(subject_id=subject_id)

    monkeypatch.setattr(retention, "start_erasure", confirm_first)
    with time_machine.travel(clock.now() + timedelta(days=400), tick=False):
        erase_unconfirmed()
    assert Account.objects.get(pk=second.id).is_active
    assert list(Erasure.objects.values_list("subject_id", flat=True)) == [first.id]


def test_an_erasure_that_has_begun_is_not_confirmed_away(house: None) -> None:
    waiting = make_account(verified=False)
    with time_machine.travel(clock.now() + timedelta(days=400), tick=False):
        erase_unconfirmed()
    Erasure.objects.update(facts={"farewell_said": True})
    with as_owner(waiting), pytest.raises(Refused):
        api.verify(waiting)
    assert Account.objects.get(pk=waiting.id).state == AccountState.UNVERIFIED


# -- What a mail's row may hold ---------------------------------------------------------------------------------------


def test_the_row_of_a_mail_takes_ids_and_words_of_closed_lists(account: Any) -> None:
    facts = {"link": str(account.id), "factor": "passkey", "left": 9}
    assert mails.ask_for_mail(subject_id=account.id, kind=access.RESET, facts=facts).facts == facts


@pytest.mark.parametrize("value", ["ada@example.org", "Ada Example", "+1 212 555 0142", ""])
def test_the_row_of_a_mail_takes_no_value_of_a_person(account: Any, value: str) -> None:
    before = Message.objects.count()
    with pytest.raises(Refused) as refusal:
        mails.ask_for_mail(subject_id=account.id, kind=access.RESET, facts={"link": value})
    assert not value or value not in refusal.value.message
    assert Message.objects.count() == before


# -- The way out that a refusal names ---------------------------------------------------------------------------------


def test_a_new_password_opens_what_too_many_wrong_ones_had_closed(account: Any) -> None:
    for kind in ("sign_in", "confirm", "confirm_identity"):
        limits.AttemptCount.objects.create(
            digest=limits.digest_of(kind, str(account.id)),
            failures=limits.MOST_FAILURES,
            ends_at=clock.now() + limits.REMEMBERED,
        )
        with pytest.raises(limits.TooMany):
            limits.count_try(kind, str(account.id))
    set_password(account)
    for kind in ("sign_in", "confirm", "confirm_identity"):
        limits.count_try(kind, str(account.id))
