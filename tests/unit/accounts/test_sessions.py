"""The session engine, the gates, what is held, and when it goes."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.backends.base import UpdateError
from django.http import HttpResponse
from django.test import RequestFactory

from tests.factories.accounts import make_account, sign_in
from troth.accounts import limits
from troth.accounts.actions.access import end_sessions
from troth.accounts.actions.registration import verify
from troth.accounts.gates import is_fresh, mark_fresh
from troth.accounts.models import Account, AccountState, KeptSignIn, MailedLink, Message, Session, SessionKind
from troth.accounts.sessions import SessionStore, limits_of
from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.pages import page
from troth.kernel.ports import holders, retention_rules
from troth.kernel.purposes import Purpose
from troth.vault.models import Erasure


def begin(account, kind=SessionKind.CLIENT):
    store = SessionStore()
    store.begin(subject_id=account.id, kind=kind)
    return store


def ask(store):
    request = RequestFactory().get("/anything/")
    request.session = store
    return request


@page("client")
def show_client(request):
    return HttpResponse("inside")


@page("client:fresh")
def show_fresh(request):
    return HttpResponse("inside")


def test_a_session_holds_what_was_put_in(account):
    store = begin(account)
    store["way"] = [1, "two"]
    store.save()

    again = SessionStore(store.session_key)
    assert again["way"] == [1, "two"]
    assert again.subject_id == account.id


def test_an_ended_session_never_comes_back(account):
    store = begin(account)
    store["way"] = 1
    store.save()
    with acting(actor=client(account.id), purpose=Purpose.ACCOUNT):
        assert end_sessions(account.id) == 1

    with pytest.raises(UpdateError):
        store.save()
    assert SessionStore(store.session_key).subject_id is None


def test_ending_all_but_one_leaves_one(account):
    mine, other = begin(account), begin(account)
    with acting(actor=client(account.id), purpose=Purpose.ACCOUNT):
        end_sessions(account.id, but=mine.row.pk)

    assert SessionStore(mine.session_key).subject_id == account.id
    assert SessionStore(other.session_key).subject_id is None


def test_stepping_up_changes_the_cookie_and_keeps_the_rest(account):
    store = begin(account)
    store["way"] = 1
    before, ends_at = store.session_key, store.row.ends_at
    mark_fresh(ask(store))

    assert store.session_key != before
    assert SessionStore(before).subject_id is None
    after = SessionStore(store.session_key)
    assert (after["way"], after.subject_id, after.row.ends_at) == (1, account.id, ends_at)


def test_staff_sessions_are_short(account):
    with time_machine.travel(clock.now()) as traveller:
        staff, other = begin(account, SessionKind.STAFF), begin(account)
        traveller.shift(limits_of(SessionKind.STAFF).idle + timedelta(seconds=1))
        assert SessionStore(staff.session_key).subject_id is None
        assert SessionStore(other.session_key).subject_id == account.id


def test_the_row_is_touched_once_a_day_and_names_days_only(account, django_assert_num_queries):
    with time_machine.travel(clock.now()) as traveller:
        key = begin(account).session_key
        with django_assert_num_queries(1):
            assert SessionStore(key).subject_id
        traveller.shift(timedelta(days=1, hours=1))
        with django_assert_num_queries(2):
            assert SessionStore(key).subject_id
        with django_assert_num_queries(1):
            assert SessionStore(key).subject_id


def test_a_page_of_clients_lets_in_who_is_signed_in(account):
    assert show_client(ask(begin(account))).content == b"inside"
    assert show_client(ask(SessionStore())).headers["Location"].startswith("/sign-in/?next=")


@pytest.mark.parametrize("state", [AccountState.DEACTIVATED, AccountState.LEAVING])
def test_an_account_that_is_not_active_sees_nothing(account, state):
    store = begin(account)
    assert show_client(ask(store)).status_code == 200

    deletes_at = clock.now() if state == AccountState.LEAVING else None
    Account.objects.filter(pk=account.pk).update(state=state, deletes_at=deletes_at)
    assert show_client(ask(store)).status_code == 303


def test_freshness_runs_out(account, settings):
    with time_machine.travel(clock.now()) as traveller:
        store = begin(account)
        mark_fresh(ask(store))
        assert show_fresh(ask(store)).content == b"inside"
        traveller.shift(timedelta(seconds=settings.REAUTHENTICATION_AGE + 1))
        assert not is_fresh(ask(store))
        assert show_client(ask(store)).content == b"inside"


def test_what_is_held_is_shown_and_goes(account, client):
    sign_in(client, keep="on")
    sign_in(client, password="a wrong one, and long")
    own = [holder for holder in holders if holder.name.startswith("accounts.")]

    shown = {item.key for holder in own for item in holder.show(account.id)}
    assert {"account", "session", "kept_sign_in", "mailed_link", "message", "attempts"} <= shown
    for holder in own:
        holder.erase(account.id)
        assert holder.count(account.id) == 0
    assert not Account.objects.exists()


def test_one_clients_rows_are_not_anothers(account, house):
    other = make_account(email="cyd@example.org", user_name="cyd")
    begin(account)
    begin(other)
    for holder in holders:
        if holder.name.startswith("accounts."):
            holder.erase(account.id)

    assert Account.objects.get() == other
    assert Session.objects.get().subject_id == other.id


def test_what_is_past_its_time_goes_and_the_rest_stays(account, client):
    sign_in(client, keep="on")
    limits.hold("asked_user_name", "somebody", life=timedelta(days=7))
    rules = [rule for rule in retention_rules if rule.name.startswith("accounts.")]
    assert [rule.count_due() for rule in rules] == [0] * len(rules)

    with time_machine.travel(clock.now() + timedelta(days=61)):
        assert sum(rule.count_due() for rule in rules) >= 5
        for rule in rules:
            rule.purge()
        assert sum(rule.count_due() for rule in rules) == 0
    for model in (Session, KeptSignIn, MailedLink, Message):
        assert not model.objects.exists()
    assert Account.objects.get() == account


def test_an_account_that_nobody_confirmed_is_erased_and_one_that_somebody_did_is_not(house):
    waiting = make_account(verified=False)
    make_account(email="cyd@example.org", user_name="cyd")
    rule = retention_rules.get("accounts.unconfirmed")

    with time_machine.travel(clock.now() + timedelta(days=8)):
        assert rule.purge() == 1
    assert Erasure.objects.get().subject_id == waiting.id


def test_who_confirms_at_the_last_moment_stays(house):
    waiting = make_account(verified=False)
    with time_machine.travel(clock.now() + timedelta(days=8)):
        retention_rules.get("accounts.unconfirmed").purge()
        with acting(actor=client(waiting.id), purpose=Purpose.ACCOUNT):
            verify(waiting)

    assert not Erasure.objects.exists()
