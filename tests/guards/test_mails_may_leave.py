"""Every mail that the house can write may leave: what it holds is declared, asked for its purpose, and allowed.

The door out refuses anything else, at the moment at which the mail is due; a client would then not be told.
"""

import pytest

from troth.accounts.mails import kinds as account_mails
from troth.kernel.ports import contact_kinds
from troth.processors.courier import MAIL_RELAY
from troth.processors.seed import read_seed
from troth.vault.api import get_attribute

PROFILE = "accounts.Profile"


def list_mails():
    """Yield each mail as its name, its purpose, and the labels of the values in it."""
    for kind in contact_kinds:
        yield kind.key, kind.purpose, (f"{PROFILE}.name", f"{PROFILE}.email", *kind.fields)
    for kind in account_mails:
        yield kind.key, kind.purpose, tuple(f"{PROFILE}.{name}" for name in ("name", "email", *kind.opens))


MAILS = sorted(list_mails(), key=lambda mail: mail[0])


@pytest.fixture(scope="module")
def allowed():
    """What the register that is shipped allows to the mail relay: label → purposes."""
    [relay] = [entry for entry in read_seed() if entry.key == MAIL_RELAY]
    return {label: set(purposes) for label, purposes in relay.fields.items()}


def test_there_are_mails_to_look_at():
    assert len(MAILS) > 20


@pytest.mark.parametrize(("name", "purpose", "labels"), MAILS, ids=[mail[0] for mail in MAILS])
def test_what_a_mail_holds_is_declared_asked_for_its_purpose_and_allowed(allowed, name, purpose, labels):
    for label in labels:
        model, _dot, attribute = label.rpartition(".")
        assert purpose in get_attribute(model, attribute).purposes, label
        assert str(purpose) in allowed.get(label, ()), label
