"""Members: renewed in grace, come back after a lapse, stopped and resumed, given to a newcomer, asked by the bank."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.browsing import DEMO_PASSWORD, PHONE, Visitor
from tests.journeys.test_buying import go_to_card, type_card

pytestmark = [pytest.mark.browser, pytest.mark.slow]

type Come = Callable[..., AbstractContextManager[Visitor]]
GOOD, ASKS_ONCE = "4242424242424242", "4000002500003155"


def test_a_member_whose_card_failed_to_the_end_is_told_and_pays_within_the_grace(come: Come) -> None:
    with come(viewport=PHONE) as member:
        member.sign_in("nneka", DEMO_PASSWORD)
        member.open("/membership/")
        member.reads("Paid until", "You remain a member until", "4 times, and it was not paid", "do not try again")
        member.follow("Renew now")
        pay_by(member, "Pay this term alone", GOOD)
        member.open("/membership/")
        member.reads("Your membership is running", "Nothing is charged by itself")


def test_who_lapsed_comes_back_under_the_same_number_and_renews_by_a_card_that_the_bank_asks_about(come: Come) -> None:
    with come() as member:
        member.sign_in("jörg.w", DEMO_PASSWORD)
        member.open("/membership/")
        number = re.search(r"M-\d{4}-\d{4}-\d\d", member.page.content())
        assert number is not None
        member.follow("Zurück" if "Zurück" in member.page.content() else "Come back")
        with member.page.expect_navigation(url="**/pay/**"):
            member.page.locator("form:has([name=renewal][value=card]) button").first.click()
        type_card(member, ASKS_ONCE)
        with member.page.expect_navigation(url="**/orders/**"):
            member.page.locator("form:has([name=answer][value=yes]) button").first.click()
        member.complaints.clear()
        member.open("/membership/")
        member.reads(number.group(), "3155")


def test_a_renewal_is_stopped_by_one_click_without_a_sign_in_and_resumed(come: Come) -> None:
    with come() as member:
        member.sign_in("sakura", DEMO_PASSWORD)
        member.open("/membership/")
        member.press("Stop the renewal")
        member.reads("You have stopped the renewal", "running, and ending")
        member.press("Resume the renewal")
        member.reads("It renews by itself with your card Visa ending in 4242")
        member.open("/membership/card/")
        member.reads("Joint", "Member until")


def test_a_gift_is_redeemed_by_somebody_who_registers_for_it(come: Come) -> None:
    with come() as giver:
        giver.sign_in("ottilie", DEMO_PASSWORD)
        giver.open("/membership/")
        link = giver.page.locator("code", has_text="/gift/").first.inner_text()
    with come(viewport=PHONE) as newcomer:
        newcomer.open(link)
        newcomer.reads("A year as a gift", "learns nothing of you from us")
        newcomer.follow("Register", within="main")
        address = "newcomer@journeys.example.org"
        newcomer.fill(name="Journey newcomer", email=address, user_name="newcomer", password="nine grey geese in a row")
        newcomer.press("Send me the confirmation mail")
        newcomer.follow_mail(to=address, subject="", part="/join/confirm/")
        newcomer.fill(password="nine grey geese in a row")
        newcomer.press("Confirm and sign in")
        newcomer.reads("A membership for you")
        newcomer.press("Redeem it")
        newcomer.reads("Your membership is running", "A year as a gift")
        newcomer.page.goto(link)
        newcomer.reads("does not hold any more")
        newcomer.complaints.clear()


def test_a_membership_is_bought_with_the_choice_to_renew_by_the_card(come: Come) -> None:
    with come() as client:
        client.join("chooser")
        client.open("/shop/")
        client.follow("Collector", within="main")
        client.press("Put into the basket")
        client.follow("Go on to the order")
        client.press("Order, and go on to pay")
        client.reads("Choose one of the two. Neither changes the price.")
        client.page.get_by_label("Renew it by itself, with the card that I pay with now").check()
        go_to_card(client)
        with client.page.expect_navigation(url="**/orders/**"):
            type_card(client, GOOD)
        client.page.wait_for_load_state("load")
        client.complaints.clear()
        client.open("/membership/")
        client.reads("It renews by itself with your card Visa ending in 4242")
        client.open("/membership/payment-card/")
        client.press("Remove the card")
        client.reads("No card is saved")
        client.open("/membership/")
        client.reads("Nothing is charged by itself")


def pay_by(member: Visitor, words: str, card: str) -> None:
    """Choose the first plan with these words, and pay it with a card at the processor."""
    with member.page.expect_navigation(url="**/pay/**"):
        member.page.get_by_role("button", name=words).first.click()
    with member.page.expect_navigation(url="**/orders/**"):
        type_card(member, card)
    member.page.wait_for_load_state("load")
    member.complaints.clear()
