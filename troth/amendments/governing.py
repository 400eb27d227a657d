"""What governs now, and for whom: asked at both doors, so what a version adds is done for nobody before (O3)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from troth.accounts.api import Account
from troth.amendments.models import Practice, Told
from troth.kernel.ports import Use
from troth.kernel.remembering import Remembered
from troth.statement.api import StatementVersion

type Key = tuple[str, str, str]
"""A company, or nothing for a look within the house; the label of a value; a purpose."""


@dataclass(frozen=True, slots=True)
class Governing:
    """What the versions in force say.

    Arguments:
        since: use → number of the version that told of it.
        first: the number of the first version with a practice; everybody was told of it.
    """

    since: Mapping[Key, int]
    first: int


def list_keys(facts: Mapping[str, Any]) -> Iterator[Key]:
    """Return every use that a practice knows."""
    for label, purposes in facts["uses"].items():
        for purpose in purposes:
            yield "", label, purpose
    for company, values in facts["recipients"].items():
        for label, purposes in values.items():
            for purpose in purposes:
                yield company, label, purpose


def _read_governing() -> Governing | None:
    rows = Practice.objects.filter(version__in_force_at__isnull=False).order_by("version__number")
    since: dict[Key, int] = {}
    first = 0
    for number, facts in rows.values_list("version__number", "facts"):
        since = {key: since.get(key, number) for key in list_keys(facts)}
        first = first or number
    return Governing(since=since, first=first) if first else None


find_governing = Remembered(_read_governing)
"""Return what governs, or None where no version was published yet. Each look at a value asks."""


def judge_use(use: Use) -> str:
    """Return why the statement that governs for this client does not say of a use, or an empty text where it does."""
    governing = find_governing()
    if governing is None:
        return ""
    newest = 0
    for label in use.labels:
        number = _find_number(governing, use, label)
        if number is None:
            return _("Our statement does not say so, or not yet; until it does, nothing of the kind is done.")
        newest = max(newest, number)
    if newest > governing.first and not is_told(use.subject_id, newest):
        return _("This person could not be told yet that our statement says so now.")
    return ""


def _find_number(governing: Governing, use: Use, label: str) -> int | None:
    purpose = use.purpose.value
    whole = label.partition("/")[0]
    return governing.since.get((use.recipient, label, purpose), governing.since.get((use.recipient, whole, purpose)))


def is_told(subject_id: UUID, number: int) -> bool:
    """Return whether a client was told of this version, or joined when it stood on the site already."""
    if Told.objects.filter(subject_id=subject_id, number__gte=number).exists():
        return True
    published = StatementVersion.objects.filter(number=number).values_list("published_at", flat=True).first()
    return published is not None and Account.objects.filter(pk=subject_id, verified_at__gte=published).exists()
