"""The checks of A4 and A5, and of what A1 and A10 say of the looks of staff: invented people try, rows are counted."""

import csv
import io
from contextvars import Context
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection
from django.utils.translation import gettext_lazy as _

from troth.accounts.api import Message, Profile
from troth.kernel import clock
from troth.kernel.acting import ActorKind, acting, client, staff_member
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.ids import new_id
from troth.kernel.ports import Control, Feature, Observation, Sabotage, controls
from troth.kernel.purposes import Purpose
from troth.ledger.api import entries_about, entries_of_kind, record
from troth.staff import sabotages
from troth.staff.actions import access, conduct, reviews
from troth.staff.canary import Canary, employ, open_canary_account, vanishing_canary
from troth.staff.detectors import LOOK, Detector
from troth.staff.discipline import read_conduct
from troth.staff.events import Event
from troth.staff.judge import Reason
from troth.staff.models import (
    BreakGlass,
    Certificate,
    Challenge,
    ChallengeFinding,
    Incident,
    Relation,
    Review,
    ReviewState,
    StaffMember,
    Tie,
)
from troth.staff.queries import waiting_challenges, waiting_incidents
from troth.staff.review_kinds import CHANGE_ROLE
from troth.staff.roles import Role

RECENT = timedelta(days=25)
"""How far back rows are looked at; the rows of mails are kept a little longer."""
SAMPLE = 1000


@dataclass
class Notes:
    """Counts what was looked at, and keeps what broke."""

    examined: int = 0
    failures: list[str] = field(default_factory=list)

    def expect(self, held: object, otherwise: str) -> None:
        """Note one look, and ``otherwise`` where it did not hold."""
        self.examined += 1
        if not held:
            self.failures.append(otherwise)

    def observation(self) -> Observation:
        """Return what was seen."""
        return Observation(examined=self.examined, failures=tuple(self.failures))


# -- A4: who may look --------------------------------------------------------------------------------------------------


def observe_judge() -> Observation:
    """Let an invented member look, and take away one thing after the other: each alone must shut the door."""
    notes = Notes()
    with vanishing_canary() as canary:
        notes.expect(canary.look() == "", "a member with everything that is asked is refused")
        until = canary.member.certificate_until
        _try(notes, canary, Reason.NOT_TRAINED, certificate_until=clock.now())
        _try(notes, canary, Reason.NOT_TRAINED, certificate_until=None)
        canary.change(certificate_until=until)
        _try(notes, canary, Reason.NOT_AUTHORISED, active=False)
        canary.change(active=True)
        _try(notes, canary, Reason.ROLE, role=Role.ADMINISTRATOR)
        canary.change(role=Role.SERVICE)
        other = open_canary_account()
        notes.expect(canary.look(subject_id=other) == Reason.OTHER_CLIENT, "a case about another client opens")
        own = canary.member.subject_id
        notes.expect(canary.look(subject_id=own) == Reason.OWN_RECORD, "a member's own record opens")
        theirs = canary.second.subject_id
        notes.expect(canary.look(subject_id=theirs) == Reason.COLLEAGUE, "a colleague's record opens")
        colleague = employ(Role.SERVICE)
        notes.expect(canary.look(member=colleague) == Reason.NOT_TAKEN, "a case that another took opens")
        tie = Relation.objects.create(member_id=canary.member.id, subject_id=canary.subject_id, tie=Tie.RELATIVE)
        notes.expect(canary.look() == Reason.RELATION, "a relative's record opens")
        tie.delete()
        BreakGlass.objects.filter(pk=canary.glass.pk).update(ends_at=clock.now())
        notes.expect(canary.look() == Reason.CASE_CLOSED, "a case that has ended opens")
        refused = entries_about(canary.subject_id, events=[Event.LOOK_REFUSED])
        notes.expect(len(refused) >= 5, "refused looks are not written down")
    return notes.observation()


def _try(notes: Notes, canary: Canary, reason: Reason, **columns: object) -> None:
    canary.change(**columns)
    notes.expect(canary.look() == reason, f"a member opens a record all the same: {reason.replace('_', ' ')}")


def observe_looks() -> Observation:
    """Look that every recent look of staff had a case, a purpose and a certificate, and each entry a certificate."""
    notes = Notes()
    certificates: dict[str, list[Certificate]] = {}
    for certificate in Certificate.objects.all():
        certificates.setdefault(str(certificate.member_id), []).append(certificate)
    for look in entries_of_kind(ActorKind.STAFF, since=clock.now() - RECENT, events=[LOOK])[-SAMPLE:]:
        theirs = certificates.get(look.actor.ref, [])
        notes.expect(look.case is not None, f"a look has no case: {look.id}")
        notes.expect(any(each.until > look.at for each in theirs), f"a look has no certificate: {look.id}")
    for member in StaffMember.objects.filter(active=True):
        until = member.certificate_until
        backed = until is None or any(each.until >= until for each in certificates.get(str(member.id), []))
        notes.expect(backed, f"the register says that {member.pseudonym} is trained, and no certificate does")
    return notes.observation()


def observe_other_ways() -> Observation:
    """Read an invented client by the ways round the door: lists of columns, SQL, a table for export, a bare shell."""
    notes = Notes()
    with vanishing_canary() as canary:
        profile = Profile.of(canary.subject_id)
        if profile is None:
            return Observation(examined=1, failures=["the invented client has no details"])
        with acting(actor=client(canary.subject_id), purpose=Purpose.ACCOUNT):
            value = str(profile.open("name").name)
            profile.name = value + " Again"
            profile.save()
        rows = list(Profile.objects.filter(pk=profile.pk).values())
        notes.expect(value not in _as_text(rows), "a list of columns shows a value")
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {Profile._meta.db_table}")  # noqa: S608  our own table
            found = cursor.fetchall()
        notes.expect(value not in _as_text(found), "plain SQL shows a value")
        sheet = io.StringIO()
        csv.writer(sheet).writerows([_as_text(cell) for cell in row.values()] for row in rows)
        notes.expect(value not in sheet.getvalue(), "a table for export shows a value")
        notes.expect(value not in f"{profile} {profile.name} {profile!r}", "a row that is shown shows a value")
        # A shell begins with nobody acting.
        notes.expect(Context().run(_is_shut, profile), "a shell opens a value though nobody acts")
    return notes.observation()


def _as_text(found: object) -> str:
    if isinstance(found, bytes | memoryview):
        return bytes(found).decode("latin-1")
    if isinstance(found, dict):
        return " ".join(_as_text(each) for each in found.values())
    if isinstance(found, list | tuple):
        return " ".join(_as_text(each) for each in found)
    return str(found)


def _is_shut(profile: Profile) -> bool:
    try:
        profile.open("name")
    except AccessDenied:
        return True
    except RuntimeError:
        # The door let it pass, and was about to write the look down: that cannot be done where all is undone.
        return False
    return False


def _was_told(member: StaffMember, kind: str) -> bool:
    return member.subject_id is not None and Message.objects.filter(subject_id=member.subject_id, kind=kind).exists()


# -- A10, A5: objections, looks without a case, two people -------------------------------------------------------------


def observe_objections() -> Observation:
    """Let an invented client object to a look: that member, and no other, is shut out at once; no answer is late."""
    notes = Notes()
    with vanishing_canary() as canary:
        with acting(actor=staff_member(canary.member.id), purpose=Purpose.SUPPORT):
            look = record(event=LOOK, subject_id=canary.subject_id, fields=["name"], object_type=Profile._meta.label)
        notes.expect(canary.look() == "", "a look is refused before anybody objected")
        with acting(actor=client(canary.subject_id), purpose=Purpose.RIGHTS):
            challenge = access.challenge_look(subject_id=canary.subject_id, entry_id=look, text="")
        notes.expect(canary.look() == Reason.PAUSED, "an objection does not pause the access")
        told = _was_told(canary.second, access.CHALLENGED)
        notes.expect(told, "nobody was told of an objection")
        Challenge.objects.filter(pk=challenge.pk).update(
            paused=False, answered_at=clock.now(), finding=ChallengeFinding.RIGHT
        )
        notes.expect(canary.look() == "", "a pause outlives its answer")
    for waiting in waiting_challenges():
        notes.expect(not waiting.is_late, f"the objection {waiting.number} waits longer than was promised")
    return notes.observation()


def observe_glass() -> Observation:
    """Open a record without a case, and look that the client and a second person are told; and of all recent ones."""
    notes = Notes()
    with vanishing_canary() as canary:
        _expect_told(notes, canary.glass)
        lone = employ(Role.SERVICE)
        StaffMember.objects.exclude(pk=lone.pk).update(active=False)
        try:
            access.break_glass(
                lone, subject_id=canary.subject_id, purpose=Purpose.SUPPORT, reason="Nobody is there who could be told."
            )
            notes.expect(held=False, otherwise="a record opens without a case though nobody can be told")
        except Refused:
            notes.expect(held=True, otherwise="")
    for glass in BreakGlass.objects.defer("sealed").filter(begun_at__gt=clock.now() - RECENT)[:SAMPLE]:
        _expect_told(notes, glass)
    return notes.observation()


def _expect_told(notes: Notes, glass: BreakGlass) -> None:
    second = StaffMember.objects.filter(id=glass.told_member_id).first()
    for subject_id, kind, who in (
        (glass.subject_id, access.GLASS_CLIENT, "the client"),
        (second.subject_id if second else None, access.GLASS_SECOND, "the second person"),
    ):
        if subject_id is None:
            continue
        told = Message.objects.filter(subject_id=subject_id, kind=kind, facts__glass=str(glass.id)).exists()
        notes.expect(told, f"{who} was not told of the look without a case {glass.number}")


def observe_reviews() -> Observation:
    """Let invented people try to decide what they prepared, and what was changed since; look at all that was done."""
    notes = Notes()
    with vanishing_canary() as canary:
        facts = {"member": str(canary.member.id), "role": Role.BILLING.value}
        with acting(actor=staff_member(canary.second.id), purpose=Purpose.SECURITY):
            review = reviews.prepare_review(kind=CHANGE_ROLE, facts=facts)
            notes.expect(_is_refused(review), "who prepared an act decides it too")
        trustee = employ(Role.REVIEWER)
        with acting(actor=staff_member(trustee.id), purpose=Purpose.SECURITY):
            Review.objects.filter(pk=review.pk).update(facts={**facts, "role": Role.ADMINISTRATOR.value})
            notes.expect(_is_refused(review), "an act that was changed since is done")
            Review.objects.filter(pk=review.pk).update(facts=facts)
            notes.expect(not _is_refused(review), "a second person cannot decide")
    for done in Review.objects.filter(state=ReviewState.APPROVED).order_by("-decided_at")[:SAMPLE]:
        notes.expect(done.prepared_by != done.decided_by, f"one person did the act {done.number} alone")
        whole = done.digest == reviews.digest_act(done.kind, done.facts)
        notes.expect(whole, f"the act {done.number} is not what was agreed to")
    return notes.observation()


def _is_refused(review: Review) -> bool:
    try:
        reviews.decide_review(review, approve=True, digest=review.digest)
    except (AccessDenied, Refused):
        return True
    except Exception:
        # The database's own rule held where ours did not: that is no refusal of ours.
        return False
    return False


# -- A5: what is out of place ------------------------------------------------------------------------------------------


def observe_detectors() -> Observation:
    """Plant what each detector looks for, and look that each finds it and what is grave shuts out; none is overdue."""
    notes = Notes()
    with vanishing_canary() as canary:
        _plant(canary)
        found = {incident.detector: incident for incident in conduct.watch() if incident.member_id == canary.member.id}
        for detector in Detector:
            notes.expect(detector in found, f"nothing notices {detector.replace('_', ' ')}")
        notes.expect(any(each.grave for each in found.values()), "nothing is grave")
        canary.member.refresh_from_db()
        notes.expect(not canary.member.active, "what is grave shuts nobody out")
        told = _was_told(canary.second, conduct.FOUND)
        notes.expect(told, "nobody is told of what was found")
    for incident in waiting_incidents():
        notes.expect(incident.due_at > clock.now(), f"the examination {incident.number} takes longer than was promised")
    for decided in Incident.objects.exclude(outcome="").order_by("-found_at")[:SAMPLE]:
        known = decided.outcome in read_conduct().outcomes
        notes.expect(known and decided.decided_by, f"the outcome of {decided.number} is of no table or nobody's")
    return notes.observation()


def _plant(canary: Canary) -> None:
    limits = read_conduct().limits
    with acting(actor=staff_member(canary.member.id), purpose=Purpose.SUPPORT):
        for _client in range(max(limits.clients_an_hour, limits.looks_after_hours) + 1):
            record(event=LOOK, subject_id=new_id(), fields=["name"])
        for _search in range(limits.empty_searches_an_hour + 1):
            record(event=Event.CLIENT_SOUGHT, fields=[f"name_{_search}"])
        for _glass in range(limits.glass_in_seven_days + 1):
            record(event=Event.GLASS_BROKEN, subject_id=canary.subject_id)
        for reason in (Reason.COLLEAGUE, Reason.OWN_RECORD, Reason.PAUSED):
            record(event=Event.LOOK_REFUSED, subject_id=canary.subject_id, ground=reason)
        for _closed in range(limits.closed_cases_an_hour + 1):
            record(event=Event.LOOK_REFUSED, subject_id=canary.subject_id, ground=Reason.CASE_CLOSED)
        record(event=Event.EXPORT_MADE, count=500)
    sabotages.plant_at_night(canary.member, looks=limits.looks_after_hours + 1)


_CONTROLS = (
    Control(
        key="staff.judge",
        clauses=("A4", "A1"),
        words=_("An invented member of staff looks with and without training, role, case and distance; each counts."),
        observe=observe_judge,
        critical=True,
        closes=(Feature.STAFF_ACCESS,),
        sabotages=(
            Sabotage("expired", _("A certificate that has run out still counts."), sabotages.trust_old_certificates),
            Sabotage("revoked", _("A role that was taken away still opens."), sabotages.trust_any_role),
            Sabotage("remembered", _("A page that stays open keeps its role."), sabotages.remember_members),
            Sabotage("caseless", _("No case is asked."), sabotages.ask_no_case),
            Sabotage("close", _("Relatives and colleagues are not shut."), sabotages.ask_no_distance),
            Sabotage("untrained", _("A member acts who has no certificate."), sabotages.trust_anybody),
            Sabotage("silent", _("A refused look is not written down."), sabotages.write_no_refusals),
        ),
    ),
    Control(
        key="staff.looks",
        clauses=("A4", "A1"),
        words=_("Each look of the last weeks had a case and a certificate, and each trained member has one."),
        observe=observe_looks,
        sabotages=(
            Sabotage("no_case", _("A look without a case stands in the record."), sabotages.plant_caseless_look),
            Sabotage("no_row", _("A member's training is prolonged without a test."), sabotages.prolong_by_hand),
        ),
    ),
    Control(
        key="staff.other_ways",
        clauses=("A1", "A4"),
        words=_("Lists of columns, plain SQL, a table for export and a bare shell show no value."),
        observe=observe_other_ways,
        sabotages=(
            Sabotage("in_clear", _("A value is kept in the clear beside the sealed one."), sabotages.keep_in_clear),
            Sabotage("printed", _("A row that is printed tells a value."), sabotages.print_values),
            Sabotage("shell", _("A shell acts as a job of the program."), sabotages.let_shells_act),
            Sabotage("open_door", _("The door does not ask who acts."), sabotages.leave_door_open),
        ),
        every=timedelta(hours=6),
    ),
    Control(
        key="staff.objections",
        clauses=("A10", "A5"),
        words=_("An objection to a look pauses that member's access at once, and is answered in time."),
        observe=observe_objections,
        sabotages=(
            Sabotage("no_pause", _("An objection pauses nothing."), sabotages.pause_nobody),
            Sabotage("late", _("An objection waits for a month."), sabotages.leave_objection_waiting),
        ),
    ),
    Control(
        key="staff.without_case",
        clauses=("A4", "A5"),
        words=_("Of each look without a case the client and a second person were told at once."),
        observe=observe_glass,
        sabotages=(
            Sabotage("untold", _("A record is opened without a case, and nobody is told."), sabotages.tell_nobody),
        ),
    ),
    Control(
        key="staff.two_people",
        clauses=("A5",),
        words=_("What needs two people is decided by another than who prepared it, exactly as it was prepared."),
        observe=observe_reviews,
        sabotages=(
            Sabotage("alone", _("Who prepared an act decides it alone."), sabotages.let_one_decide),
            Sabotage("swapped", _("An act is exchanged after it was agreed to."), sabotages.ignore_digests),
        ),
    ),
    Control(
        key="staff.detectors",
        clauses=("A5",),
        words=_("Invented misconduct of each kind is noticed, and what is grave shuts out at once."),
        observe=observe_detectors,
        sabotages=(
            Sabotage("switched_off", _("One detector is switched off."), sabotages.switch_off_detector),
            Sabotage("harmless", _("What is grave shuts nobody out."), sabotages.suspend_nobody),
            Sabotage("overdue", _("An examination lies for a year."), sabotages.leave_incident_waiting),
        ),
    ),
)


def register() -> None:
    """Offer the checks to whoever runs them."""
    for control in _CONTROLS:
        controls.register(control.key, control)
