"""Deliberate breaches of C1, C2 and A13, for drills: each from another side than the check looks at it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings

from troth.kernel.purposes import Purpose
from troth.kernel.sabotage import meddle, rewrite_html, swap
from troth.orders import kept
from troth.orders.actions import paying
from troth.orders.basket import Basket
from troth.orders.forms import CheckoutForm, ShippedCheckoutForm
from troth.orders.holders import BOOKS_FOR
from troth.orders.models import Order, OrderContact

_NUMBER = "5555 5555 5555 4444"


# -- C1: the form ------------------------------------------------------------------------------------------------------


def ask_for_card() -> AbstractContextManager[None]:
    """Put an input for a card into the page, as a template of tomorrow might."""
    extra = '<textarea id="n" autocomplete="cc-number" name="number"></textarea><button'
    return meddle(rewrite_html("<button", extra))


@contextmanager
def ask_more() -> Iterator[None]:
    """Give the form a field that nobody declared."""
    added = {"occupation": forms.CharField(label="Occupation", required=False)}
    with (
        swap(CheckoutForm, "base_fields", {**CheckoutForm.base_fields, **added}),
        swap(ShippedCheckoutForm, "base_fields", {**ShippedCheckoutForm.base_fields, **added}),
    ):
        yield


def ship_all() -> AbstractContextManager[None]:
    """Let the basket think that everything is shipped."""
    return swap(Basket, "is_shipped", property(lambda _basket: True))


def add_script() -> AbstractContextManager[None]:
    """Put a script of another origin into each page, as a tag manager does."""
    return meddle(rewrite_html("</head>", '<script src="https://tags.example.net/t.js"></script></head>'))


def drop_reasons() -> AbstractContextManager[None]:
    """Take the reasons away from beside the questions."""
    return meddle(rewrite_html("-why", "-aside"))


# -- C1: the numbers ---------------------------------------------------------------------------------------------------


@contextmanager
def write_into_row() -> Iterator[None]:
    """Call an order by a card's number."""
    order = Order.objects.create(subject_id=uuid4(), number=_NUMBER, currency="USD")
    try:
        yield
    finally:
        order.delete()


@contextmanager
def write_into_task() -> Iterator[None]:
    """Enqueue a task with a card's number among its arguments."""
    from django_tasks_db.models import DBTaskResult

    from troth.orders.tasks import draw_paper

    result = draw_paper.enqueue(paper_id=_NUMBER.replace(" ", ""))
    try:
        yield
    finally:
        DBTaskResult.objects.filter(pk=result.id).delete()


@contextmanager
def write_into_file() -> Iterator[None]:
    """Leave a note with a card's number in the data folder."""
    path = Path(settings.ENVIRONMENT.data) / f"note-{uuid4().hex}.txt"
    path.write_text(f"called, paid with {_NUMBER}, thanks\n", encoding="utf-8")
    try:
        yield
    finally:
        path.unlink()


def see_nothing() -> AbstractContextManager[None]:
    """Let no run of digits be a card's."""
    from troth.kernel import card_numbers

    return swap(card_numbers, "passes_luhn", lambda _digits: False)


# -- A13 -----------------------------------------------------------------------------------------------------------


def note_nothing() -> AbstractContextManager[None]:
    """Let an order that cannot be paid stay as it was."""
    return swap(paying, "_wait_for_processor", lambda _attempt: None)


def say_nothing() -> AbstractContextManager[None]:
    """Take the reason out of the order's page."""
    return meddle(rewrite_html("may not be given your information", "is busy"))


# -- C2 ------------------------------------------------------------------------------------------------------------


def allow_surveys() -> AbstractContextManager[None]:
    """Let the name of an order serve surveys too."""
    attribute: Any = OrderContact.sealed_attributes["name"]
    return swap(attribute, "purposes", (*attribute.purposes, Purpose.SURVEYS))


def keep_for_nine_years() -> AbstractContextManager[None]:
    """Let the books go a year too early."""
    return swap(kept, "BOOKS_FOR", BOOKS_FOR - timedelta(days=365))


def keep_for_ever() -> AbstractContextManager[None]:
    """Find nothing that is past its time."""
    return swap(kept, "_due", Order.objects.none)
