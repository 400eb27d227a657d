"""Invented changes of the statement, carried as far as the day on which they would govern, and undone (A12)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from troth.amendments import drafting, governing, publishing
from troth.amendments.drafting import Terms
from troth.amendments.governing import find_governing
from troth.amendments.kinds import OPEN, AmendmentState
from troth.amendments.models import Amendment, AmendmentReview, AmendmentText, Practice
from troth.announcements.api import Delivery, DeliveryState, Notice, NoticeReview, NoticeState
from troth.kernel import clock
from troth.kernel.acting import acting, staff_member
from troth.kernel.errors import Refused
from troth.kernel.ids import new_id
from troth.kernel.operator import read_operator
from troth.kernel.ports import Use
from troth.kernel.purposes import Purpose
from troth.kernel.undoing import undone
from troth.staff.api import Role, invent_member
from troth.statement.api import StatementVersion, current_version, forget_current_version

_WORDS = "An invented sentence, which is never published."


class Notes:
    """What a walk has found so far."""

    def __init__(self) -> None:
        self.examined = 0
        self.failures: list[str] = []

    def expect(self, held: object, otherwise: str) -> None:
        """Count one thing, and note what is wrong where it is not as it should be."""
        self.examined += 1
        if not held:
            self.failures.append(otherwise)

    def expect_refused(self, act: Callable[[], object], otherwise: str) -> None:
        """Count one refusal."""
        self.examined += 1
        try:
            act()
        except Refused:
            return
        self.failures.append(otherwise)


@contextmanager
def invented() -> Iterator[UUID]:
    """Act as an invented author, with no real change in the way; all is undone, and nothing of it is remembered."""
    author = new_id()
    try:
        with undone(), acting(actor=staff_member(author), purpose=Purpose.UPKEEP):
            AmendmentReview.objects.filter(amendment__state__in=OPEN).delete()
            Amendment.objects.filter(state__in=OPEN).delete()
            StatementVersion.objects.filter(in_force_at=None, withdrawn_at=None).update(withdrawn_at=clock.now())
            forget_current_version()
            yield author
    finally:
        forget_current_version()
        find_governing.forget()


def write_invented(*, material: bool = True, submit: bool = True) -> Amendment:
    """Return an invented change, handed to the others."""
    amendment = drafting.begin_amendment()
    for text in AmendmentText.objects.filter(amendment=amendment):
        slug, markdown = text.sections[-1]["slug"], text.sections[-1]["markdown"]
        drafting.edit_section(amendment, slug, {text.language: f"{markdown}\n\n{_WORDS}"})
    terms = Terms(
        material=material,
        reasons=dict.fromkeys(read_operator().languages, _WORDS),
        planned_on=clock.today() + timedelta(days=read_operator().numbers.statement_notice_days + 2),
    )
    drafting.set_terms(amendment, terms)
    return drafting.submit_amendment(amendment) if submit else Amendment.objects.get(pk=amendment.pk)


def approve(amendment: Amendment, *voices: UUID) -> Amendment:
    """Write that these approved the change as it stands, and its mail with it."""
    for voice in voices:
        AmendmentReview.objects.create(
            amendment=amendment, reviewer=str(voice), content_hash=amendment.content_hash, approved=True
        )
        if amendment.notice:
            NoticeReview.objects.create(
                notice=amendment.notice,
                reviewer=str(voice),
                content_hash=amendment.notice.content_hash,
                approved=True,
            )
    Amendment.objects.filter(pk=amendment.pk).update(state=AmendmentState.APPROVED)
    if amendment.notice:
        Notice.objects.filter(pk=amendment.notice.pk).update(state=NoticeState.APPROVED)
    return Amendment.objects.get(pk=amendment.pk)


def hire_reviewer() -> UUID:
    """Return the id of an invented member who may decide."""
    return invent_member(Role.REVIEWER).id


def announce_invented() -> Amendment:
    """Return an invented change that was published, with one client who waits for its mail."""
    amendment = publishing.publish_amendment(approve(write_invented(), hire_reviewer(), hire_reviewer()))
    assert amendment.notice is not None  # noqa: S101  it is material
    Delivery.objects.create(notice=amendment.notice, subject_id=new_id(), state=DeliveryState.PENDING)
    return Amendment.objects.get(pk=amendment.pk)


def walk_decisions(notes: Notes) -> None:
    """Try to publish what nobody, its author, or one alone approved, what was edited since, and what comes too soon."""
    with invented() as author:
        amendment = write_invented()
        for voices, otherwise in (
            ((), "a change is published that nobody decided on"),
            ((author, hire_reviewer()), "a change is published that its author decided on"),
            ((hire_reviewer(),), "a change is published that one alone decided on"),
        ):
            AmendmentReview.objects.filter(amendment=amendment).delete()
            NoticeReview.objects.filter(notice=amendment.notice).delete()
            ready = approve(amendment, *voices)
            notes.expect_refused(lambda ready=ready: publishing.publish_amendment(ready), otherwise)  # type: ignore[misc]
        ready = approve(amendment, hire_reviewer())
        row = AmendmentText.objects.filter(amendment=ready).order_by("id")[0]
        row.sections[-1]["markdown"] += "\n\nAnother invented sentence.\n"
        row.save()
        notes.expect_refused(
            lambda: publishing.publish_amendment(ready), "a change is published that was edited after its approval"
        )


def walk_days(notes: Notes) -> None:
    """Try to hand over what would govern too soon, and to let a change govern before its day and before it is told."""
    days = timedelta(days=30)
    with invented():
        amendment = write_invented(submit=False)
        soon = (clock.now() + days).date() - timedelta(days=1)
        Amendment.objects.filter(pk=amendment.pk).update(planned_on=soon)
        notes.expect_refused(
            lambda: drafting.submit_amendment(Amendment.objects.get(pk=amendment.pk)),
            "a material change may take effect before its days are over",
        )
    with invented():
        amendment = announce_invented()
        version = amendment.version
        assert version is not None  # noqa: S101  it was published
        notes.expect(
            version.planned_for and version.planned_for >= version.published_at + days, "a change is announced too late"
        )
        notes.expect(not publishing.bring_due_into_force(version), "a change governs before its day")
        StatementVersion.objects.filter(pk=version.pk).update(planned_for=clock.now() - timedelta(minutes=1))
        version.refresh_from_db()
        notes.expect(not publishing.bring_due_into_force(version), "a change governs before everybody was told")


def walk_opinion(notes: Notes) -> None:
    """Try to call a change not material against the opinion of the checks, without a word of why."""
    with invented():
        version = current_version()
        practice = Practice.objects.filter(version=version).first()
        if practice is None:
            notes.expect(False, "nothing is known of what the version in force told")  # noqa: FBT003
            return
        label, purposes = next((label, each) for label, each in practice.facts["uses"].items() if each)
        practice.facts["uses"][label] = purposes[1:]
        practice.save()
        notes.expect_refused(
            lambda: write_invented(material=False), "a new use is called not material without a word of why"
        )


def walk_uses(notes: Notes) -> None:
    """Ask at both doors for uses that no version told of, and for a client who was told of none of the last."""
    governs = governing.find_governing()
    if governs is None:
        return
    somebody = new_id()
    _company, label, purpose = next(key for key in governs.since if not key[0])
    known = Use(subject_id=somebody, labels=(label,), purpose=Purpose(purpose))
    if governs.since["", label, purpose] == governs.first:
        notes.expect(not governing.judge_use(known), "a use that was always told is refused")
    told = {each for company, value, each in governs.since if not company and value == label}
    new_purpose = next((each for each in Purpose if each.value not in told), None)
    if new_purpose:
        untold = Use(subject_id=somebody, labels=(label,), purpose=new_purpose)
        notes.expect(governing.judge_use(untold), "a purpose that no version told of is allowed")
    stranger = Use(subject_id=somebody, labels=(label,), purpose=Purpose(purpose), recipient="nobody-known")
    notes.expect(governing.judge_use(stranger), "a recipient that no version told of is allowed")
    with invented():
        _add_use(label, Purpose.SURVEYS)
        coming = Use(subject_id=somebody, labels=(label,), purpose=Purpose.SURVEYS)
        notes.expect(governing.judge_use(coming), "a new use is allowed for a client who was not told")


def _add_use(label: str, purpose: Purpose) -> None:
    """Let a version govern that tells of one use more."""
    amendment = announce_invented()
    version = amendment.version
    practice = Practice.objects.get(version=version)
    practice.facts["uses"][label] = sorted({*practice.facts["uses"][label], purpose.value})
    practice.save()
    # The first practice did not know it, whatever the program does today.
    first = Practice.objects.order_by("version__number")[0]
    first.facts["uses"][label] = [each for each in first.facts["uses"][label] if each != purpose.value]
    first.save()
    StatementVersion.objects.filter(pk=practice.version_id).update(planned_for=clock.now(), in_force_at=clock.now())
    governing.find_governing.forget()
