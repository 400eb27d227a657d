"""Links in mails and in what people wrote: none leads to another site by itself, and each breach is seen."""

import pytest

from troth.cookies.written_controls import CONTROL, list_mails
from troth.cookies.written_sabotages import find_environment


def test_every_mail_is_drawn_and_none_leads_elsewhere():
    seen = CONTROL.observe()
    assert list(seen.failures) == []
    assert seen.examined > 4 * len(list_mails(find_environment())) > 100
    assert seen.evidence["links"] > 200


@pytest.mark.parametrize("sabotage", CONTROL.sabotages, ids=lambda each: each.key)
def test_a_breach_is_caught_and_leaves_nothing(sabotage):
    with sabotage.breach():
        assert CONTROL.observe().failures
    assert list(CONTROL.observe().failures) == []
