"""What the tests of the door out share: a furnished house, a client with values, and an operation that needs them."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

# The house is imported inside the fixtures: this file may be read before its models are there.

ADDRESS = {
    "country_code": "US",
    "street_address": "12 Heron Street\nFlat 4",
    "city": "New York",
    "postal_code": "10001",
    "country_area": "NY",
}


@pytest.fixture
def ada(furnished: None) -> Any:
    """A client with name, address and telephone."""
    from tests.factories.accounts import make_account
    from troth.accounts.models import Profile
    from troth.kernel.acting import acting, client
    from troth.kernel.purposes import Purpose

    account = make_account(name="Ada Lovelace")
    profile = Profile.of(account.id)
    with acting(actor=client(account.id), purpose=Purpose.ACCOUNT):
        profile.address = ADDRESS
        profile.telephone = "+12125550123"
        profile.save()
    return SimpleNamespace(id=account.id, profile=profile)


@pytest.fixture
def shipping() -> Iterator[Any]:
    """Act as the packing job, which may open what a parcel needs."""
    from troth.kernel.acting import acting, system
    from troth.kernel.ports import register_system_job, system_jobs
    from troth.kernel.purposes import Purpose

    register_system_job(name="test-packer", words="packer", purposes=[Purpose.SHIPPING, Purpose.BILLING])
    with acting(actor=system("test-packer"), purpose=Purpose.SHIPPING):
        yield
    system_jobs.withdraw("test-packer")


@pytest.fixture
def parcel() -> Any:
    """An operation with a name, parts of an address, and nested plain values."""
    from troth.kernel.purposes import Purpose
    from troth.processors import schema
    from troth.processors.schema import Operation, Personal

    return Operation(
        name="parcel.test",
        purpose=Purpose.SHIPPING,
        schema={
            "to.name": Personal("user.name", required=True),
            "to.city": Personal("user.contact.address", part="city"),
            "to.phone": Personal("user.contact.phone_number"),
            "options.label_format": schema.one_of("PDF", "PNG"),
            "options.metadata.order": schema.reference(),
            "items[].grams": schema.whole(1, 100_000),
        },
    )
