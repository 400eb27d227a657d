"""Each check holds on a sound house, says how much it looked at, leaves nothing, and sees each deliberate breach."""

import pytest

from troth.accounts import controls, controls_account
from troth.accounts.models import Account, Message, Session
from troth.kernel.crawl import SiteBrowser, guises
from troth.ledger.models import EntryRow
from troth.vault.models import IndexEntry, WrappedKey

pytestmark = pytest.mark.usefixtures("house")
CONTROLS = (*controls._CONTROLS, *controls_account._CONTROLS)
BREACHES = [(control, sabotage) for control in CONTROLS for sabotage in control.sabotages]


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.key)
def test_a_sound_house_keeps_the_promise(account, control):
    seen = control.observe()

    assert not seen.failures
    assert seen.examined > 0


@pytest.mark.parametrize(("control", "sabotage"), BREACHES, ids=[f"{c.key}.{s.key}" for c, s in BREACHES])
def test_each_breach_is_seen_and_leaves_nothing(account, control, sabotage):
    with sabotage.breach():
        assert control.observe().failures
    assert not control.observe().failures


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.key)
def test_a_check_leaves_nothing_behind(account, control):
    tables = (Account, Session, Message, EntryRow, WrappedKey, IndexEntry)
    before = [model.objects.count() for model in tables]

    control.observe()

    assert [model.objects.count() for model in tables] == before


def test_the_guise_of_a_client_sees_its_pages_and_leaves_nothing(account):
    stranger = SiteBrowser()
    assert stranger.get("/sign-out/").status_code == 303
    with guises.get("client").enter() as browser:
        assert browser.get("/sign-out/").status_code == 200

    assert Account.objects.get() == account
