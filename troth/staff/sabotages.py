"""The deliberate breaches of what this room promises, for the drills. None knows how the checks look."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, time, timedelta
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

from django.db import transaction

from troth.accounts.api import Profile
from troth.kernel import clock
from troth.kernel.acting import Acting, acting, client, current_acting, staff_member, system
from troth.kernel.ids import new_id
from troth.kernel.operator import read_operator
from troth.kernel.purposes import Purpose
from troth.kernel.sabotage import swap
from troth.ledger.api import record
from troth.staff import detectors, judge
from troth.staff.actions import access, conduct, reviews
from troth.staff.detectors import LOOK, Detector
from troth.staff.job import PAPERS
from troth.staff.models import Challenge, Incident, StaffMember
from troth.staff.pseudonyms import draw_pseudonym
from troth.staff.queries import find_active
from troth.staff.roles import Role
from troth.vault.api import SealedModel

_IN_CLEAR = b"\0in clear:\0"


def trust_old_certificates() -> AbstractContextManager[None]:
    """Read a certificate's end by a clock that stands a day back."""
    honest = judge.require_trained

    def trust(ref: str, *, at: datetime) -> StaffMember:
        return honest(ref, at=at - timedelta(days=1))

    return swap(judge, "require_trained", trust)


def trust_anybody() -> AbstractContextManager[None]:
    """Ask of a member only that it stands in the register."""

    def trust(ref: str, *, at: datetime) -> StaffMember:  # noqa: ARG001  it looks at no clock
        member = find_active(ref)
        if member is None:
            raise judge.Shut(judge.Reason.NOT_AUTHORISED)
        return member

    return swap(judge, "require_trained", trust)


def remember_members() -> AbstractContextManager[None]:
    """Remember of each member what stood in the register on its first page, as a session might."""
    known: dict[str, StaffMember | None] = {}

    def remember(ref: str) -> StaffMember | None:
        if ref not in known:
            known[ref] = find_active(ref)
        return known[ref]

    return swap(judge, "find_active", remember)


def trust_any_role() -> AbstractContextManager[None]:
    """Let every role look for every purpose."""
    return swap(judge, "_judge_role", lambda _request, _member: None)


def ask_no_case() -> AbstractContextManager[None]:
    """Let a look pass without any case."""
    return swap(judge, "_judge_case", lambda _request, _member: None)


def ask_no_distance() -> AbstractContextManager[None]:
    """Let members look at whoever is close to them."""
    return swap(judge, "_judge_distance", lambda _request, _member: None)


def write_no_refusals() -> AbstractContextManager[None]:
    """Refuse without a line in the record."""
    return swap(judge, "record", lambda **_row: None)


@contextmanager
def plant_caseless_look() -> Iterator[None]:
    """Write a look into the record that no case justified; undone afterwards."""
    with transaction.atomic():
        member = StaffMember.objects.create(role=Role.SERVICE, pseudonym=draw_pseudonym(), invited_at=clock.now())
        context = Acting(actor=staff_member(member.id), purpose=Purpose.SUPPORT)
        record(event=LOOK, subject_id=new_id(), fields=["name"], acting=context)
        try:
            yield
        finally:
            transaction.set_rollback(True)


@contextmanager
def prolong_by_hand() -> Iterator[None]:
    """Let a member's training count for ten years, by hand in the database."""
    with transaction.atomic():
        StaffMember.objects.create(
            role=Role.SERVICE,
            pseudonym=draw_pseudonym(),
            invited_at=clock.now(),
            certificate_until=clock.now() + timedelta(days=3650),
        )
        try:
            yield
        finally:
            transaction.set_rollback(True)


@contextmanager
def keep_in_clear() -> Iterator[None]:
    """Let each row that is written carry its values in the clear behind the sealed ones, and read past them."""
    seal, unseal = SealedModel._seal, SealedModel._unseal  # noqa: SLF001  a breach may reach where a caller may not

    def seal_and_tell(row: Any, values: dict[str, Any], days: dict[str, int], *, version: int) -> None:
        seal(row, values, days, version=version)
        row.sealed = bytes(row.sealed) + _IN_CLEAR + " ".join(str(value) for value in values.values()).encode()

    def unseal_past(row: Any) -> Any:
        row.sealed = bytes(row.sealed).split(_IN_CLEAR)[0]
        return unseal(row)

    with swap(SealedModel, "_seal", seal_and_tell), swap(SealedModel, "_unseal", unseal_past):
        yield


def let_shells_act() -> AbstractContextManager[Any]:
    """Let whoever begins without saying who acts, such as a shell, act as a job of the program."""
    job = Acting(actor=system(PAPERS), purpose=Purpose.RIGHTS)
    return mock.patch("troth.vault.door.require_acting", lambda: current_acting() or job)


def print_values() -> AbstractContextManager[None]:
    """Let a row that is printed tell the value, as a line of a log or a table would."""

    def tell(row: Profile) -> str:
        with acting(actor=client(row.subject_id), purpose=Purpose.ACCOUNT):
            return str(row.open("name").name)

    return swap(Profile, "__str__", tell)


def leave_door_open() -> AbstractContextManager[Any]:
    """Let the door take everybody for the client."""
    return mock.patch("troth.vault.door.pass_door", lambda **_look: None)


def pause_nobody() -> AbstractContextManager[None]:
    """Let an objection stand in the table and pause nothing."""
    return swap(judge, "_judge_pause", lambda _request, _member: None)


@contextmanager
def leave_objection_waiting() -> Iterator[None]:
    """Put an objection into the register that has waited for a month."""
    long_ago = clock.now() - timedelta(days=31)
    forgotten = Challenge(subject_id=new_id(), entry_id=new_id(), member_id=new_id(), opened_at=long_ago,
                          due_at=long_ago + timedelta(days=5))  # fmt: skip
    forgotten.text = "An invented objection that nobody answered."
    with acting(actor=system(PAPERS), purpose=Purpose.RIGHTS):
        forgotten.save()
    try:
        yield
    finally:
        Challenge.objects.filter(pk=forgotten.pk).delete()


def tell_nobody() -> AbstractContextManager[None]:
    """Open records without a case, and ask for no mail."""
    return swap(access, "tell_of_glass", lambda _glass, **_second: None)


def let_one_decide() -> AbstractContextManager[None]:
    """Ask of whoever decides only that it decides; the database's own rule is not asked either."""
    return swap(reviews, "require_second_person", lambda _review, _kind, _member: None)


def ignore_digests() -> AbstractContextManager[None]:
    """Take every act for the one that was agreed to."""

    class Anything(str):
        """A digest that is equal to every other."""

        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            """Say yes."""
            return True

        __hash__ = str.__hash__

    return swap(reviews, "digest_act", lambda _kind, _facts: Anything("0" * 64))


def switch_off_detector() -> AbstractContextManager[Any]:
    """Let nobody look for searches through people."""
    rest = {key: each for key, each in detectors.DETECTORS.items() if key is not Detector.SEARCH_SWEEP}
    return swap(detectors, "DETECTORS", rest)


def suspend_nobody() -> AbstractContextManager[None]:
    """Find what is grave, and shut nobody out."""
    return swap(conduct, "suspend_member", lambda _member: None)


@contextmanager
def leave_incident_waiting() -> Iterator[None]:
    """Put an incident into the register that nobody examined for a year."""
    long_ago = clock.now() - timedelta(days=365)
    forgotten = Incident.objects.create(
        member_id=new_id(), detector=Detector.AFTER_HOURS, window="drill", grave=False, seen=4, first_at=long_ago,
        last_at=long_ago, found_at=long_ago, due_at=long_ago + timedelta(days=14),
    )  # fmt: skip
    try:
        yield
    finally:
        forgotten.delete()


def plant_at_night(member: StaffMember, *, looks: int) -> None:
    """Write looks of the night before last into the record, as a member's; for the check of the detectors."""
    zone = ZoneInfo(read_operator().time_zone)
    night = datetime.combine(clock.now().astimezone(zone).date() - timedelta(days=1), time(3), tzinfo=zone)
    with (
        mock.patch("troth.kernel.clock.now", lambda: night),
        acting(actor=staff_member(member.id), purpose=Purpose.SUPPORT),
    ):
        for _look in range(looks):
            record(event=LOOK, subject_id=new_id(), fields=["name"])
