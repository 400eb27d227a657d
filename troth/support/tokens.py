"""The token that binds a mail to a case: part of the address that our answers ask replies to.

    support+K7R3-92QD.<20 hex digits>@example.org

The digits are a keyed digest of case and person, so that nobody makes one for another's case. A token alone joins
nothing: mails are forwarded, and whoever has one is not therefore the client (``mailin.filing``).
"""

import re
from collections.abc import Iterable

from django.utils.crypto import constant_time_compare, salted_hmac

from troth.kernel.operator import read_operator
from troth.support.models import Case
from troth.support.queries import find_by_number

_TOKEN = re.compile(r"\+([0-9a-z]{4}-[0-9a-z]{4})\.([0-9a-f]{20})@", re.IGNORECASE)


def write_address(case: Case) -> str:
    """Return the address to which an answer in this case is asked."""
    local, _at, domain = read_operator().contacts.support_email.rpartition("@")
    return f"{local}+{case.number.lower()}.{_sign(case)}@{domain}"


def find_tokens(addresses: Iterable[str]) -> list[tuple[str, str]]:
    """Return number and digest of each token in these addresses."""
    found = (_TOKEN.search(address) for address in addresses)
    return [(match[1].upper(), match[2].lower()) for match in found if match]


def read_token(number: str, digest: str) -> Case | None:
    """Return the case that a token names, if we wrote the token; else None."""
    case = find_by_number(number)
    return case if case is not None and constant_time_compare(_sign(case), digest) else None


def _sign(case: Case) -> str:
    return salted_hmac("support.reply", f"{case.id}|{case.subject_id}", algorithm="sha256").hexdigest()[:20]
