"""The checks of the door: a sound house passes with a count, each breach is seen, and nothing is left of it."""

import pytest

from troth.disclosures.models import Disclosure
from troth.kernel.acting import acting, system
from troth.kernel.ports import send_letter
from troth.kernel.purposes import Purpose
from troth.ledger.models import EntryRow
from troth.processors.books_control import BOOKS
from troth.processors.controls import DOOR, RECORD, REGISTER
from troth.processors.models import RefusalCount
from troth.processors.word_control import CORRECTIONS, WORD

CONTROLS = (BOOKS, DOOR, RECORD, REGISTER, WORD, CORRECTIONS)
BREACHES = [(control, sabotage) for control in CONTROLS for sabotage in control.sabotages]


@pytest.fixture
def assessor(ada):
    from tests.unit.accounts.test_mails import write_letter
    from troth.accounts import mails

    with acting(actor=system(mails.MAILER), purpose=Purpose.SERVICE_MESSAGES):
        send_letter(write_letter(ada))
    with acting(actor=system("assessor"), purpose=Purpose.UPKEEP):
        yield


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.key)
def test_a_sound_house_keeps_the_promise(assessor, control):
    seen = control.observe()
    assert not seen.failures
    assert seen.examined > 0


@pytest.mark.parametrize(("control", "sabotage"), BREACHES, ids=lambda each: each.key)
def test_each_breach_is_seen_and_leaves_nothing(assessor, control, sabotage):
    rows = (EntryRow.objects.count(), Disclosure.objects.count(), RefusalCount.objects.count())
    with sabotage.breach():
        assert control.observe().failures
    assert not control.observe().failures
    assert rows == (EntryRow.objects.count(), Disclosure.objects.count(), RefusalCount.objects.count())
