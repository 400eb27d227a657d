"""What makes work at the help desk lighter: beginnings of answers, joining, who has a case open, and contentment."""

import pytest
from django.urls import reverse

from tests.unit.staff.test_pages import browse, employ, second_factor
from tests.unit.support.test_gate import answer, as_staff, ask
from troth.kernel.acting import acting, client
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.purposes import Purpose
from troth.staff.api import Role
from troth.support.actions.handling import merge_cases, release_case, take_case, unmerge_case
from troth.support.macros import MACROS
from troth.support.models import Message
from troth.support.queries import find_thread, my_cases
from troth.support.words import State

__all__ = ["second_factor"]
pytestmark = pytest.mark.usefixtures("furnished")


def page_of(case):
    return reverse("support:case", kwargs={"case_id": case.id})


def do(browser, case, verb, **given):
    return browser.post(reverse("support:change", kwargs={"case_id": case.id, "verb": verb}), given, secure=True)


def take(heron, case):
    with as_staff(heron, case):
        take_case(case)
    return case


@pytest.mark.parametrize("key", sorted(MACROS))
def test_a_beginning_stands_in_the_answer_and_is_not_sent_by_that(ada, heron, as_heron, key):
    case = take(heron, ask(ada))
    page = as_heron.get(f"{page_of(case)}?macro={key}", secure=True).text
    assert str(MACROS[key].text) in page.split("<textarea", 1)[1].split("</textarea>", 1)[0]
    assert Message.objects.filter(case=case).count() == 1


def test_a_beginning_that_there_is_not_leaves_the_answer_empty(ada, heron, as_heron):
    case = take(heron, ask(ada))
    page = as_heron.get(f"{page_of(case)}?macro=nonsense", secure=True).text
    assert not page.split("<textarea", 1)[1].split(">", 1)[1].split("</textarea>", 1)[0].strip()


def test_joined_cases_are_read_as_one_and_parted_they_stand_where_they_stood(ada, heron, as_heron):
    first, second = take(heron, ask(ada)), take(heron, ask(ada))
    do(as_heron, second, "join", number=first.number.lower().replace("-", " "))
    second.refresh_from_db()
    assert (second.state, second.merged_into) == (State.MERGED, first.pk)
    assert {message.case_id for message in find_thread(first)} == {first.pk, second.pk}
    assert list(my_cases(heron.id)) == [first]
    assert "It is joined to another case" in as_heron.get(page_of(second), secure=True).text
    do(as_heron, second, "part")
    second.refresh_from_db()
    assert (second.state, second.merged_into, second.taken_by) == (State.OPEN, None, heron.id)
    assert {message.case_id for message in find_thread(first)} == {first.pk}


def test_cases_of_two_people_are_never_joined(ada, bob, heron):
    mine, other = take(heron, ask(ada)), take(heron, ask(bob))
    with as_staff(heron, mine), pytest.raises(Refused, match="different people"):
        merge_cases(mine, into=other)


def test_a_case_is_joined_only_by_who_has_it_and_not_to_itself_or_one_that_is_joined(ada, heron):
    first, second, third = (take(heron, ask(ada)) for _each in range(3))
    with as_staff(heron, first), pytest.raises(Refused, match="can be joined"):
        merge_cases(first, into=first)
    with as_staff(heron, second):
        merge_cases(second, into=first)
    with as_staff(heron, first), pytest.raises(Refused, match="can be joined"):
        merge_cases(first, into=third)
    with as_staff(heron, third):
        release_case(third)
        with pytest.raises(AccessDenied):
            merge_cases(third, into=first)
    with as_staff(heron, second):
        unmerge_case(second)


def test_a_number_that_no_case_has_says_so_and_changes_nothing(ada, heron, as_heron):
    case = take(heron, ask(ada))
    answered = do(as_heron, case, "join", number="ZZZZ-ZZZZ")
    assert answered.status_code == 409 and "There is no case with this number." in answered.text
    case.refresh_from_db()
    assert case.state == State.OPEN


def test_who_opens_a_case_that_a_colleague_has_open_is_told_and_nobody_else(ada, heron, as_heron):
    case = take(heron, ask(ada))
    assert "Somebody else has it open" not in as_heron.get(page_of(case), secure=True).text
    as_crane = browse(employ("crane", Role.SERVICE).subject_id)
    page = as_crane.get(page_of(case), secure=True).text
    assert "Somebody else has it open" in page and heron.pseudonym in page
    assert "Somebody else has it open" not in as_heron.get(page_of(case), secure=True).text


def test_an_answer_to_a_case_that_a_colleague_took_meanwhile_is_not_sent_and_not_lost(ada, heron, as_heron):
    case = take(heron, ask(ada))
    take(employ("crane", Role.SERVICE), case)
    page = as_heron.post(page_of(case), {"text": "What I had written.\nAll of it."}, secure=True).text
    assert "Your answer was not sent" in page and "What I had written." in page
    assert Message.objects.filter(case=case).count() == 1
    assert "Your answer was not sent" not in as_heron.get(page_of(case), secure=True).text


def test_how_content_a_client_was_is_kept_shown_to_it_and_read_by_who_has_the_case(ada, as_ada, heron, as_heron):
    case = ask(ada)
    mine = reverse("support:my_case", kwargs={"case_id": case.id})
    assert "Was it what you needed?" not in as_ada.get(mine, secure=True).text
    answer(heron, case)
    page = as_ada.get(mine, secure=True).text
    assert "Was it what you needed?" in page and "You need not say" in page
    as_ada.post(reverse("support:rate", kwargs={"case_id": case.id}), {"rating": "", "remark": ""}, secure=True)
    assert "What it would have had better" not in as_heron.get(page_of(case), secure=True).text
    given = {"rating": "bad", "remark": "Say which room."}
    as_ada.post(reverse("support:rate", kwargs={"case_id": case.id}), given, secure=True)
    assert "Say which room." in as_ada.get(mine, secure=True).text
    assert "Say which room." in as_heron.get(page_of(case), secure=True).text
    as_crane = browse(employ("crane", Role.SERVICE).subject_id)
    assert "Say which room." not in as_crane.get(page_of(case), secure=True).text


def test_nobody_rates_the_case_of_another(ada, bob, as_ada, heron):
    case = ask(bob)
    answer(heron, case)
    assert as_ada.post(reverse("support:rate", kwargs={"case_id": case.id}), {"rating": "bad"}).status_code == 404
    with acting(actor=client(bob.id), purpose=Purpose.SUPPORT):
        case.refresh_from_db()
        assert "rating" not in case.dates_of_values()


def test_what_is_ticked_is_taken_and_what_a_colleague_took_stays_with_it(ada, heron, as_heron):
    free, taken = ask(ada), ask(ada)
    crane = employ("crane", Role.SERVICE)
    take(crane, taken)
    ticked = {"case": [str(free.id), str(taken.id), "nonsense"]}
    answered = as_heron.post(reverse("support:take_many"), ticked, secure=True)
    page = as_heron.get(answered.url, secure=True).text
    assert "One case is yours now." in page and "A colleague was quicker with one." in page
    for case, owner in ((free, heron), (taken, crane)):
        case.refresh_from_db()
        assert case.taken_by == owner.id
