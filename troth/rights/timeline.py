"""Who looked at a client's information, and who received it, from the record: in words, and without names of staff.

A client reads role and pseudonym of a member of staff; the name is nobody's business until a reviewed challenge unseals
it. The pseudonym is stable, so that a client sees that it was the same person (CJEU C-579/21).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from troth.accounts.api import Profile
from troth.disclosures.api import computed_values
from troth.kernel.acting import ActorKind
from troth.kernel.ports import Words, case_resolvers, system_jobs
from troth.ledger.api import Entry
from troth.processors.api import describe_ground, describe_recipient
from troth.staff.api import Challenge, challenges_of, describe_members
from troth.vault.api import get_attribute


@dataclass(frozen=True, slots=True)
class Told:
    """One row of the record as the client reads it.

    Arguments:
        id: the row's id; give it as ``after`` to read on.
        at: when.
        who: role and pseudonym, the job's words, or "you".
        did: what was done, to follow ``who``.
        why: the purpose, in words.
        fields: the names of the values concerned, in words.
        case: the case that justified it, in words, or empty.
        url: the client's page of the case, or empty.
        recipient: the organisation that received, in words, or empty.
        ground: the ground on which it received, in words, or empty.
        can_object: whether it is a look by a member of staff, to which the client can object.
        objection: how the client's objection to it stands, or empty.
    """

    id: UUID
    at: datetime
    who: Words
    did: Words
    why: Words
    fields: tuple[Words, ...]
    case: Words
    url: str
    recipient: Words
    ground: Words
    can_object: bool = False
    objection: Words = ""


def tell(entries: Sequence[Entry], *, subject_id: UUID) -> list[Told]:
    """Return the entries in words; the staff among their actors are read in one query."""
    staff = describe_members(entry.actor.ref for entry in entries if entry.actor.kind is ActorKind.STAFF)
    objections = challenges_of(subject_id)
    return [_tell(entry, staff, subject_id, objections.get(entry.id)) for entry in entries]


def _tell(entry: Entry, staff: dict[str, str], subject_id: UUID, objection: Challenge | None) -> Told:
    case, url = _describe_case(entry)
    return Told(
        id=entry.id,
        at=entry.at,
        who=_name_actor(entry, staff, subject_id),
        did=entry.words,
        why=_("in order to %(purpose)s") % {"purpose": entry.purpose.words},
        fields=tuple(name_value(entry.object_type, name) for name in entry.fields),
        case=case,
        url=url,
        recipient=describe_recipient(entry.recipient),
        ground=describe_ground(entry.ground) if entry.recipient else "",
        can_object=entry.is_look and entry.actor.kind is ActorKind.STAFF and objection is None,
        objection=_describe_objection(objection),
    )


def _describe_objection(objection: Challenge | None) -> Words:
    if objection is None:
        return ""
    if objection.answered_at is None:
        return _("you objected; access is paused")
    return _("you objected: %(finding)s") % {"finding": objection.get_finding_display()}


def _name_actor(entry: Entry, staff: dict[str, str], subject_id: UUID) -> Words:
    actor = entry.actor
    if actor.kind is ActorKind.STAFF:
        return staff.get(actor.ref, _("A member of staff"))
    if actor.kind is ActorKind.SYSTEM:
        job = system_jobs.get(actor.ref)
        return _("The program (%(job)s)") % {"job": job.words if job else actor.ref}
    if actor.kind is ActorKind.CLIENT:
        return _("You") if actor.ref == str(subject_id) else _("Another client")
    return _("A visitor")


def name_value(model: str, name: str) -> Words:
    """Return the label of a value; the bare name where the declaration is gone, so that an old row can be read.

    A row about a mail names the mail and not a table: the values in a mail are those of the client's details.
    """
    try:
        return get_attribute(model, name).label
    except (LookupError, ValueError):
        attribute = Profile.sealed_attributes.get(name)
        if attribute is not None:
            return attribute.label
        return computed_values.get(name) or name.replace("_", " ")


def _describe_case(entry: Entry) -> tuple[Words, str]:
    if entry.case is None:
        return "", ""
    resolver = case_resolvers.get(entry.case.kind)
    return resolver.describe(entry.case.ref) if resolver else (f"{entry.case.kind} {entry.case.ref}", "")
