"""The text that the project ships: every clause, once, in every language."""

import re

import pytest

from troth.kernel import ports
from troth.statement.bindings import check_bindings
from troth.statement.clauses import CLAUSES
from troth.statement.drafts import read_draft
from troth.statement.text import make_values


@pytest.fixture(scope="module")
def draft():
    return read_draft()


def test_the_list_of_clauses_is_whole():
    counts = {letter: sum(1 for clause in CLAUSES if clause[0] == letter) for letter in "ABCDEFGHIJKLMNO"}
    assert list(counts.values()) == [13, 5, 3, 3, 3, 2, 3, 2, 3, 6, 2, 3, 4, 2, 3]
    assert len(CLAUSES) == sum(counts.values())


def test_it_has_no_problem_and_leaves_no_clause_out(draft):
    assert draft.problems == ()
    assert not [finding for finding in draft.gaps if "not in the text" in finding.words]


@pytest.mark.parametrize("language", ["en", "de"])
def test_each_language_promises_every_clause_once_and_in_order(draft, language):
    clauses = [clause for paragraph in draft.texts[language].paragraphs for clause in paragraph.clauses]
    assert clauses == list(CLAUSES)


def test_the_languages_use_the_same_numbers_in_the_same_clauses(draft):
    def numbers(language):
        return {
            clause: sorted(re.findall(r"\d+", paragraph.words))
            for clause, paragraph in draft.texts[language].by_clause.items()
        }

    assert numbers("en") == numbers("de")


def test_a_collector_reads_it_in_twelve_minutes(draft):
    words = sum(len(paragraph.words.split()) for paragraph in draft.texts["en"].paragraphs)
    assert 1800 <= words <= 2900


def test_the_contacts_stand_where_the_promise_is(draft, operator):
    for text in draft.texts.values():
        assert operator.contacts.support_email in text.by_clause["L2"].words
        assert "United States" in text.by_clause["L3"].words
        assert operator.contacts.information_email in text.by_clause["M4"].words
        assert operator.contacts.security_telephone in text.by_clause["M4"].words


def test_it_claims_no_perfect_security(draft):
    assert "100 %" not in " ".join(paragraph.words for paragraph in draft.texts["en"].paragraphs)
    assert "do not claim more" in draft.texts["en"].by_clause["M3"].words


def test_a_changed_number_changes_the_text(draft, operator):
    values = make_values(operator)
    assert values["numbers.request_days"] in draft.texts["en"].by_clause["L2"].words


def test_every_clause_without_a_control_is_reported(draft):
    watched = {clause for control in ports.controls for clause in control.clauses}
    told = {finding.words.split()[2] for finding in draft.gaps if "has no control" in finding.words}
    assert told == set(CLAUSES) - watched
    assert {"O1", "O2"} <= watched


def test_a_control_of_a_clause_that_is_not_promised_is_reported(write, operator):
    folder = write(en={"01-a.md": "# A\n\nYes. {#A1}"}, de={"01-a.md": "# A\n\nJa. {#A1}"})
    gaps = [str(finding) for finding in read_draft(folder=folder, operator=operator).gaps]
    assert any("watches O1, which the text does not promise" in gap for gap in gaps)
    assert any("A2" in gap and "not in the text" in gap for gap in gaps)


def test_unknown_and_repeated_ids_stop_a_publication(write, operator):
    english = {"01-a.md": "# A\n\nYes. {#A1}\n\nNo. {#Z9}", "02-b.md": "# B\n\nAgain. {#A1}"}
    draft = read_draft(folder=write(en=english, de=english), operator=operator)
    told = [str(finding) for finding in draft.problems]
    assert "en/01-a.md:5: Z9 is not in the list of clauses" in told
    assert "en/02-b.md:3: A1 stands here and in en/01-a.md:3; a clause stands once" in told


def test_languages_that_promise_different_things_stop_a_publication(write, operator):
    folder = write(en={"01-a.md": "# A\n\nYes. {#A1}\n\nB. {#A2}"}, de={"01-a.md": "# A\n\nJa. {#A1}\n\nC. {#A3}"})
    told = [str(finding) for finding in read_draft(folder=folder, operator=operator).problems]
    assert any("leaves out A2" in line for line in told)
    assert any("adds A3" in line for line in told)


def test_a_language_without_a_text_stops_a_publication(write, operator):
    folder = write(en={"01-a.md": "# A\n\nYes. {#A1}"})
    told = [str(finding) for finding in read_draft(folder=folder, operator=operator).problems]
    assert told == ["statement/de:1: the operator speaks this language; expected a text"]


def test_no_control_is_needed_for_a_text_to_be_read(draft):
    bindings = check_bindings(draft.texts, draft.sources, [])
    assert bindings.problems == ()
    assert len(bindings.gaps) == len(CLAUSES)


def test_a_placeholder_in_the_configuration_is_reported(draft):
    assert [finding.source for finding in draft.gaps if "placeholder" in finding.words] == ["operator.toml"]
