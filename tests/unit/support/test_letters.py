"""Letters of the help desk: several printed as one PDF, each noted as printed and as posted, each on its own case."""

from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from tests.factories.accounts import make_account
from tests.unit.staff.test_pages import employ, second_factor
from tests.unit.support.test_gate import answer, as_staff, ask, wish
from troth.accounts.api import Profile
from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.errors import Refused
from troth.kernel.ports import Channel, ContactGone, contact_kinds
from troth.kernel.purposes import Purpose
from troth.ledger.api import entries_about
from troth.staff.api import Role
from troth.support.actions.handling import take_case
from troth.support.actions.reaching import note_posted
from troth.support.events import Event
from troth.support.gate import ANSWER
from troth.support.models import Outbound
from troth.support.words import Going, State
from troth.ui.letter import PaperLetter, make_letter, make_letters

__all__ = ["second_factor"]
ADDRESS = {"street_address": "12 Lantern Street", "city": "Example", "postal_code": "EX1 1EX", "country_code": "GB"}
PRINT, POST, LIST = (reverse(f"support:{name}") for name in ("print_letters", "post_letters", "letters"))


def writes_letters(user_name, name, language="en"):
    account = make_account(user_name=user_name, email=f"{user_name}@example.org", name=name)
    with acting(actor=client(account.id), purpose=Purpose.ACCOUNT):
        profile = Profile.of(account.id)
        profile.address, profile.language = ADDRESS, language
        profile.save()
    wish(account, answers="letter")
    return account


@pytest.fixture
def letters(furnished, heron):
    """Three letters of Heron's cases that wait to be printed, the last to a reader of German."""
    found = []
    for user_name, name, language in (("ula", "Ula One", "en"), ("vic", "Vic Two", "en"), ("uwe", "Uwe Drei", "de")):
        case = ask(writes_letters(user_name, name, language))
        answer(heron, case, text=f"This is for {name}.")
        found.append(Outbound.objects.select_related("case").get(case=case, channel=Channel.LETTER))
    return found


def pages_of(response):
    content = response if isinstance(response, bytes) else response.content
    return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]


def states(letters):
    rows = Outbound.objects.filter(pk__in=[each.pk for each in letters]).order_by("made_at")
    return [(row.state, row.printed_at is not None, row.posted_on) for row in rows]


def events_about(subject_id):
    return [entry.event for entry in entries_about(subject_id)]


def test_what_is_ticked_is_printed_as_one_file_and_each_is_noted_for_its_client(letters, as_heron):
    response = as_heron.post(PRINT, {"letter": [str(each.id) for each in letters]}, secure=True)
    pages = pages_of(response)
    assert response["Cache-Control"] == "no-store" and "attachment" in response["Content-Disposition"]
    assert len(pages) == 3
    for page, letter, name in zip(pages, letters, ("Ula One", "Vic Two", "Uwe Drei"), strict=True):
        assert name in page and f"This is for {name}." in page and letter.case.number in page
        assert "12 Lantern Street" in page
        assert events_about(letter.subject_id).count(Event.LETTER_PRINTED) == 1
    assert "Our number" in pages[0] and "Our number" not in pages[2] and "Unsere" in pages[2]
    assert states(letters) == [(Going.WAITING, True, None)] * 3


def test_what_is_ticked_is_posted_on_the_day_that_is_given(letters, as_heron):
    ticked = {"letter": [str(each.id) for each in letters[:2]]}
    as_heron.post(PRINT, ticked, secure=True)
    today = clock.today()
    response = as_heron.post(POST, {**ticked, "on": today.isoformat()}, secure=True)
    assert response.url == f"{LIST}?done=posted&count=2&missed=0"
    assert "2 letters are noted as posted." in as_heron.get(response.url, secure=True).text
    assert states(letters) == [(Going.DONE, True, today)] * 2 + [(Going.WAITING, False, None)]
    for letter, state in zip(letters, (State.WAITING, State.WAITING, State.OPEN), strict=True):
        letter.case.refresh_from_db()
        assert letter.case.state == state
    assert [events_about(each.subject_id).count(Event.LETTER_POSTED) for each in letters] == [1, 1, 0]


def test_what_was_never_printed_is_not_posted(letters, as_heron):
    ticked = {"letter": [str(each.id) for each in letters], "on": clock.today().isoformat()}
    as_heron.post(PRINT, {"letter": [str(letters[0].id)]}, secure=True)
    response = as_heron.post(POST, ticked, secure=True)
    assert response.url == f"{LIST}?done=posted&count=1&missed=2"
    assert "2 letters were left as they are." in as_heron.get(response.url, secure=True).text
    assert [state for state, _printed, _on in states(letters)] == [Going.DONE, Going.WAITING, Going.WAITING]


def test_a_colleague_s_letter_is_neither_ticked_nor_printed_nor_posted(letters, as_heron, heron):
    other = employ("crane", Role.SERVICE)
    with as_staff(other, letters[1].case):
        take_case(letters[1].case)
    page = as_heron.get(LIST, secure=True).text
    assert str(letters[0].id) in page.split('name="letter"', 1)[1]
    assert f'value="{letters[1].id}"' not in page
    ticked = {"letter": [str(each.id) for each in letters]}
    pages = pages_of(as_heron.post(PRINT, ticked, secure=True))
    assert len(pages) == 2 and not any("Vic" in page for page in pages)
    as_heron.post(POST, {**ticked, "on": clock.today().isoformat()}, secure=True)
    assert states(letters)[1] == (Going.WAITING, False, None)
    assert events_about(letters[1].subject_id).count(Event.LETTER_PRINTED) == 0


def test_nothing_ticked_and_nonsense_ticked_print_nothing(letters, as_heron):
    for ticked in ([], ["nonsense"]):
        response = as_heron.post(PRINT, {"letter": ticked}, secure=True)
        assert response.url.startswith(LIST)
        assert "Tick the letters first." in as_heron.get(response.url, secure=True).text
    assert states(letters) == [(Going.WAITING, False, None)] * 3


def test_a_letter_about_something_that_is_no_more_waits_no_longer(letters, as_heron, heron, monkeypatch):
    def compose(_subject_id, _facts):
        raise ContactGone

    kind = contact_kinds.get(ANSWER)
    monkeypatch.setitem(contact_kinds._items, ANSWER, _replace(kind, compose=compose))
    page = reverse("support:print_letter", kwargs={"outbound_id": letters[0].id})
    assert "no longer needed" in as_heron.post(page, {"print": "1"}, secure=True).text
    assert [state for state, _printed, _on in states(letters)] == [Going.DROPPED, Going.WAITING, Going.WAITING]
    with as_staff(heron, letters[0].case), pytest.raises(Refused):
        note_posted(Outbound.objects.select_related("case").get(pk=letters[0].pk), on=clock.today())


def _replace(kind, **changed):
    from dataclasses import replace

    return replace(kind, **changed)


def test_each_letter_begins_on_its_own_page_and_numbers_its_own_pages():
    def letter(name, paragraphs):
        return PaperLetter(
            house="A House", sender=["1 Way"], recipient=[name], on=None, reference=f"N-{name}", subject="Hello",
            paragraphs=paragraphs,
        )  # fmt: skip

    long, short = letter("Long", ["A line of many words. " * 60] * 6), letter("Short", ["Few words."])
    pages = pages_of(make_letters([long, short, long], country="DE"))
    alone = pages_of(make_letter(long, country="DE"))
    assert len(alone) > 1 and pages == [*alone, *pages_of(make_letter(short, country="DE")), *alone]
    assert "N-Long · 2" in pages[1] and "N-Long · 2" in pages[len(alone) + 2]
    with pytest.raises(ValueError, match="no letter"):
        make_letters([], country="DE")
