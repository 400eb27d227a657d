"""Signing in and out, kept sign-ins, limits, and a new password by mail."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings

from tests.factories.accounts import PASSWORD, make_account, sign_in
from troth.accounts import kept, limits
from troth.accounts.models import AccountState, AttemptCount, KeptSignIn, Message, Session
from troth.kernel import clock
from troth.kernel.crawl import SiteBrowser

NEW_PASSWORD = "seven bridges over a green canal"


def make_browser():
    browser = SiteBrowser()
    browser.handler.enforce_csrf_checks = False
    return browser


@pytest.mark.parametrize("login", ["ada", "ADA", "ada@example.org", " Ada@EXAMPLE.org "])
def test_a_client_signs_in_by_user_name_or_address(account, client, login):
    answer = sign_in(client, login)

    assert answer.status_code == 303
    assert client.session.subject_id == account.id


def test_wrong_passwords_and_unknown_names_get_the_same_answer(account, client):
    wrong = sign_in(client, "ada", "a wrong one, and long")
    unknown = sign_in(make_browser(), "nobody", "a wrong one, and long")

    assert wrong.status_code == unknown.status_code == 422
    assert blank(wrong, "ada") == blank(unknown, "nobody")


def blank(page, typed):
    """Return the page without the form's token and what was typed."""
    text = page.content.decode().replace(f'value="{typed}"', "")
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)


def test_signing_in_costs_one_hash_whoever_is_named(account, client, monkeypatch):
    from troth.accounts.hashers import PepperedArgon2

    sign_in(client, "nobody")
    count = []
    verify = PepperedArgon2.verify
    monkeypatch.setattr(PepperedArgon2, "verify", lambda self, *given: count.append(1) or verify(self, *given))

    sign_in(client, "ada", "a wrong one, and long")
    known = len(count)
    sign_in(client, "nobody", "a wrong one, and long")

    assert (known, len(count) - known) == (1, 1)


def test_the_session_gets_a_new_cookie_at_sign_in_and_ends_with_the_browser(account, client):
    client.get("/sign-in/")
    sign_in(client, password="a wrong one, and long")
    before = client.cookies.get(settings.SESSION_COOKIE_NAME)
    answer = sign_in(client)
    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]

    assert before is None or before.value != cookie.value
    assert cookie["max-age"] == "" and cookie["expires"] == ""
    assert cookie["secure"] and cookie["httponly"]


def test_a_copy_of_the_table_opens_no_session(account, client):
    sign_in(client)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    row = Session.objects.get(subject_id=account.id)

    assert cookie.encode() not in bytes(row.digest) + bytes(row.sealed)
    assert b"password" not in bytes(row.sealed)
    assert make_browser().get("/sign-in/").status_code == 200
    thief = make_browser()
    thief.cookies[settings.SESSION_COOKIE_NAME] = bytes(row.digest).hex()
    assert thief.get("/sign-in/").status_code == 200
    assert client.get("/sign-in/").status_code == 303


def test_a_changed_session_row_counts_as_ended(account, client):
    sign_in(client)
    row = Session.objects.get(subject_id=account.id)
    assert client.get("/sign-in/").status_code == 303

    Session.objects.filter(pk=row.pk).update(sealed=bytes(row.sealed)[:-1] + bytes([bytes(row.sealed)[-1] ^ 1]))

    assert client.get("/sign-in/").status_code == 200


@pytest.mark.parametrize(("days", "status"), [(13, 303), (15, 200)])
def test_an_idle_session_ends(account, client, days, status):
    with time_machine.travel(clock.now()) as traveller:
        sign_in(client)
        traveller.shift(timedelta(days=days))
        assert client.get("/sign-in/").status_code == status


def test_a_session_ends_at_its_latest_day_however_busy(account, client):
    with time_machine.travel(clock.now()) as traveller:
        sign_in(client)
        for _ in range(3):
            traveller.shift(timedelta(days=9, hours=12))
            assert client.get("/sign-in/").status_code == 303
        traveller.shift(timedelta(days=2))
        assert client.get("/sign-in/").status_code == 200


def test_signing_out_ends_the_session_and_clears_the_browser(account, client):
    sign_in(client, keep="on")
    answer = client.post("/sign-out/")

    assert answer.headers["Clear-Site-Data"]
    assert not Session.objects.filter(subject_id=account.id).exists()
    assert not KeptSignIn.objects.exists()


@pytest.mark.parametrize("next_path", ["https://evil.example.org/", "//evil.example.org/", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere_after_signing_in(account, client, next_path):
    inside = sign_in(client, next="/cookies/")
    outside = sign_in(make_browser(), next=next_path)

    assert inside.headers["Location"] == "/cookies/"
    assert "evil" not in outside.headers["Location"] and "alert" not in outside.headers["Location"]


def test_a_deactivated_account_gets_no_session(account, client):
    account.state = AccountState.DEACTIVATED
    account.save()

    sign_in(client)

    assert client.session.subject_id is None


# -- Limits -----------------------------------------------------------------------------------------------------------


def test_after_five_failures_even_the_right_password_waits(account, client):
    with time_machine.travel(clock.now()) as traveller:
        for _ in range(limits.FREE_FAILURES):
            assert sign_in(client, password="a wrong one, and long").status_code == 422
        assert sign_in(client).status_code == 429
        traveller.shift(limits.FIRST_WAIT + timedelta(seconds=1))
        assert sign_in(client).status_code == 303


def test_after_fifty_failures_only_a_new_password_opens(account, client, mailbox):
    with time_machine.travel(clock.now()) as traveller:
        for _ in range(limits.MOST_FAILURES):
            sign_in(client, password="a wrong one, and long")
            traveller.shift(timedelta(hours=1, minutes=1))
        traveller.shift(timedelta(days=2))
        assert sign_in(client).status_code == 429
        set_password_by_mail(client, mailbox)
        assert sign_in(client, password=NEW_PASSWORD).status_code == 303


def test_an_unknown_name_is_slowed_down_like_a_known_one(account, client):
    for _ in range(limits.FREE_FAILURES):
        sign_in(client, "nobody")

    assert sign_in(client, "nobody").status_code == 429


def test_a_network_is_slowed_down_and_others_are_not(account, monkeypatch):
    monkeypatch.setitem(limits.BUCKETS, "sign_in", limits.Bucket(size=2, refill=timedelta(minutes=1)))
    near, far = make_browser(), make_browser()

    def knock(browser, address):
        data = {"login": "nobody", "password": "x"}
        return browser.post("/sign-in/", data, REMOTE_ADDR=address).status_code

    assert [knock(near, "192.0.2.7") for _ in range(3)] == [422, 422, 429]
    assert knock(far, "192.0.2.8") == 422
    assert [knock(far, f"2001:db8::{n}") for n in range(3)] == [422, 422, 429]


def test_no_count_tells_who_or_from_where(account, client):
    for _ in range(3):
        client.post("/sign-in/", {"login": "ada", "password": "x" * 20}, REMOTE_ADDR="192.0.2.7")

    row = AttemptCount.objects.get()
    stored = repr([getattr(row, field.attname) for field in row._meta.concrete_fields])
    assert row.failures == 3
    for trace in ("192.0.2.7", "ada", str(account.id), account.id.hex):
        assert trace not in stored


# -- Keep me signed in ------------------------------------------------------------------------------------------------


def come_back(browser):
    """Close the browser: the session cookie goes, the persistent one stays."""
    del browser.cookies[settings.SESSION_COOKIE_NAME]
    return browser.get("/sign-in/")


def test_the_persistent_cookie_is_set_only_when_asked_for(account):
    without, with_it = make_browser(), make_browser()
    sign_in(without)
    answer = sign_in(with_it, keep="on")

    assert kept.COOKIE not in without.cookies
    assert answer.cookies[kept.COOKIE]["max-age"] == 30 * 86400
    assert PASSWORD not in answer.cookies[kept.COOKIE].value


def test_a_kept_sign_in_spares_the_password_and_rotates(account, client):
    sign_in(client, keep="on")
    first = client.cookies[kept.COOKIE].value

    assert come_back(client).status_code == 303
    assert client.session.subject_id == account.id
    assert client.cookies[kept.COOKIE].value != first


def test_a_copied_token_ends_the_series_and_tells_the_owner(account, client):
    sign_in(client, keep="on")
    thief = make_browser()
    thief.cookies[kept.COOKIE] = client.cookies[kept.COOKIE].value
    with time_machine.travel(clock.now()) as traveller:
        come_back(client)
        traveller.shift(kept.SAME_MOMENT + timedelta(seconds=1))
        assert thief.get("/sign-in/").status_code == 200
        assert come_back(client).status_code == 200

    assert not KeptSignIn.objects.exists()
    assert Message.objects.filter(kind=kept.COPIED).count() == 1


def test_two_pages_opened_at_once_are_no_theft(account, client):
    sign_in(client, keep="on")
    twin = make_browser()
    twin.cookies[kept.COOKIE] = client.cookies[kept.COOKIE].value

    assert come_back(client).status_code == 303
    assert twin.get("/sign-in/").status_code == 303
    assert KeptSignIn.objects.count() == 1


@pytest.mark.parametrize(("days", "status"), [(29, 303), (31, 200)])
def test_a_kept_sign_in_ends(account, client, days, status):
    with time_machine.travel(clock.now()) as traveller:
        sign_in(client, keep="on")
        traveller.shift(timedelta(days=days))
        assert come_back(client).status_code == status


# -- A new password by mail -------------------------------------------------------------------------------------------


def set_password_by_mail(browser, mailbox, password=NEW_PASSWORD):
    browser.post("/password/forgotten/", {"login": "ada"})
    mailbox.deliver_all()
    path = mailbox.link_in(mailbox.mails[-1], "/password/new/")
    assert browser.get(path).headers["Location"] == "/password/new/"
    return browser.post("/password/new/", {"password": password})


def test_a_new_password_is_set_by_mail_and_ends_all_sessions(account, client, mailbox):
    other = make_browser()
    sign_in(other, keep="on")

    set_password_by_mail(client, mailbox)
    mailbox.deliver_all()

    assert other.get("/sign-in/").status_code == 200
    assert sign_in(client).status_code == 422
    assert sign_in(client, password=NEW_PASSWORD).status_code == 303
    assert mailbox.mails[-1]["Subject"].endswith("was changed")


def test_a_reset_says_the_same_for_known_and_unknown(account, client):
    known = client.post("/password/forgotten/", {"login": "ada"})
    unknown = client.post("/password/forgotten/", {"login": "nobody"})

    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert Message.objects.filter(kind="reset").count() == 1


def test_a_reset_link_ends_after_its_minutes(account, client, mailbox):
    client.post("/password/forgotten/", {"login": "ada"})
    mailbox.deliver_all()
    path = mailbox.link_in(mailbox.mails[-1], "/password/new/")

    with time_machine.travel(clock.now() + timedelta(minutes=29)):
        assert client.get(path).status_code == 303
    with time_machine.travel(clock.now() + timedelta(minutes=31)):
        assert client.get(path).status_code == 410
        assert client.post("/password/new/", {"password": NEW_PASSWORD}).status_code == 410


def test_a_welcome_link_sets_no_password(client, house, mailbox):
    make_account(verified=False)
    mailbox.deliver_all()
    code = mailbox.link_in(mailbox.mails[0], "/join/confirm/").removeprefix("/join/confirm/")

    assert client.get(f"/join/confirm/{code}").status_code == 303
    assert client.get(f"/password/new/{code}").status_code == 410


def test_a_bad_new_password_is_refused_with_the_reason(account, client, mailbox):
    answer = set_password_by_mail(client, mailbox, password="short")

    assert answer.status_code == 422
    assert "needs at least 15" in answer.content.decode()
    assert sign_in(make_browser()).status_code == 303
