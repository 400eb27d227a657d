"""Surveys as clients meet them: on a telephone without a script, and by the keyboard alone (D1, D3)."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import pairwise

import pytest

from tests.browsing import DEMO_PASSWORD, PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]

type Come = Callable[..., AbstractContextManager[Visitor]]
WEIGHT = """
(button) => {
  const look = getComputedStyle(button), box = button.getBoundingClientRect();
  return [Math.round(box.width), Math.round(box.height), look.color, look.backgroundColor, look.borderColor,
          look.fontWeight, look.fontSize, look.textDecorationLine];
}
"""
WAYS = ("Start", "Decline", "Never ask me again")


def open_survey(visitor: Visitor, title: str) -> None:
    """Go to the first page of a survey by the list."""
    visitor.open("/surveys/")
    row = visitor.page.locator(".row").filter(has_text=title)
    visitor.go(row.get_by_role("link").first)
    visitor.reads(title, "has no effect on your membership")


def weigh(visitor: Visitor) -> list[object]:
    """Return how each of the three ways on looks."""
    main = visitor.page.locator("main .choices")
    return [main.get_by_text(words, exact=True).evaluate(WEIGHT) for words in WAYS]


@pytest.mark.parametrize("options", [{"viewport": PHONE}, {"viewport": PHONE, "color_scheme": "dark"}, {}])
def test_the_three_ways_on_weigh_the_same(come: Come, options: dict[str, object]) -> None:
    with come(**options) as visitor:
        visitor.sign_in("sakura", DEMO_PASSWORD)
        open_survey(visitor, "How content are you?")
        start, decline, never = weigh(visitor)
        assert start == decline == never
        places = [visitor.page.locator(".choices").get_by_text(words, exact=True).bounding_box() for words in WAYS]
        assert all(place and place["height"] >= 44 for place in places), "Too small for a thumb."


def test_on_a_telephone_without_a_script_a_survey_is_answered_and_taken_back(come: Come) -> None:
    with come(viewport=PHONE, java_script_enabled=False, axe=False) as visitor:
        visitor.sign_in("sakura", DEMO_PASSWORD)
        open_survey(visitor, "How content are you?")
        visitor.follow("Start", within="main")
        visitor.reads("Every question may stay empty.")
        cards = visitor.page.locator("fieldset.cards fieldset")
        boxes = [card.bounding_box() for card in cards.all()]
        assert len(boxes) == 3
        for above, below in pairwise(boxes):
            assert below and above
            assert below["y"] >= above["y"] + above["height"]
        cards.first.get_by_label("good").check()
        visitor.page.get_by_label("What should we do better?").fill("Longer hours.")
        visitor.press("Send my answers")
        code = visitor.page.locator("main code").inner_text()
        assert re.fullmatch(r"[a-z0-9]{5}(-[a-z0-9]{5}){3}", code)
        visitor.open("/surveys/")
        visitor.reads("You took part. Thank you.")
        visitor.follow("Take it back by its code")
        visitor.fill(code=code)
        visitor.press("Take it back")
        visitor.reads("deleted and is counted nowhere")


def test_who_declines_may_change_its_mind_and_who_is_never_asked_may_be_asked_again(come: Come) -> None:
    with come(viewport=PHONE) as visitor:
        visitor.sign_in("nneka", DEMO_PASSWORD)
        open_survey(visitor, "Who reads our letter?")
        visitor.press("Decline")
        visitor.reads("You declined. You are not asked again")
        visitor.press("Change my mind")
        visitor.press("Never ask me again")
        visitor.reads("You are asked nothing")
        visitor.press("You may ask me on this page")
        visitor.press("Invite me by mail")
        visitor.reads("Now: on this page, and by mail.")
        visitor.press("No more mail about surveys")
        visitor.reads("Now: on this page.")


def test_by_the_keyboard_alone_answers_are_given_seen_and_taken_back(come: Come) -> None:
    with come() as visitor:
        visitor.sign_in("casimir", DEMO_PASSWORD)
        open_survey(visitor, "Who reads our letter?")
        keys, page = visitor.page.keyboard, visitor.page
        tab_to(visitor, "Start")
        with page.expect_navigation():
            keys.press("Enter")
        visitor.look()
        tab_to(visitor, "", name="q_post_code")
        keys.type("10115")
        tab_to(visitor, "Send my answers")
        with page.expect_navigation():
            keys.press("Enter")
        visitor.reads("Your answers were kept.")
        open_survey(visitor, "Who reads our letter?")
        visitor.follow("See or change your answers")
        assert page.locator("[name=q_post_code]").input_value() == "10115"
        page.go_back()
        tab_to(visitor, "Take all of it back")
        with page.expect_navigation():
            keys.press("Space")
        visitor.look()
        visitor.reads("Read what it is about")


def tab_to(visitor: Visitor, words: str, *, name: str = "") -> None:
    """Press the tabulator until that has the focus."""
    focus = "[document.activeElement.textContent.trim(), document.activeElement.getAttribute('name') || '']"
    for _step in range(80):
        visitor.page.keyboard.press("Tab")
        text, field = visitor.page.evaluate(focus)
        if (name and field == name) or (words and text == words):
            return
    raise AssertionError(f"The keyboard does not reach “{words or name}”.")
