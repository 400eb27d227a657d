"""A paid order of goods, a packer with her browser, and a carrier that answers."""

from datetime import timedelta

import pytest

from tests.factories.accounts import make_account
from tests.factories.orders import make_order, make_product, settle
from tests.factories.visitors import sign_in_directly
from tests.unit.rights.conftest import ada, as_ada, bob, heron, house, open_features
from troth.fulfilment.actions import packing
from troth.fulfilment.actions.labels import check_address, list_rates, make_label
from troth.fulfilment.cases import case_of
from troth.fulfilment.models import Parcel
from troth.kernel import clock
from troth.kernel.acting import acting, staff_member, system
from troth.kernel.crawl import SiteBrowser
from troth.kernel.purposes import Purpose
from troth.staff.api import Role, invite_member
from troth.staff.job import JOB

__all__ = ["ada", "as_ada", "bob", "heron", "house", "open_features"]


@pytest.fixture
def vase(house):
    return make_product(stock=5, weight_grams=700)


@pytest.fixture
def order(ada, vase, furnished):
    """Two vases, paid."""
    placed = make_order(ada.id, vase, quantity=2)
    settle(placed)
    placed.refresh_from_db()
    return placed


@pytest.fixture
def parcel(order):
    return Parcel.objects.select_related("order").get(order=order)


@pytest.fixture
def wren(house):
    """A trained member of order fulfilment."""
    account = make_account(name="Wren Worker", email="wren@example.com", user_name="wren")
    with acting(actor=system(JOB), purpose=Purpose.SECURITY):
        return invite_member(
            subject_id=account.id, role=Role.FULFILMENT, certificate_until=clock.now() + timedelta(days=90)
        )


@pytest.fixture
def as_wren(wren):
    """A browser in which she is signed in with a second factor."""
    browser = SiteBrowser()
    browser.raise_request_exception = True
    browser.handler.enforce_csrf_checks = False
    sign_in_directly(browser, wren.subject_id, methods=("password", "code"))
    return browser


def packing_as(member, parcel):
    """Act as a packer on a parcel."""
    return acting(actor=staff_member(member.id), purpose=Purpose.SHIPPING, case=case_of(parcel))


def take_and_pack(member, parcel):
    with packing_as(member, parcel):
        packing.take_parcel(parcel, member.id)
        packing.pack_parcel(parcel)


def buy_label(member, parcel, *, adapter=""):
    with packing_as(member, parcel):
        assert check_address(parcel, adapter=adapter) is not False
        rate = list_rates(parcel, adapter=adapter)[0]
        make_label(parcel, rate_ref=rate.rate_ref, adapter=adapter)


def ship(member, parcel, *, adapter=""):
    take_and_pack(member, parcel)
    buy_label(member, parcel, adapter=adapter)
    with packing_as(member, parcel):
        packing.ship_parcel(parcel)
