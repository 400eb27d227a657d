"""Optional details really change the site (B4); interests are recorded (B3)."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from tests.factories.accounts import sign_in
from troth.accounts.models import Profile
from troth.kernel import clock
from troth.kernel.acting import acting
from troth.kernel.acting import client as client_actor
from troth.kernel.operator import read_operator
from troth.kernel.purposes import Purpose


def give(account: Any, **details: Any) -> None:
    with acting(actor=client_actor(account.id), purpose=Purpose.ACCOUNT):
        profile = Profile.objects.get(subject_id=account.id)
        for name, value in details.items():
            setattr(profile, name, value)
        profile.save()


def opened(account: Any, name: str) -> Any:
    with acting(actor=client_actor(account.id), purpose=Purpose.ACCOUNT):
        return Profile.objects.get(subject_id=account.id).open(name)[name]


def read(browser: Any, path: str = "/admin/") -> str:
    return browser.get(path).content.decode()


def test_nothing_on_the_page_is_required(client: Any, account: Any) -> None:
    sign_in(client)
    assert client.post("/admin/details/", {}).status_code == 303
    page = read(client, "/admin/details/")
    assert page.count(">optional<") == page.count('class="asked"') > 8


def test_every_optional_detail_says_what_giving_it_changes() -> None:
    asked = [a for a in Profile.sealed_attributes.values() if a.form_fields() and not a.required]
    assert len(asked) >= 9
    assert [attribute.name for attribute in asked if not attribute.effect] == []


def test_the_language_changes_the_site_and_the_mails(client: Any, account: Any, mailbox: Any) -> None:
    sign_in(client)
    assert '<html lang="en"' in read(client)
    client.post("/admin/details/", {"language": "de"})
    assert '<html lang="de"' in read(client)
    assert client.get("/admin/")["Content-Language"] == "de"
    client.cookies.clear()
    assert '<html lang="en"' in read(client, "/sign-in/")


def test_the_time_zone_changes_the_times_on_the_pages(client: Any, account: Any) -> None:
    sign_in(client)
    assert "(UTC)" in read(client, "/admin/record/")
    client.post("/admin/details/", {"time_zone": "America/New_York"})
    page = read(client, "/admin/record/")
    assert "New\N{NO-BREAK SPACE}York)" in page
    assert "(UTC)" not in page


def test_the_greeting_takes_the_place_of_the_name(client: Any, account: Any, mailbox: Any) -> None:
    sign_in(client)
    assert "Good to see you" not in read(client)
    client.post("/admin/details/", {"greeting": "Dr. A"})
    assert "Good to see you, Dr. A." in read(client)
    client.post("/admin/deactivate/")
    mailbox.deliver_all()
    text = mailbox.text_of(mailbox.mails[-1])
    assert "Dear Dr. A," in text
    assert "Ada Example" not in text


@pytest.mark.parametrize(("today", "wished"), [(date(2027, 5, 3), False), (date(2027, 5, 4), True)])
def test_the_birthday_is_wished_on_the_day_alone(client: Any, account: Any, today: date, wished: bool) -> None:
    give(account, birthday=date(1961, 5, 4))
    with time_machine.travel(f"{today}T12:00:00Z"):
        sign_in(client)
        assert ("Today is your birthday" in read(client)) is wished


@pytest.mark.parametrize(("year", "day"), [(2027, 28), (2028, 29)])
def test_a_birthday_of_the_29th_of_february_comes_each_year(client: Any, account: Any, year: int, day: int) -> None:
    give(account, birthday=date(1960, 2, 29))
    with time_machine.travel(f"{year}-02-{day}T12:00:00Z"):
        sign_in(client)
        assert "Today is your birthday" in read(client)


def test_a_detail_corrected_on_the_admin_page_counts_at_once(client: Any, account: Any) -> None:
    sign_in(client)
    read(client)
    row = Profile.objects.get(subject_id=account.id)
    client.post(f"/admin/correct/accounts.Profile/{row.id}/language/", {"language": "de"})
    assert '<html lang="de"' in read(client)


def test_preferences_are_opened_once_a_session(client: Any, account: Any, monkeypatch: Any) -> None:
    from troth.accounts import preferences

    count = []
    read_profile = preferences._read
    monkeypatch.setattr(preferences, "_read", lambda profile: count.append(1) or read_profile(profile))
    sign_in(client)
    for _each in range(3):
        read(client, "/admin/sessions/")
    assert len(count) == 1


def test_interests_are_changed_with_a_record_of_the_choice(client: Any, account: Any) -> None:
    first, second = list(read_operator().interests)[:2]
    sign_in(client)
    client.post("/admin/interests/", {"interests": [first]})
    chosen_at = opened(account, "interest_records")[first]["chosen_at"]
    with time_machine.travel(clock.now() + timedelta(minutes=1), tick=False):
        client.post("/admin/interests/", {"interests": [first, second]})
    records = opened(account, "interest_records")
    assert set(records) == {first, second}
    assert records[first]["chosen_at"] == chosen_at
    assert str(Profile.interests.why) in records[second]["wording"]
    client.post("/admin/interests/", {})
    assert not opened(account, "interests")
    assert not opened(account, "interest_records")
