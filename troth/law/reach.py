"""Whom a breach concerns: computed from the record of looks, or from the declarations, never typed by hand (M3)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.apps import apps
from django.utils.translation import gettext as _

from troth.kernel.errors import Refused
from troth.ledger.api import looks_by_actor
from troth.vault.api import SealedModel

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a breach reached: by the looks of one actor in a span of time, or a whole table.

    Arguments:
        actor_ref: the id of a member of staff, or a job's name, whose looks are to be followed; or empty.
        since, until: the span of those looks.
        model: the label of a table all of whose subjects it concerns; or empty.
        fields: the names of the values of that table; none for all.
    """

    actor_ref: str = ""
    since: datetime | None = None
    until: datetime | None = None
    model: str = ""
    fields: tuple[str, ...] = ()


def find_reached(reach: Reach) -> Iterator[Mapping[UUID, Sequence[str]]]:
    """Return in batches the clients that a breach reached, each with the names of the values.

    Raises Refused where the reach names nothing that can be looked up.
    """
    if reach.actor_ref and reach.since and reach.until:
        return _by_looks(reach.actor_ref, reach.since, reach.until)
    if reach.model:
        return _by_table(reach.model, reach.fields)
    raise Refused(_("Name whose looks, or which table."), kept=_("Nobody was put on the list."))


def _by_looks(actor_ref: str, since: datetime, until: datetime) -> Iterator[Mapping[UUID, Sequence[str]]]:
    found: dict[UUID, set[str]] = {}
    for entry in looks_by_actor(actor_ref, since=since, until=until):
        if entry.subject_id is not None:
            found.setdefault(entry.subject_id, set()).update(entry.fields)
    ordered = sorted(found)
    for start in range(0, len(ordered), _BATCH):
        yield {each: sorted(found[each]) for each in ordered[start : start + _BATCH]}


def _by_table(label: str, fields: Sequence[str]) -> Iterator[Mapping[UUID, Sequence[str]]]:
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        raise Refused(_("There is no such table."), kept=_("Nobody was put on the list.")) from None
    if not issubclass(model, SealedModel) or not set(fields) <= model.sealed_attributes.keys():
        raise Refused(_("There is no such value."), kept=_("Nobody was put on the list."))
    names = sorted(fields or model.sealed_attributes)
    after: UUID | None = None
    while True:
        rows = model._base_manager.order_by("subject_id").values_list("subject_id", flat=True).distinct()
        batch = list((rows.filter(subject_id__gt=after) if after else rows)[:_BATCH])
        if not batch:
            return
        yield dict.fromkeys(batch, names)
        after = batch[-1]
