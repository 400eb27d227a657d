"""One-time codes and recovery codes: set up, asked at sign-in, used once, removed; each from the same set-up."""

import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
import time_machine

from tests.factories.accounts import PASSWORD, make_account, sign_in
from troth.accounts import api
from troth.accounts.factors import codes, recovery
from troth.accounts.models import Factor, Message, RecoveryCode, Session
from troth.kernel import clock
from troth.kernel.acting import acting
from troth.kernel.acting import client as client_actor
from troth.kernel.purposes import Purpose

SEED = codes.make_seed()
START = clock.now().replace(hour=9, minute=0, second=5, microsecond=0)


@pytest.fixture
def travel() -> Any:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def guarded(travel: Any, account: Any) -> Any:
    """An account with a generator whose first code was shown a day ago."""
    with acting(actor=client_actor(account.id), purpose=Purpose.SECURITY):
        assert api.add_codes(subject_id=account.id, seed=SEED, code=pyotp.TOTP(SEED).now(), label="my telephone")
    travel.shift(timedelta(days=1))
    return account


def present_code() -> str:
    return pyotp.TOTP(SEED).at(clock.now())


def is_signed_in(browser: Any) -> bool:
    return browser.get("/admin/factors/").status_code == 200


def test_a_password_alone_does_not_sign_in_and_the_code_does(client: Any, guarded: Any) -> None:
    assert sign_in(client)["Location"] == "/sign-in/code/"
    assert not is_signed_in(client)
    wrong = client.post("/sign-in/code/", {"code": "000000" if present_code() != "000000" else "111111"})
    assert wrong.status_code == 422
    assert not is_signed_in(client)
    assert client.post("/sign-in/code/", {"code": present_code()}).status_code == 303
    assert is_signed_in(client)


def test_a_code_is_good_once(client: Any, guarded: Any) -> None:
    assert codes.check_code(guarded.id, present_code())
    assert not codes.check_code(guarded.id, present_code())


@pytest.mark.parametrize(("seconds", "good"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_clock_may_be_wrong_by_one_step(guarded: Any, seconds: int, good: bool) -> None:
    code = pyotp.TOTP(SEED).at(clock.now() + timedelta(seconds=seconds))
    assert codes.check_code(guarded.id, code) is good


def test_wrong_codes_are_slowed_down_and_then_a_right_one_waits_too(guarded: Any) -> None:
    from troth.accounts.limits import FREE_FAILURES, TooMany

    for _each in range(FREE_FAILURES):
        assert not codes.check_code(guarded.id, "abcdef")
    with pytest.raises(TooMany):
        codes.check_code(guarded.id, present_code())


def test_a_second_step_without_the_first_is_refused(client: Any, guarded: Any) -> None:
    client.raise_request_exception = False
    assert client.post("/sign-in/code/", {"code": present_code()}).status_code == 409
    assert client.get("/sign-in/come-back/").status_code == 409


def test_the_generator_is_set_up_only_with_its_own_first_code(client: Any, account: Any, mailbox: Any) -> None:
    sign_in(client)
    shown = client.get("/admin/factors/codes/").content.decode()
    seed = re.search(r"<code>([A-Z2-7 ]+)</code>", shown)[1].replace(" ", "")
    assert "<svg" in shown
    assert "style=" not in shown
    assert client.post("/admin/factors/codes/", {"code": "12345"}).status_code == 422
    assert not api.has_second_factor(account.id)
    assert client.post("/admin/factors/codes/", {"code": pyotp.TOTP(seed).now(), "label": "drawer"}).status_code == 303
    assert api.has_second_factor(account.id)
    mailbox.deliver_all()
    told = mailbox.mails[-1]
    assert "new way to sign in" in told["Subject"]
    assert "generator of one-time codes" in mailbox.text_of(told)


def test_the_secret_is_sealed_and_never_shown(client: Any, guarded: Any) -> None:
    assert SEED.encode() not in bytes(Factor.objects.get().sealed)
    sign_in(client)
    client.post("/sign-in/code/", {"code": present_code()})
    for path in ("/admin/", "/admin/factors/"):
        page = client.get(path).content.decode()
        assert SEED not in page
        assert "my telephone" in page


def test_recovery_codes_are_shown_once_and_each_is_good_once(client: Any, guarded: Any, mailbox: Any) -> None:
    sign_in(client)
    client.post("/sign-in/code/", {"code": present_code()})
    page = client.post("/admin/factors/recovery-codes/").content.decode()
    made = re.findall(r"<code>([a-z2-7-]+)</code>", page)
    assert len(set(made)) == recovery.COUNT
    assert made[0] not in client.get("/admin/factors/recovery-codes/").content.decode()
    stored = {bytes(row.digest) for row in RecoveryCode.objects.all()}
    assert not any(code.encode() in digest for code in made for digest in stored)

    client.cookies.clear()
    sign_in(client)
    assert client.post("/sign-in/code/", {"code": made[0].upper().replace("-", " ")}).status_code == 303
    assert is_signed_in(client)
    mailbox.deliver_all()
    assert "You have 9 left" in mailbox.text_of(mailbox.mails[-1])

    client.cookies.clear()
    sign_in(client)
    assert client.post("/sign-in/code/", {"code": made[0]}).status_code == 422
    assert client.post("/sign-in/code/", {"code": made[1]}).status_code == 303


def test_a_recovery_code_of_another_does_not_work(guarded: Any) -> None:
    other = make_account(name="Bo", email="bo@example.org", user_name="bobo")
    code = recovery.make_codes(other.id)[0]
    assert not recovery.use_code(guarded.id, code)
    assert recovery.use_code(other.id, code)


def test_removing_asks_to_show_again_to_be_the_one(client: Any, guarded: Any, travel: Any, mailbox: Any) -> None:
    sign_in(client)
    client.post("/sign-in/code/", {"code": present_code()})
    path = f"/admin/factors/{Factor.objects.get().pk}/remove/"
    travel.shift(timedelta(minutes=20))
    assert client.post(path).status_code == 303
    assert api.has_second_factor(guarded.id)
    answer = client.get(path)
    assert answer["Location"].startswith("/confirm-it-is-you/?next=")
    assert client.post(answer["Location"], {"password": "not it"}).status_code == 422
    assert client.post(answer["Location"], {"password": PASSWORD})["Location"] == path
    recovery.make_codes(guarded.id)
    assert client.post(path).status_code == 303
    assert not api.has_second_factor(guarded.id)
    assert not RecoveryCode.objects.exists()
    mailbox.deliver_all()
    assert "was removed" in mailbox.mails[-1]["Subject"]


def test_a_kept_sign_in_must_show_a_code_before_it_changes_factors(client: Any, guarded: Any) -> None:
    sign_in(client, keep="on")
    client.post("/sign-in/code/", {"code": present_code()})
    for name in [name for name, cookie in client.cookies.items() if not cookie["max-age"]]:
        del client.cookies[name]
    assert is_signed_in(client)
    path = "/confirm-it-is-you/?next=/admin/factors/codes/"
    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=False):
        assert client.post(path, {"password": PASSWORD}).status_code == 422
        assert client.get("/admin/factors/codes/").status_code == 303
        assert client.post(path, {"password": PASSWORD, "code": present_code()}).status_code == 303
        assert client.get("/admin/factors/codes/").status_code == 200


def test_showing_again_sends_nobody_elsewhere(client: Any, account: Any) -> None:
    sign_in(client)
    answer = client.post("/confirm-it-is-you/?next=https://example.com/", {"password": PASSWORD})
    assert answer["Location"].startswith("/admin/")


def test_anothers_factor_is_not_reached(client: Any, guarded: Any) -> None:
    make_account(name="Bo", email="bo@example.org", user_name="bobo")
    sign_in(client, "bobo")
    client.raise_request_exception = False
    assert client.post(f"/admin/factors/{Factor.objects.get().pk}/remove/").status_code == 409
    assert client.get(f"/admin/factors/{Factor.objects.get().pk}/name/").status_code == 409
    assert api.has_second_factor(guarded.id)


def test_factors_are_counted_and_go_with_the_account(guarded: Any) -> None:
    from troth.kernel.ports import holders
    from troth.vault.api import plan_erasure

    recovery.make_codes(guarded.id)
    holder = holders.get("accounts.recovery_codes")
    assert holder.count(guarded.id) == len(holder.show(guarded.id)) == recovery.COUNT
    goes = {going.table for going in plan_erasure(guarded.id).goes}
    assert "accounts.Factor" in goes
    assert holder.erase(guarded.id) == recovery.COUNT
    assert holder.count(guarded.id) == 0


def test_mails_name_no_value_in_their_rows(guarded: Any) -> None:
    assert {tuple(row.facts.items()) for row in Message.objects.filter(kind="factor_added")} == {(("factor", "codes"),)}
    assert not Session.objects.exists()
