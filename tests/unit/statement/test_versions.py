"""Versions: published once, never changed, compared and listed."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command

from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.errors import AccessDenied, NotConfigured, Refused
from troth.kernel.ports import Registry
from troth.kernel.purposes import Purpose
from troth.ledger.api import find_entry
from troth.ledger.models import EntryRow
from troth.statement import actions, api, queries
from troth.statement.actions import Terms, bring_into_force, ensure_published, publish_draft, withdraw_version
from troth.statement.drafts import Draft, read_draft
from troth.statement.events import PUBLISHER
from troth.statement.models import StatementVersion

ONCE = "You can buy memberships and services here."


def test_the_first_run_publishes_version_1_and_the_next_leaves_it(version):
    assert version.number == 1
    assert version.content_hash == read_draft().content_hash
    assert ensure_published() == version
    assert StatementVersion.objects.count() == 1


def test_a_publication_stands_in_the_ledger_with_its_hash(version):
    row = EntryRow.objects.get(event="statement:version:published")
    assert find_entry(row.id) is not None
    assert row.object_id == f"1:{version.content_hash}"
    assert (row.actor_kind, row.actor_ref) == ("system", PUBLISHER)


def test_a_new_version_keeps_the_date_of_the_words_that_did_not_change(publish, changed_draft):
    new = publish(changed_draft(ONCE, "You may buy memberships and services here."), material=True)
    assert (new.number, new.material) == (2, True)
    since = queries.read_since(new.pk)
    assert since["en"]["C1"] == 2
    assert since["en"]["C2"] == 1
    assert since["de"]["C1"] == 1


def test_the_former_version_still_says_what_it_said(version, publish, changed_draft):
    publish(changed_draft(ONCE, "You may buy memberships and services here."))
    assert ONCE in queries.read_text(version, "en").by_clause["C1"].words


def test_the_same_text_is_not_published_twice(version, publish):
    with pytest.raises(Refused, match="says what version 1 says"):
        publish(read_draft())


def test_a_text_with_problems_is_not_published(version, publish, changed_draft):
    with pytest.raises(Refused, match="Z9"):
        publish(changed_draft("{#C1}", "{#Z9}"))
    assert StatementVersion.objects.count() == 1


def test_a_version_needs_a_reason(publish, changed_draft):
    with pytest.raises(Refused, match="reason"):
        publish(changed_draft(ONCE, "Buy."), reasons="  ")


def test_nobody_publishes_without_acting(version, changed_draft):
    draft = changed_draft(ONCE, "Buy.")
    with pytest.raises(AccessDenied):
        publish_draft(draft, material=False, reasons="A reason.")
    with acting(actor=system(PUBLISHER), purpose=Purpose.LEGAL):
        assert publish_draft(draft, material=False, reasons="A reason.").number == 2


def test_a_wrong_text_stops_the_first_run_with_its_problems(db, monkeypatch, write, operator):
    folder = write(en={"01-a.md": "# A\n\n{{ nothing }}"}, de={"01-a.md": "# A\n\nmark {#A1} early"})
    wrong: Draft = read_draft(folder=folder, operator=operator)
    monkeypatch.setattr(actions, "read_draft", lambda: wrong)
    with pytest.raises(NotConfigured) as refusal:
        ensure_published()
    assert "en/01-a.md:3" in refusal.value.message
    assert "de/01-a.md:3" in refusal.value.message
    assert not StatementVersion.objects.exists()


def test_the_border_answers_from_the_version_in_force(version):
    assert api.current_version() == version
    assert api.last_changed() == version.in_force_on
    assert [clause.id for clause in api.clauses()][:3] == ["A1", "A2", "A3"]
    assert api.clause_html("J2", "en").startswith("<p>A session cookie")
    assert api.clause_html("J2", "de").startswith("<p>Ein Sitzungscookie")
    assert api.clause_html("J2", "fr") == api.clause_html("J2", "en")
    assert len(api.sections("en")) == 15
    assert list(api.versions()) == [version]


def test_before_the_first_publication_the_border_answers_with_nothing(db):
    assert api.current_version() is None
    assert api.last_changed() is None
    assert api.sections("en") == ()
    assert api.clause_html("A1", "en") == ""
    assert api.home_notice() is None


def test_the_day_of_a_change_is_the_day_at_the_operators_office(version):
    version.in_force_at = version.in_force_at.replace(year=2026, month=12, day=4, hour=2, minute=0)
    assert version.in_force_on.isoformat() == "2026-12-03"


def test_the_command_checks_compares_and_publishes(version, capsys, changed_draft, monkeypatch):
    draft = changed_draft(ONCE, "You may buy memberships and services here.")
    monkeypatch.setattr("troth.statement.management.commands.statement.read_draft", lambda: draft)
    call_command("statement", "check")
    assert "57 clauses in 2 languages; 0 problems." in capsys.readouterr().out
    call_command("statement", "diff")
    assert "[-can -][+may +]buy" in capsys.readouterr().out
    call_command("statement", "publish", "--reason", "A gentler word.")
    assert "Published version 2" in capsys.readouterr().out
    with pytest.raises(CommandError, match="says what version 2 says"):
        call_command("statement", "publish", "--reason", "Again.")


def test_a_material_version_waits_and_the_one_before_it_governs(version, publish, changed_draft):
    new = publish(changed_draft(ONCE, "You may buy memberships and services here."), material=True)
    assert queries.find_current_version() == version
    assert queries.find_coming_version() == new
    with acting(actor=system(PUBLISHER), purpose=Purpose.LEGAL):
        with pytest.raises(Refused, match="has not come"):
            bring_into_force(new)
        with time_machine.travel(new.planned_for, tick=False):
            governs = bring_into_force(new)
    assert governs.in_force_at == new.planned_for


def test_a_material_version_is_announced_for_long_enough(version, changed_draft):
    draft = changed_draft(ONCE, "Buy.")
    with acting(actor=system(PUBLISHER), purpose=Purpose.LEGAL):
        for days in (None, 29):
            terms = Terms(planned_for=clock.now() + timedelta(days=days) if days else None)
            with pytest.raises(Refused, match="30 days"):
                publish_draft(draft, material=True, reasons="A reason.", terms=terms)


def test_what_is_announced_can_be_withdrawn_and_then_never_governs(version, publish, changed_draft):
    new = publish(changed_draft(ONCE, "Buy."), material=True)
    with pytest.raises(Refused, match="Another version is announced"):
        publish(changed_draft(ONCE, "Buy nothing."))
    with acting(actor=system(PUBLISHER), purpose=Purpose.LEGAL):
        withdraw_version(new)
        with time_machine.travel(new.planned_for, tick=False), pytest.raises(Refused):
            bring_into_force(new)
    third = publish(changed_draft(ONCE, "Buy nothing."))
    assert (third.number, third.former_number) == (3, 1)
    assert api.home_notice().url == "/statement/compare/1/3/"


def test_with_nobody_to_judge_no_second_version_is_published(version, changed_draft, monkeypatch):
    monkeypatch.setattr(actions, "publication_judges", Registry("nobody"))
    with acting(actor=system(PUBLISHER), purpose=Purpose.LEGAL), pytest.raises(Refused, match="Nobody judges"):
        publish_draft(changed_draft(ONCE, "Buy."), material=False, reasons="A reason.")
