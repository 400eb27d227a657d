"""Recipients and grounds of the record, in words for a client."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from troth.disclosures.api import GroundKind
from troth.kernel.ports import Registry, Words
from troth.processors.errors import CAUSE_WORDS, Cause
from troth.processors.models import Processor

AUTHORITY = "authority-"
"""How the key of a recipient begins that is no company of ours, but whom the law gives a right to ask (H2)."""


recipient_names: Registry[str, Callable[[str], str]] = Registry("list of recipients")
"""How the keys of a list of recipients begin that are no companies of ours → returns the name of one, or nothing."""


def describe_recipient(key: str) -> Words:
    """Return who received, by name; the key itself where the register has no such organisation any more."""
    if key.startswith(AUTHORITY):
        return _("A court or an authority")
    if (ask := recipient_names.get(f"{key.partition('-')[0]}-")) is not None and (name := ask(key)):
        return name
    return _find_name(key) or key if key else key


def describe_ground(key: str) -> Words:
    """Return on which ground it was given (A6), in words; the key itself where the record is older than the words."""
    return GroundKind(key).label if key in GroundKind.values else key


def _find_name(key: str) -> str:
    return Processor.objects.filter(key=key).values_list("name", flat=True).first() or ""


def describe_cause(key: str) -> Words:
    """Return why something was refused, in words; the key itself where the row is older than the words."""
    return CAUSE_WORDS[Cause(key)] if key in set(Cause) else key
