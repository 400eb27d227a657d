"""What bounds looks: ties that members declare, looks without a case, and objections by clients."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from troth.accounts.api import ask_for_mail
from troth.kernel import clock
from troth.kernel.acting import ActorKind, acting, require_acting, system
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.operator import read_operator
from troth.kernel.purposes import Purpose
from troth.ledger.api import find_entry, record
from troth.staff.cases import case_of
from troth.staff.events import Event
from troth.staff.job import PAPERS
from troth.staff.judge import may_look_for, require_trained
from troth.staff.models import BreakGlass, Challenge, ChallengeFinding, Relation, StaffMember, Tie
from troth.staff.roles import Permission, Role, may

GLASS_CLIENT = "staff.glass_client"
GLASS_SECOND = "staff.glass_second"
CHALLENGED = "staff.challenged"
ANSWERED = "staff.challenge_answered"


def declare_relation(member: StaffMember, *, subject_id: UUID, tie: Tie) -> Relation:
    """Note a member's tie to a client; from now on the judge refuses the member every look at this client."""
    require_acting()
    if member.subject_id == subject_id:
        raise Refused(_("That is your own account; it is shut for you already."), kept=_("Nothing was noted."))
    with transaction.atomic():
        relation, _new = Relation.objects.update_or_create(
            member_id=member.id, subject_id=subject_id, defaults={"tie": tie}
        )
        record(event=Event.RELATION_DECLARED, subject_id=subject_id, object_type="staff.Relation",
               object_id=str(relation.id))  # fmt: skip
    return relation


# -- Without a case ----------------------------------------------------------------------------------------------------


def break_glass(member: StaffMember, *, subject_id: UUID, purpose: Purpose, reason: str) -> BreakGlass:
    """Open a record without a case, for the operator's minutes; a second person and the client are told at once.

    Raises AccessDenied where the member could not look with a case either, and Refused without a reason, or while
    nobody is there who could be told: a look that no second person knows of is not allowed.
    """
    trained = require_trained(str(member.id), at=clock.now())
    if purpose not in may_look_for(trained):
        raise AccessDenied(_("This role may not look at a client for this purpose."))
    if len(reason.strip()) < 20:
        raise Refused(
            _("A look without a case needs a reason that the client can follow."), kept=_("Nothing was opened.")
        )
    second = find_second_person(member)
    if second is None or second.subject_id is None:
        raise Refused(
            _("Nobody is there who could be told at once."),
            kept=_("Nothing was opened."),
            next_step=_("Open a case for the client in place of this."),
        )
    now = clock.now()
    glass = BreakGlass(
        subject_id=subject_id,
        member_id=member.id,
        purpose=purpose,
        begun_at=now,
        ends_at=now + timedelta(minutes=read_operator().numbers.break_glass_minutes),
        told_member_id=second.id,
    )
    glass.reason = reason.strip()
    with transaction.atomic():
        # Whoever breaks glass has no case yet that would let it write into the record; the register seals its words.
        with acting(actor=system(PAPERS), purpose=Purpose.RIGHTS):
            glass.save()
        record(event=Event.GLASS_BROKEN, subject_id=subject_id, object_type="staff.BreakGlass", object_id=str(glass.id))
        tell_of_glass(glass, second_subject=second.subject_id)
    return glass


def tell_of_glass(glass: BreakGlass, *, second_subject: UUID) -> None:
    """Ask for the two mails, in the caller's transaction: without them there is no look."""
    ask_for_mail(subject_id=glass.subject_id, kind=GLASS_CLIENT, facts={"glass": str(glass.id)})
    ask_for_mail(subject_id=second_subject, kind=GLASS_SECOND, facts={"glass": str(glass.id)})


def review_glass(glass: BreakGlass, *, member: StaffMember, was_right: bool) -> None:
    """Say afterwards whether a look without a case was right; whoever looked cannot."""
    require_acting()
    if glass.member_id == member.id:
        raise AccessDenied(_("You looked yourself; another examines it."), kept=_("Nothing was noted."))
    with transaction.atomic():
        reviewed = BreakGlass.objects.filter(pk=glass.pk, reviewed_at=None).update(
            reviewed_by=member.id, reviewed_at=clock.now(), was_right=was_right
        )
        if not reviewed:
            raise Refused(_("A colleague examined this meanwhile."), kept=_("Their finding was kept."))
        record(event=Event.GLASS_REVIEWED, subject_id=glass.subject_id, object_type="staff.BreakGlass",
               object_id=str(glass.id), ground="right" if was_right else "wrong")  # fmt: skip


def find_second_person(member: StaffMember) -> StaffMember | None:
    """Return who is told at once of a look without a case: the privacy officer first, else another who reviews."""
    others = StaffMember.objects.filter(active=True, subject_id__isnull=False).exclude(id=member.id)
    able = [other for other in others if may(other.role, Permission.REVIEW)]
    order = [Role.PRIVACY_OFFICER, Role.REVIEWER, Role.ADMINISTRATOR]
    return min(able, key=lambda other: order.index(Role(other.role)), default=None)


# -- Objections --------------------------------------------------------------------------------------------------------


def challenge_look(*, subject_id: UUID, entry_id: UUID, text: str) -> Challenge:
    """Object to a look, as the client; that member's access to this record pauses in the same transaction.

    Raises AccessDenied where it is not the client who acts; Refused where the row is no look of staff at this client.
    """
    context = require_acting()
    if context.actor.kind is not ActorKind.CLIENT or context.actor.ref != str(subject_id):
        raise AccessDenied(_("A client objects to looks at its own record only."))
    entry = find_entry(entry_id)
    if entry is None or entry.subject_id != subject_id or entry.actor.kind is not ActorKind.STAFF:
        raise Refused(_("This is not a look by a member of staff at your record."), kept=_("Nothing was changed."))
    before = Challenge.objects.filter(entry_id=entry_id).first()
    if before is not None:
        return _add_words(before, text)
    now = clock.now()
    challenge = Challenge(
        subject_id=subject_id,
        entry_id=entry_id,
        member_id=UUID(entry.actor.ref),
        opened_at=now,
        due_at=now + timedelta(days=read_operator().numbers.challenge_days),
    )
    challenge.text = text.strip() or None
    with transaction.atomic():
        challenge.save()
        record(event=Event.LOOK_CHALLENGED, subject_id=subject_id, object_type="staff.Challenge",
               object_id=str(challenge.id))  # fmt: skip
        for officer in _list_examiners(but=challenge.member_id):
            ask_for_mail(subject_id=officer.subject_id, kind=CHALLENGED, facts={"challenge": str(challenge.id)})  # type: ignore[arg-type]
    return challenge


def _add_words(challenge: Challenge, text: str) -> Challenge:
    """Add words to an objection that was made without any; those that stand are never replaced."""
    if text.strip() and challenge.answered_at is None and not challenge.given_count:
        challenge.text = text.strip()
        challenge.save()
    return challenge


def take_challenge(challenge: Challenge, *, member: StaffMember) -> None:
    """Take an objection, to read and answer it; whose look it is cannot."""
    require_trained(str(member.id), at=clock.now())
    if challenge.member_id == member.id:
        raise AccessDenied(_("It is your own look; another answers."))
    Challenge.objects.filter(pk=challenge.pk, answered_at=None).update(taken_by=member.id)
    challenge.taken_by = member.id


def answer_challenge(challenge: Challenge, *, member: StaffMember, finding: ChallengeFinding, answer: str) -> None:
    """Answer the client; the pause ends where the look was right, and lasts where it broke the promise."""
    require_acting()
    if challenge.member_id == member.id:
        raise AccessDenied(_("It is your own look; another answers."))
    if not answer.strip():
        raise Refused(_("An objection is answered in words."), kept=_("It stays open."))
    challenge.answer = answer.strip()
    challenge.save()
    with transaction.atomic():
        answered = Challenge.objects.filter(pk=challenge.pk, answered_at=None).update(
            answered_at=clock.now(), answered_by=member.id, finding=finding, paused=finding == ChallengeFinding.WRONG
        )
        if not answered:
            raise Refused(_("A colleague answered this meanwhile."), kept=_("Their answer was kept."))
        record(event=Event.CHALLENGE_ANSWERED, subject_id=challenge.subject_id, object_type="staff.Challenge",
               object_id=str(challenge.id), ground=finding)  # fmt: skip
        ask_for_mail(subject_id=challenge.subject_id, kind=ANSWERED, facts={"challenge": str(challenge.id)})
    challenge.refresh_from_db()


def unseal_name(challenge_id: UUID) -> None:
    """Allow that the client be told whose look it was; an approved review calls this (CJEU C-579/21)."""
    challenge = Challenge.objects.get(id=challenge_id)
    Challenge.objects.filter(pk=challenge.pk).update(name_unsealed_at=clock.now())
    record(event=Event.NAME_UNSEALED, subject_id=challenge.subject_id, object_type="staff.Challenge",
           object_id=str(challenge.id))  # fmt: skip
    ask_for_mail(subject_id=challenge.subject_id, kind=ANSWERED, facts={"challenge": str(challenge.id)})


def list_paused(member: StaffMember) -> list[Challenge]:
    """Return the objections because of which records are shut for this member now."""
    return list(Challenge.objects.filter(member_id=member.id, paused=True))


def challenges_of(subject_id: UUID) -> dict[UUID, Challenge]:
    """Return the client's objections, by the look to which they object."""
    return {each.entry_id: each for each in Challenge.objects.filter(subject_id=subject_id)}


def name_of_looker(challenge: Challenge) -> str:
    """Return the name of the member of an objection whose unsealing was decided; empty before that.

    The client acts; the name is opened by the register of looks, and its line stands in the member's own timeline.
    """
    from troth.accounts.api import Profile

    member = StaffMember.objects.filter(id=challenge.member_id).first()
    profile = Profile.of(member.subject_id) if member and member.subject_id else None
    if challenge.name_unsealed_at is None or profile is None:
        return ""
    with acting(actor=system(PAPERS), purpose=Purpose.RIGHTS, case=case_of(challenge)):
        return str(profile.open("name").name)


def _list_examiners(*, but: UUID) -> list[StaffMember]:
    members = StaffMember.objects.filter(active=True, subject_id__isnull=False).exclude(id=but)
    return [member for member in members if may(member.role, Permission.EXAMINE_CONDUCT)]
