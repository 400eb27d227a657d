"""Killed by SIGKILL at random points of checkout, webhook, renewal and refund: our books and the card's agree after.

``TROTH_TEST_DEATHS=7`` kills seven times as often, which is ``make kill``: more than a hundred times.
"""

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.kill.cashier import STOCK
from tests.kill.killing import Mortal, choose_points, start_mortal
from tests.running import find_port
from tests.standins import KEY, SECRET, RunningCard, run_standin

pytestmark = [pytest.mark.slow, pytest.mark.on_both]

DEEDS = ("checkout", "webhook", "renewal", "refund")
KILLS = 16 * int(os.environ.get("TROTH_TEST_DEATHS", "1"))


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCard]:
    with run_standin("card", tmp_path_factory.mktemp("card")) as running:
        yield running


@pytest.fixture(scope="module")
def till(card: RunningCard, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mortal]:
    place = tmp_path_factory.mktemp("till") / "data"
    given = {"TROTH_CARD_URL": card.url, "TROTH_CARD_KEY": KEY, "TROTH_CARD_WEBHOOK_SECRET": SECRET}
    with start_mortal("cashier.py", place, find_port(), **given) as program:
        yield program


@pytest.fixture(scope="module")
def after(till: Mortal) -> dict[str, Any]:
    """What stands after all deaths, and after what the schedule then does by itself."""
    till.die_often({deed: KILLS // len(DEEDS) for deed in DEEDS}, choose_points())
    return till.ask(inspect=True)


def test_both_sides_books_agree_to_the_cent(till: Mortal, card: RunningCard, after: dict[str, Any]) -> None:
    assert till.killed == KILLS // len(DEEDS) * len(DEEDS)
    assert find_differences(after["ours"], card.books()["things"]) == []
    assert len(after["ours"]["taken"]) > KILLS // 2


def test_orders_terms_invoices_and_stock_follow_the_money(till: Mortal, after: dict[str, Any]) -> None:
    ours = after["ours"]
    assert find_wrong_orders(ours) == []
    assert ours["stock"] == {
        "free": STOCK - ours["stock"]["held"],
        "reserved": ours["stock"]["held"],
        "held": ours["stock"]["held"],
    }
    assert ours["stock"]["held"] > 0


def test_nothing_is_left_between_two_states(till: Mortal, after: dict[str, Any]) -> None:
    ours, deeds = after["ours"], Counter(till.deeds.values())
    assert {name: ours[name] for name in ("open_attempts", "open_movements", "unheard", "tries")} == {
        "open_attempts": [],
        "open_movements": 0,
        "unheard": 0,
        "tries": [],
    }
    assert ours["renewals"].pop("done") >= deeds["renewal"]
    assert set(ours["renewals"]) <= {"by_hand"}
    assert after["ledger"] == []
    done = Counter(deed for number, deed in till.deeds.items() if till.done[number])
    assert ours["decided"] >= done["refund"]


def test_a_cent_a_lost_payment_and_a_second_term_would_be_seen(card: RunningCard, after: dict[str, Any]) -> None:
    things = card.books()["things"]
    payment = next(each for each in things["pi"] if each["amount_received"])
    payment["amount_received"] += 1
    assert find_differences(after["ours"], things) != []
    ours = {**after["ours"], "taken": dict(list(after["ours"]["taken"].items())[1:])}
    assert find_differences(ours, card.books()["things"]) != []
    order = next(iter(after["ours"]["terms"]))
    assert find_wrong_orders({**after["ours"], "terms": {**after["ours"]["terms"], order: 2}}) != []


def find_differences(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """Return every payment and refund that one side's books have otherwise than the other's."""
    taken = {each["id"]: each["amount_received"] for each in theirs["pi"] if each["amount_received"]}
    back: Counter[str] = Counter()
    for refund in theirs["re"]:
        if refund["status"] == "succeeded":
            back[refund["payment_intent"]] += refund["amount"]
    return [
        f"{kind} {ref}: ours {mine.get(ref)}, theirs {other.get(ref)}"
        for kind, mine, other in (("payment", ours["taken"], taken), ("refund", ours["back"], back))
        for ref in sorted({*mine, *other})
        if mine.get(ref) != other.get(ref)
    ]


def find_wrong_orders(ours: dict[str, Any]) -> list[str]:
    """Return every order whose money, term or invoice is not what its state says."""
    wrong = []
    for key, order in ours["orders"].items():
        net = sum(ours["taken"][ref] - ours["back"].get(ref, 0) for ref in order["payments"])
        expected = {
            "net": order["kept"] if order["paid"] else 0,
            "payments": int(order["paid"]),
            "terms": int(order["paid"] and order["member"]),
            "invoices": int(order["paid"]),
        }
        found = {
            "net": net,
            "payments": len(order["payments"]),
            "terms": ours["terms"].get(key, 0),
            "invoices": ours["invoices"].get(key, 0),
        }
        if found != expected:
            wrong.append(f"{key} {order}: {found}, expected {expected}")
    return wrong
