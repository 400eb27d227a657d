"""The border of ``orders``: what other rooms may use."""

from troth.orders.actions.catalogue import seed_catalogue
from troth.orders.actions.settling import fill_lines, finish_if_done
from troth.orders.actions.taking_back import cancel_lines, cancel_order
from troth.orders.demo import make_demo_members
from troth.orders.holders import BookHolder
from troth.orders.lines import LineHandler, line_handlers
from troth.orders.memberships.facts import MemberFacts, read_member_facts
from troth.orders.models import Order, OrderContact, OrderLine, OrderState, Product, ProductKind, RefundCause, WaitCause
from troth.orders.parts import OrderPart, order_parts
from troth.orders.queries import find_order
from troth.orders.states import lock_order, move_order
from troth.orders.stock import release_pieces, reserve_pieces, reserve_stock, ship_pieces, take_in_pieces

__all__ = [
    "BookHolder",
    "LineHandler",
    "MemberFacts",
    "Order",
    "OrderContact",
    "OrderLine",
    "OrderPart",
    "OrderState",
    "Product",
    "ProductKind",
    "RefundCause",
    "WaitCause",
    "cancel_lines",
    "cancel_order",
    "fill_lines",
    "find_order",
    "finish_if_done",
    "line_handlers",
    "lock_order",
    "make_demo_members",
    "move_order",
    "order_parts",
    "read_member_facts",
    "release_pieces",
    "reserve_pieces",
    "reserve_stock",
    "seed_catalogue",
    "ship_pieces",
    "take_in_pieces",
]
