"""The detectors on simulated months of work: what they catch of dishonest work, and what they wrongly flag of honest.

The figures of ``docs/operator/violations.md`` are those of ``simulate`` with the seeds below; a test holds them to it.
"""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from troth.kernel.acting import Actor, ActorKind, Case
from troth.kernel.ids import new_id
from troth.kernel.purposes import Purpose
from troth.ledger.api import Entry
from troth.staff.detectors import DETECTORS, LOOK, Detector, detect
from troth.staff.discipline import read_conduct
from troth.staff.events import Event

NEW_YORK = ZoneInfo("America/New_York")
FIRST_DAY = datetime(2026, 1, 5, tzinfo=NEW_YORK)
DAYS, MEMBERS = 180, 20


class Worker:
    """One invented member: writes rows as honest or dishonest work would."""

    def __init__(self, dice: random.Random) -> None:
        self.dice, self.ref, self.rows = dice, str(new_id()), []

    def write(self, event, at, *, subject=None, case=True, ground="", fields=("name",)):
        self.rows.append(
            Entry(
                id=UUID(int=self.dice.getrandbits(128)),
                at=at.astimezone(UTC),
                event=event,
                actor=Actor(ActorKind.STAFF, self.ref),
                purpose=Purpose.SUPPORT,
                case=Case("ticket", "1") if case else None,
                subject_id=subject,
                fields=fields,
                object_type="accounts.Profile",
                object_id="",
                recipient="",
                ground=ground,
                count=0,
            )
        )

    def someone(self):
        return UUID(int=self.dice.getrandbits(128))

    def honest_day(self, day):
        """10 to 45 cases in office hours, some looked at twice; sometimes overtime, a page left open, glass."""
        dice = self.dice
        for _case in range(dice.randint(10, 45)):
            at = day + timedelta(minutes=dice.randint(9 * 60, 18 * 60 + 30))
            client = self.someone()
            if dice.random() < 0.3:
                found = client if dice.random() < 0.85 else None
                self.write(Event.CLIENT_SOUGHT, at, subject=found, fields=(f"f{dice.random()}",))
            for look in range(dice.choice((1, 1, 2, 3))):
                self.write(LOOK, at + timedelta(minutes=1 + look), subject=client)
        if dice.random() < 0.02:
            late = day + timedelta(hours=20, minutes=dice.randint(5, 90))
            for _look in range(dice.choice((1, 2, 2, 3, 5))):
                self.write(LOOK, late, subject=self.someone())
        if dice.random() < 0.03:
            self.write(Event.LOOK_REFUSED, day + timedelta(hours=12), subject=self.someone(), ground="case_closed")
        if dice.random() < 0.004:
            self.write(Event.GLASS_BROKEN, day + timedelta(hours=11), subject=self.someone())
        if dice.random() < 0.0007:
            self.write(Event.LOOK_REFUSED, day + timedelta(hours=15), subject=self.someone(), ground="relation")

    def misbehave(self, detector, day):  # noqa: C901  one branch for each kind
        """Do one dishonest thing, somewhere between blunt and careful."""
        at, dice = day + timedelta(hours=14), self.dice
        refused = {
            Detector.CLOSE_PERSON: ("relation", 1),
            Detector.OWN_RECORD: ("own_record", 1),
            Detector.PAUSED: ("paused", 1),
            Detector.CASE_CLOSED: ("case_closed", dice.randint(2, 6)),
        }
        if detector in refused:
            ground, times = refused[detector]
            victim = self.someone()
            for turn in range(times):
                self.write(Event.LOOK_REFUSED, at + timedelta(minutes=5 * turn), subject=victim, ground=ground)
        elif detector is Detector.NO_CASE:
            self.write(LOOK, at, subject=self.someone(), case=False)
        elif detector is Detector.BULK_EXPORT:
            self.write(Event.EXPORT_MADE, at)
        elif detector is Detector.BROKEN_GLASS:
            for turn in range(dice.randint(2, 6)):
                self.write(Event.GLASS_BROKEN, at + timedelta(days=turn), subject=self.someone())
        elif detector is Detector.MANY_CLIENTS:
            for turn in range(dice.randint(20, 80)):
                self.write(LOOK, at + timedelta(seconds=40 * turn), subject=self.someone())
        elif detector is Detector.AFTER_HOURS:
            for turn in range(dice.randint(2, 12)):
                self.write(LOOK, day + timedelta(hours=23, minutes=turn), subject=self.someone())
        elif detector is Detector.SEARCH_SWEEP:
            for turn in range(dice.randint(6, 40)):
                found = self.someone() if dice.random() < 0.3 else None
                self.write(Event.CLIENT_SOUGHT, at + timedelta(seconds=50 * turn), subject=found, fields=(f"f{turn}",))


def simulate(seed):
    """Return of what was done each number that was caught, and what was wrongly flagged on how many honest days."""
    dice, conduct = random.Random(seed), read_conduct()  # noqa: S311  a simulation is to be repeated
    done, caught, wrong, honest_days = Counter(), Counter(), Counter(), 0
    for number in range(MEMBERS):
        worker, deeds = Worker(dice), {}
        for day in range(DAYS):
            start = FIRST_DAY + timedelta(days=day)
            if start.weekday() < 5:
                worker.honest_day(start)
                honest_days += 1
        # Every second member does one thing of each kind, far enough apart that none hides another.
        for index, detector in enumerate(Detector) if number % 2 else ():
            day = 7 + 16 * index
            worker.misbehave(detector, FIRST_DAY + timedelta(days=day))
            deeds[detector] = day
            done[detector] += 1
        hits = set()
        for finding in detect(worker.rows, conduct, NEW_YORK):
            day = (finding.first_at.astimezone(NEW_YORK) - FIRST_DAY).days
            if finding.detector in deeds and deeds[finding.detector] - 7 <= day <= deeds[finding.detector] + 7:
                hits.add(finding.detector)
            else:
                wrong[finding.detector] += 1
        caught.update(hits)
    return done, caught, wrong, honest_days


def test_what_the_detectors_catch_and_wrongly_flag_is_what_the_guide_says():
    done, caught, wrong, honest_days = simulate(2026)
    guide = (Path(__file__).parents[3] / "docs" / "operator" / "violations.md").read_text(encoding="utf-8")
    for detector in Detector:
        row = f"| `{detector}` | {done[detector]} | {caught[detector]} | {wrong[detector]} |"
        assert row in guide, row
    assert f"{honest_days:,} days of honest work" in guide
    # What only the program can mend is never missed; what counts by a number is missed below it.
    for certain in (
        Detector.NO_CASE,
        Detector.BULK_EXPORT,
        Detector.OWN_RECORD,
        Detector.CLOSE_PERSON,
        Detector.PAUSED,
    ):
        assert caught[certain] == done[certain]


@pytest.mark.parametrize("detector", list(Detector))
def test_a_detector_that_is_switched_off_finds_nothing_of_its_kind(detector):
    worker = Worker(random.Random(7))  # noqa: S311
    for turn in range(6):
        worker.misbehave(detector, FIRST_DAY + timedelta(days=14 * turn))
    found = {finding.detector for finding in detect(worker.rows, read_conduct(), NEW_YORK)}
    assert detector in found
    rest = {key: each for key, each in DETECTORS.items() if key is not detector}
    assert detector not in {f.detector for f in detect(worker.rows, read_conduct(), NEW_YORK, detectors=rest)}


def test_reading_further_on_finds_the_same_window_again():
    worker = Worker(random.Random(3))  # noqa: S311
    for turn in range(40):
        worker.write(LOOK, FIRST_DAY + timedelta(hours=10, seconds=60 * turn), subject=worker.someone())
    early = detect(worker.rows[:30], read_conduct(), NEW_YORK)
    late = detect(worker.rows, read_conduct(), NEW_YORK)
    assert [each.window for each in early] == [each.window for each in late]
