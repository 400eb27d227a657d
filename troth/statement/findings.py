"""What a new version changes, as the checks find it: the closed list of kinds, and their words for everybody (O3)."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from troth.kernel.ports import Words


class FindingKind(StrEnum):
    """What was found; each makes a change material in the opinion of the checks."""

    USE = "use"
    RECIPIENT = "recipient"
    KEPT = "kept"
    ASKED = "asked"
    NUMBER = "number"
    CLAUSE = "clause"
    UNWATCHED = "unwatched"


_WORDS: Mapping[str, Words] = MappingProxyType(
    {
        FindingKind.USE: gettext_lazy("A value is used for something new: %(what)s"),
        FindingKind.RECIPIENT: gettext_lazy("A company may receive something new: %(what)s"),
        FindingKind.KEPT: gettext_lazy("Something is kept longer: %(what)s"),
        FindingKind.ASKED: gettext_lazy("Something is asked where it was not: %(what)s"),
        FindingKind.NUMBER: gettext_lazy("A number grows by which something is kept: %(what)s"),
        FindingKind.CLAUSE: gettext_lazy("A clause is promised no more: %(what)s"),
        FindingKind.UNWATCHED: gettext_lazy("A clause that a check watched has none now: %(what)s"),
    }
)


def say_finding(finding: Mapping[str, str]) -> str:
    """Return one finding as a sentence."""
    words = _WORDS.get(finding.get("kind", ""))
    return str(words) % {"what": finding.get("what", "")} if words else _("Something else is new.")
