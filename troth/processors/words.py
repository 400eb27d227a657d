"""Recipients and grounds of the record, in words for a client."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import Words
from troth.processors.courier import INFORMED, MAIL_RELAY

_RECIPIENTS: Mapping[str, Words] = MappingProxyType({MAIL_RELAY: _("The mail service")})
_GROUNDS: Mapping[str, Words] = MappingProxyType({INFORMED: _("you were told of it beforehand")})


def describe_recipient(key: str) -> Words:
    """Return who received, in words; the key itself where the record is older than the words."""
    return _RECIPIENTS.get(key, key)


def describe_ground(key: str) -> Words:
    """Return on which ground it was given (A6), in words; the key itself where the record is older than the words."""
    return _GROUNDS.get(key, key)
