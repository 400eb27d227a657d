"""The life of an order: the drawing in the docs is that of the table, and only what the table knows happens."""

from pathlib import Path

import pytest
from django.utils import translation

from tests.factories.accounts import make_account
from tests.factories.orders import make_order, make_product
from troth.kernel.errors import Refused
from troth.orders.models import OrderState, WaitCause
from troth.orders.states import TRANSITIONS, draw_diagram, move_order


def test_the_docs_draw_the_table_that_the_code_judges_by():
    page = Path("docs/developer/orders.md").read_text(encoding="utf-8")
    with translation.override("en"):
        assert f"```mermaid\n{draw_diagram()}\n```" in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("after", list(OrderState))
def test_a_step_that_the_table_does_not_know_is_refused(house, after):
    order = make_order(make_account().id, make_product())
    waits_for = WaitCause.REVIEW if after is OrderState.WAITING else WaitCause.NONE
    if after in TRANSITIONS[OrderState.PLACED]:
        move_order(order, after, waits_for=waits_for)
        assert order.steps.last().after == after
    else:
        with pytest.raises(Refused):
            move_order(order, after, waits_for=waits_for)
        assert order.steps.count() == 1
