"""What the cases of money share: a shop with three things in it, a client at a browser, and the card's own books."""

from collections.abc import Callable

import pytest

from tests.factories.accounts import make_account
from tests.factories.orders import make_product
from tests.money.shopping import Shopper
from tests.standins import RunningCard
from tests.unit.rights.conftest import house, open_features
from troth.accounts.models import Account
from troth.orders import tax
from troth.orders.models import Plan, Product, ProductKind, TermRule
from troth.orders.tax_table import parse_tax_table

__all__ = ["house", "open_features"]


@pytest.fixture
def account(house: None, furnished: None) -> Account:
    """Ada, with a file, before a furnished site."""
    return make_account()


@pytest.fixture
def shop(house: None) -> dict[str, Product]:
    """A membership, a service, and goods with three pieces of stock."""
    member = make_product("member", minor=6_000, kind=ProductKind.MEMBERSHIP, names={"en": "Collector"})
    Plan.objects.create(product=member, term_rule=TermRule.MONTHS, months=12)
    valuation = make_product("valuation", minor=18_000, kind=ProductKind.SERVICE, names={"en": "Valuation"})
    vase = make_product("vase", minor=4_500, names={"en": "Glass vase"}, stock=3)
    return {"member": member, "valuation": valuation, "vase": vase}


@pytest.fixture
def shopper(account: Account, shop: dict[str, Product], card_standin: RunningCard) -> Shopper:
    """Ada at a browser."""
    return Shopper(account.id, card_standin)


@pytest.fixture
def another(account: Account, shop: dict[str, Product], card_standin: RunningCard) -> Shopper:
    """Bob at another browser."""
    bob = make_account(name="Bob Example", email="bob@example.org", user_name="bob")
    return Shopper(bob.id, card_standin)


@pytest.fixture
def tax_table(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Give what puts another table of taxes in place of the operator's."""

    def put(text: str) -> None:
        table = parse_tax_table(text, "tax.toml")
        monkeypatch.setattr(tax, "read_tax_table", lambda: table)

    return put
