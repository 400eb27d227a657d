"""The port of contacts: without a gate nobody is contacted, and no value of a person gets into the row of a contact."""

import pytest

from troth.kernel.errors import NotConfigured, Refused
from troth.kernel.ids import new_id
from troth.kernel.ports import (
    EXEMPT,
    ContactKind,
    ContactOutcome,
    Letter,
    contact_client,
    contact_gates,
    contact_kinds,
    register_contact_kind,
    require_contact_allowed,
)
from troth.kernel.purposes import Purpose

KIND = ContactKind(key="tests.word", words="a word", purpose=Purpose.SUPPORT, template="tests/emails/word")


class Gate:
    """Allows what it is told to."""

    def __init__(self, *, permits: bool = True):
        self.asked = []
        self._permits = permits

    def contact(self, request):
        self.asked.append(request)
        return ContactOutcome(decision_id=new_id(), channel=None, reason="wish")

    def permits(self, letter):
        return self._permits


@pytest.fixture
def kind():
    register_contact_kind(KIND)
    yield KIND
    contact_kinds.withdraw(KIND.key)


@pytest.fixture
def no_gate():
    gate = contact_gates.withdraw("support") if "support" in contact_gates else None
    yield
    if "support" in contact_gates:
        contact_gates.withdraw("support")
    if gate is not None:
        contact_gates.register("support", gate)


def write_letter(kind):
    return Letter(
        subject_id=new_id(),
        to="ada@example.org",
        subject="A word",
        text="",
        html="",
        kind=kind,
        purpose=Purpose.SUPPORT,
        fields=(),
    )


def test_a_contact_goes_through_the_gate_that_is_registered(kind, no_gate):
    gate = Gate()
    contact_gates.register("support", gate)
    contact_client(subject_id=new_id(), about=kind.key, case=None, facts={"order": "A-12", "tries": 3})
    assert gate.asked[0].facts == {"order": "A-12", "tries": 3}


def test_without_a_gate_nobody_is_contacted(kind, no_gate):
    with pytest.raises(NotConfigured):
        contact_client(subject_id=new_id(), about=kind.key, case=None)


def test_a_contact_that_nobody_registered_is_refused(no_gate):
    contact_gates.register("support", Gate())
    with pytest.raises(LookupError):
        contact_client(subject_id=new_id(), about="tests.unknown", case=None)


@pytest.mark.parametrize("fact", ["Ada Example", "ada@example.org", "x" * 101])
def test_a_value_of_a_person_is_no_fact(kind, no_gate, fact):
    contact_gates.register("support", Gate())
    with pytest.raises(Refused):
        contact_client(subject_id=new_id(), about=kind.key, case=None, facts={"name": fact})


def test_mail_leaves_only_if_it_is_exempt_or_a_decision_allows_it(no_gate):
    require_contact_allowed(write_letter("accounts.welcome"))
    with pytest.raises(Refused):
        require_contact_allowed(write_letter("orders.payment_failed"))
    contact_gates.register("support", Gate(permits=False))
    with pytest.raises(Refused):
        require_contact_allowed(write_letter("orders.payment_failed"))
    contact_gates.withdraw("support")
    contact_gates.register("support", Gate())
    require_contact_allowed(write_letter("orders.payment_failed"))


def test_each_exemption_says_why():
    assert all(str(why).strip() for why in EXEMPT.values())
