"""From something out of place to a recorded outcome: found, examined, heard, decided, appealed (A5)."""

from datetime import timedelta
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from troth.accounts.api import ask_for_mail
from troth.kernel import clock
from troth.kernel.acting import ActorKind, acting, client, require_acting, system
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.operator import read_operator
from troth.kernel.purposes import Purpose
from troth.ledger.api import Entry, entries_of_kind, record
from troth.staff import detectors
from troth.staff.actions.members import suspend_member
from troth.staff.actions.reviews import prepare_review, waiting_reviews
from troth.staff.detectors import LONGEST_WINDOW, LOOK, Finding
from troth.staff.discipline import Outcome, read_conduct
from troth.staff.events import Event
from troth.staff.job import PAPERS, WATCH
from troth.staff.judge import require_trained
from troth.staff.models import Incident, IncidentState, IncidentWord, Speaker, StaffMember
from troth.staff.review_kinds import READMIT
from troth.staff.roles import Permission, may

FOUND = "staff.incident"
HEARD = "staff.hearing"
DECIDED = "staff.decided"
_READ = (LOOK, Event.LOOK_REFUSED, Event.CLIENT_SOUGHT, Event.GLASS_BROKEN, Event.EXPORT_MADE)
"""The rows that detectors read."""


def watch() -> list[Incident]:
    """Read what staff did of late, and open an incident for each thing out of place that is not known yet."""
    zone, conduct = ZoneInfo(read_operator().time_zone), read_conduct()
    rows = entries_of_kind(ActorKind.STAFF, since=clock.now() - LONGEST_WINDOW, events=_READ)
    opened = []
    with acting(actor=system(WATCH), purpose=Purpose.SECURITY):
        by_member: list[tuple[str, list[Entry]]] = [
            (ref, list(some)) for ref, some in groupby(sorted(rows, key=_ref), key=_ref)
        ]
        for _member, some in by_member:
            for finding in detectors.detect(some, conduct, zone):
                incident = open_incident(finding, grave=finding.detector in conduct.grave)
                if incident is not None:
                    opened.append(incident)
    return opened


def _ref(entry: Entry) -> str:
    return entry.actor.ref


def open_incident(finding: Finding, *, grave: bool) -> Incident | None:
    """Open an incident; where it is grave the member is shut out at once. None where it is known already."""
    member = StaffMember.objects.filter(id=UUID(finding.member)).first()
    if member is None or Incident.objects.filter(member_id=member.id, window=finding.window).exists():
        return None
    now = clock.now()
    try:
        with transaction.atomic():
            incident = Incident.objects.create(
                member_id=member.id,
                detector=finding.detector,
                window=finding.window,
                grave=grave,
                seen=finding.seen,
                first_at=finding.first_at,
                last_at=finding.last_at,
                found_at=now,
                due_at=now + timedelta(days=read_operator().numbers.incident_days),
                suspended=grave and member.active,
            )
            record(event=Event.INCIDENT_FOUND, subject_id=member.subject_id, object_type="staff.Incident",
                   object_id=str(incident.id), ground=finding.detector, count=finding.seen)  # fmt: skip
            if grave and member.active:
                suspend_member(member)
            for examiner in _list_able(Permission.EXAMINE_CONDUCT, but=member.id):
                ask_for_mail(subject_id=examiner.subject_id, kind=FOUND, facts={"incident": str(incident.id)})  # type: ignore[arg-type]
    except IntegrityError:
        return None
    return incident


def take_incident(incident: Incident, *, member: StaffMember) -> None:
    """Take an incident to examine it, or to decide its appeal; nobody examines itself, nor decides twice."""
    require_trained(str(member.id), at=clock.now())
    _require_another(incident, member)
    if incident.state == IncidentState.APPEALED and incident.decided_by == member.id:
        raise AccessDenied(_("You decided this; another decides the appeal."), kept=_("Nothing was changed."))
    _move(incident, IncidentState(incident.state), taken_by=member.id)


def ask_statement(incident: Incident, *, member: StaffMember) -> None:
    """Ask the member to be heard: it reads what was found, and says what it has to say."""
    _require_another(incident, member)
    concerned = StaffMember.objects.get(id=incident.member_id)
    with transaction.atomic():
        _move(incident, IncidentState.HEARING)
        if concerned.subject_id is not None:
            ask_for_mail(subject_id=concerned.subject_id, kind=HEARD, facts={"incident": str(incident.id)})


def say(incident: Incident, *, speaker: Speaker, text: str) -> IncidentWord:
    """Keep words about an incident, sealed under the key of the member whom it concerns."""
    context = require_acting()
    concerned = StaffMember.objects.get(id=incident.member_id)
    if concerned.subject_id is None:
        raise Refused(_("The account of this member was deleted."), kept=_("Nothing was noted."))
    mine = context.actor == client(concerned.subject_id)
    if (speaker in (Speaker.MEMBER, Speaker.APPEAL)) != mine:
        raise AccessDenied(_("Everybody speaks for themselves."), kept=_("Nothing was noted."))
    if not text.strip():
        raise Refused(_("There is nothing to note."), kept=_("The examination stands where it stood."))
    word = IncidentWord(subject_id=concerned.subject_id, incident_id=incident.id, speaker=speaker)
    word.text = text.strip()
    if mine:
        word.save()
    else:
        with acting(actor=system(PAPERS), purpose=Purpose.LEGAL):
            word.save()
    return word


def appeal(incident: Incident, *, text: str) -> None:
    """Appeal against a decision, as the member whom it concerns; another than who decided it decides."""
    if incident.state != IncidentState.DECIDED:
        raise Refused(_("Only a decision can be appealed against, once."), kept=_("It stands as it stood."))
    say(incident, speaker=Speaker.APPEAL, text=text)
    with transaction.atomic():
        _move(incident, IncidentState.APPEALED)
        for judge in _list_able(Permission.HEAR_APPEALS, but=incident.member_id):
            ask_for_mail(subject_id=judge.subject_id, kind=FOUND, facts={"incident": str(incident.id)})  # type: ignore[arg-type]


def decide(incident: Incident, *, member: StaffMember, outcome: str, text: str) -> None:
    """Decide an incident by the operator's table; an outcome that suspends or trains does so at once.

    Raises AccessDenied for the member itself, and Refused before it was heard, or for an outcome of no table.
    """
    _require_another(incident, member)
    chosen = _find_outcome(outcome)
    if incident.state != IncidentState.HEARING:
        raise Refused(
            _("Nobody is judged unheard."),
            kept=_("It stands as it stood."),
            next_step=_("Ask for the member's statement first."),
        )
    say(incident, speaker=Speaker.OFFICER, text=text)
    with transaction.atomic():
        _move(incident, IncidentState.DECIDED, decided_by=member.id, decided_at=clock.now(), outcome=chosen.key)
        _carry_out(incident, chosen)


def decide_appeal(incident: Incident, *, member: StaffMember, outcome: str, text: str) -> None:
    """Decide an appeal; whoever decided first cannot."""
    _require_another(incident, member)
    chosen = _find_outcome(outcome)
    if incident.state != IncidentState.APPEALED or incident.decided_by == member.id:
        raise Refused(_("Another than who decided first decides the appeal."), kept=_("It stands as it stood."))
    if incident.taken_by != member.id:
        raise Refused(
            _("Whoever decides an appeal reads first what was said."),
            kept=_("It stands as it stood."),
            next_step=_("Take the appeal first."),
        )
    say(incident, speaker=Speaker.SECOND, text=text)
    with transaction.atomic():
        _move(incident, IncidentState.CLOSED, appeal_by=member.id, outcome=chosen.key)
        _carry_out(incident, chosen)


def _carry_out(incident: Incident, outcome: Outcome) -> None:
    concerned = StaffMember.objects.get(id=incident.member_id)
    now = clock.now()
    if outcome.trains and concerned.certificate_until is not None and concerned.certificate_until > now:
        StaffMember.objects.filter(pk=concerned.pk).update(certificate_until=now)
        record(event=Event.MEMBER_CHANGED, subject_id=concerned.subject_id, fields=["certificate_until"],
               object_type="staff.StaffMember", object_id=str(concerned.id))  # fmt: skip
    if outcome.suspends and concerned.active:
        suspend_member(concerned)
    if incident.suspended and not outcome.suspends:
        _prepare_return(concerned)
    if concerned.subject_id is not None:
        ask_for_mail(subject_id=concerned.subject_id, kind=DECIDED, facts={"incident": str(incident.id)})


def _prepare_return(member: StaffMember) -> None:
    """Prepare that whoever was shut out at once comes back, by a second person as everybody who was shut out."""
    facts = {"member": str(member.id)}
    if member.active or member.subject_id is None:
        return
    if not any(review.kind == READMIT and review.facts == facts for review in waiting_reviews()):
        prepare_review(kind=READMIT, facts=facts)


def _find_outcome(key: str) -> Outcome:
    outcome = read_conduct().outcomes.get(key)
    if outcome is None:
        raise Refused(_("The disciplinary table has no such outcome."), kept=_("It stands as it stood."))
    return outcome


def _require_another(incident: Incident, member: StaffMember) -> None:
    require_acting()
    if incident.member_id == member.id:
        raise AccessDenied(_("This is about you; another examines it."), kept=_("Nothing was changed."))


def _move(incident: Incident, state: IncidentState, **columns: object) -> None:
    moved = Incident.objects.filter(pk=incident.pk, state=incident.state).update(state=state, **columns)
    if not moved:
        raise Refused(_("A colleague went on with this meanwhile."), kept=_("What they did was kept."))
    concerned = StaffMember.objects.get(id=incident.member_id)
    record(event=Event.INCIDENT_MOVED, subject_id=concerned.subject_id, object_type="staff.Incident",
           object_id=str(incident.id), ground=state)  # fmt: skip
    incident.refresh_from_db()


def _list_able(permission: Permission, *, but: UUID) -> list[StaffMember]:
    members = StaffMember.objects.filter(active=True, subject_id__isnull=False).exclude(id=but)
    return [member for member in members if may(member.role, permission)]
