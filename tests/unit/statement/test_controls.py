"""The controls of O1 and O2: kept on a right site, broken by each sabotage, kept again after it."""

import pytest

from troth.kernel import ports
from troth.statement.controls import CONTROLS, observe_archive, observe_served_statement
from troth.statement.models import StatementText, StatementVersion
from troth.statement.queries import forget_current_version

SABOTAGES = [(control, sabotage) for control in CONTROLS for sabotage in control.sabotages]


def test_they_are_registered():
    for control in CONTROLS:
        assert ports.controls.get(control.key) is control


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.key)
def test_nothing_published_is_nothing_examined(db, control):
    seen = control.observe()
    assert seen.examined == 0
    assert not seen.failures


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.key)
def test_a_right_site_is_kept(version, control):
    seen = control.observe()
    assert seen.failures == []
    assert seen.examined > 0


@pytest.mark.parametrize(("control", "sabotage"), SABOTAGES, ids=lambda each: each.key)
def test_each_sabotage_is_caught_and_leaves_nothing(version, publish, changed_draft, control, sabotage):
    publish(changed_draft("You can buy memberships", "You may buy memberships"))
    assert control.observe().failures == []
    with sabotage.breach():
        assert control.observe().failures
    assert control.observe().failures == []


def test_the_served_statement_is_examined_in_every_language(version):
    assert observe_served_statement().examined >= 2 * 57


def test_a_version_whose_page_cannot_be_read_is_a_failure(version):
    StatementText.objects.update(sections=[{"slug": "a", "markdown": "no title"}])
    assert observe_archive().failures


def test_a_text_in_a_language_that_was_never_hashed_is_a_failure(version):
    row = StatementText.objects.get(language="de")
    StatementText.objects.create(
        version=StatementVersion.objects.get(), language="fr", sections=row.sections, since=row.since, digest=row.digest
    )
    assert observe_archive().failures


def test_a_home_page_that_keeps_a_change_to_itself_is_a_failure(version, publish, changed_draft, monkeypatch):
    publish(changed_draft("You can buy memberships", "You may buy memberships"))
    assert observe_served_statement().failures == []
    monkeypatch.setattr("troth.config.site_pages.home_notice", lambda: None)
    assert observe_served_statement().failures == ["The home page does not post the change to version 2."]


def test_a_number_that_a_newer_program_knows_contradicts_no_older_version(version):
    values = {name: value for name, value in version.values.items() if name != "numbers.request_days"}
    StatementVersion.objects.update(values=values)
    forget_current_version()
    assert observe_served_statement().failures == []
    StatementVersion.objects.update(values={**values, "numbers.gone": "3"})
    forget_current_version()
    assert observe_served_statement().failures
