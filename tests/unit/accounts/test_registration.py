"""Joining: what is asked, what is told, and what must have happened before an account can be used."""

from datetime import timedelta

import pytest
import time_machine

from tests.factories.accounts import PASSWORD, make_account, sign_in
from troth.accounts import mails
from troth.accounts.actions import registration
from troth.accounts.models import Account, AccountState, MailedLink, Message, Profile
from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.purposes import Purpose
from troth.vault.api import Taken

VISITOR = {"name": "Bo Example", "email": "bo@example.org", "user_name": "bob", "password": PASSWORD}

pytestmark = pytest.mark.usefixtures("house")


def join(browser, **changes):
    return browser.post("/join/", VISITOR | changes)


def test_a_visitor_joins_confirms_by_the_mail_and_is_signed_in(client, mailbox):
    assert join(client, interests=["events"]).headers["Location"] == "/join/sent/?strength=4"
    mailbox.deliver_all()
    path = mailbox.link_in(mailbox.mails[0], "/join/confirm/")

    taken = client.get(path)
    assert taken.headers["Location"] == "/join/confirm/"
    assert Account.objects.get().state == AccountState.UNVERIFIED
    page = client.get("/join/confirm/")
    assert "bob" in page.content.decode()
    done = client.post("/join/confirm/", {"password": PASSWORD})

    assert done.status_code == 303
    account = Account.objects.get()
    assert account.state == AccountState.ACTIVE
    assert client.session.subject_id == account.id


def test_a_link_is_good_for_one_use(client, mailbox):
    join(client)
    mailbox.deliver_all()
    path = mailbox.link_in(mailbox.mails[0], "/join/confirm/")
    client.get(path)
    client.post("/join/confirm/", {"password": PASSWORD})

    again = client.get(path)

    assert again.status_code == 410
    shown = again.content.decode()
    assert "This link leads nowhere any more" in shown
    assert '<a href="/join/again/">Send the confirmation mail again</a>' in shown
    assert "failed on our side" not in shown


def test_a_link_ends_after_its_hours(client, mailbox):
    join(client)
    mailbox.deliver_all()
    path = mailbox.link_in(mailbox.mails[0], "/join/confirm/")

    with time_machine.travel(clock.now() + timedelta(hours=71)):
        assert client.get(path).status_code == 303
    with time_machine.travel(clock.now() + timedelta(hours=72, minutes=1)):
        assert client.get(path).status_code == 410


def test_a_changed_link_is_refused(client, mailbox):
    join(client)
    mailbox.deliver_all()
    path = mailbox.link_in(mailbox.mails[0], "/join/confirm/")
    swapped = path[:-3] + ("A" if path[-3] != "A" else "B") + path[-2:]

    assert client.get(path).status_code == 303
    assert client.get(swapped).status_code == 410


def test_the_wrong_password_does_not_confirm(client, mailbox):
    join(client)
    mailbox.deliver_all()
    client.get(mailbox.link_in(mailbox.mails[0], "/join/confirm/"))

    answer = client.post("/join/confirm/", {"password": "another long password"})

    assert answer.status_code == 422
    assert Account.objects.get().state == AccountState.UNVERIFIED


@pytest.mark.parametrize("left_out", ["name", "email", "user_name", "password"])
def test_each_of_the_four_is_required(client, left_out):
    answer = join(client, **{left_out: ""})

    assert answer.status_code == 422
    assert not Account.objects.exists()


def test_what_was_typed_is_kept_but_the_password(client):
    page = join(client, user_name="b@d").content.decode()

    assert 'value="Bo Example"' in page
    assert PASSWORD not in page


def test_a_known_address_gets_the_same_answer_and_its_owner_a_mail(client, mailbox):
    make_account(email="bo@example.org", user_name="owner")
    fresh = join(client, email="new@example.org", user_name="newcomer")
    known = join(client)

    assert (known.status_code, known.headers["Location"]) == (fresh.status_code, fresh.headers["Location"])
    assert known.content == fresh.content
    assert Account.objects.count() == 2
    assert Message.objects.filter(kind=registration.ALREADY_REGISTERED).count() == 1
    mailbox.deliver_all()
    owner = next(mail for mail in mailbox.mails if "already" in mail["Subject"])
    assert owner["To"] == "bo@example.org"
    assert "owner" in mailbox.text_of(owner)


def test_trying_the_same_user_name_twice_does_not_tell_a_known_address_from_a_new_one(client):
    make_account(email="bo@example.org", user_name="owner")
    join(client)
    join(client, email="new@example.org", user_name="newcomer")

    known_again = join(client)
    new_again = join(client, email="new@example.org", user_name="newcomer")

    assert known_again.status_code == new_again.status_code == 422


def test_a_user_name_that_is_taken_is_told_whatever_its_case(client):
    make_account(user_name="Bob", email="other@example.org")

    answer = join(client, user_name="bOB")

    assert answer.status_code == 422
    assert "is taken" in answer.content.decode()


def test_an_unconfirmed_account_answers_like_a_wrong_password(client):
    make_account(verified=False)
    make_account(email="cy@example.org", user_name="cyd")

    waiting = sign_in(client, "ada")
    wrong = sign_in(client, "cyd", "a wrong one, and long")

    assert waiting.status_code == wrong.status_code == 422
    assert client.session.subject_id is None


def test_the_welcome_mail_is_sent_again_but_not_twice_a_minute(client):
    account = make_account(verified=False)
    welcomes = Message.objects.filter(subject_id=account.id, kind=registration.WELCOME)

    client.post("/join/again/", {"email": "ada@example.org"})
    assert welcomes.count() == 1
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        client.post("/join/again/", {"email": "ada@example.org"})
    assert welcomes.count() == 2
    assert MailedLink.objects.filter(subject_id=account.id).count() == 1


def test_there_is_one_reminder(mailbox):
    make_account(verified=False)
    make_account(email="cy@example.org", user_name="cyd")
    mailbox.deliver_all()

    assert registration.remind_unverified() == 0
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert registration.remind_unverified() == 1
        assert registration.remind_unverified() == 0
        mailbox.deliver_all()
        assert mailbox.mails[-1]["To"] == "ada@example.org"
        assert mailbox.link_in(mailbox.mails[-1], "/join/confirm/")


def test_what_was_chosen_and_told_is_recorded(house):
    account = make_account(interests=["events"])

    with acting(actor=client(account.id), purpose=Purpose.ACCOUNT):
        opened = Profile.of(account.id).open("interests", "interest_records")

    assert opened.interests == ["events"]
    assert "news" in opened.interest_records["events"]["wording"]


def test_registration_is_closed_while_its_promise_is_broken(client, monkeypatch):
    from troth.kernel.ports import interlocks

    class Shut:
        def reason_closed(self, feature):
            return "A promise is broken."

    assert client.get("/join/").status_code == 200
    monkeypatch.setitem(interlocks._items, "assessment", Shut())
    assert client.get("/join/").status_code == 503
    assert client.post("/join/", VISITOR).status_code == 503
    assert not Account.objects.exists()


def test_a_mail_that_the_relay_refuses_is_sent_later_and_once(mailbox):
    make_account(verified=False)
    mailbox.refusing = True
    mailbox.deliver_all()
    assert not mailbox.mails

    mailbox.refusing = False
    mailbox.deliver_all()
    assert not mailbox.mails
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        mailbox.deliver_all()
        mailbox.deliver_all()
    assert len(mailbox.mails) == 1
    assert not mails.find_due()


def test_who_loses_a_race_for_a_user_name_can_join_at_once_with_another(house):
    make_account()
    with pytest.raises(Taken):
        make_account(email="cyd@example.org")

    assert make_account(email="cyd@example.org", user_name="cyd").is_active
    assert Account.objects.count() == 2


def test_who_loses_a_race_for_an_address_is_told_nothing_and_its_owner_all(client, monkeypatch):
    owner = make_account(email="bo@example.org", user_name="owner")
    find, looks = registration.find_account_by_email, []

    def find_too_early(email):
        """Find nothing at the first look, as when the owner joins between our look and our write."""
        looks.append(email)
        return find(email) if len(looks) > 1 else None

    monkeypatch.setattr(registration, "find_account_by_email", find_too_early)

    assert join(client).headers["Location"] == "/join/sent/?strength=4"
    assert Message.objects.filter(subject_id=owner.id, kind=registration.ALREADY_REGISTERED).exists()
    assert Account.objects.get() == owner
