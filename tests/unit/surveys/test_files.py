"""What an attacker finds who has the database's files as they lie, its write-ahead log among them (D1).

The attacker has the survey's key too. What it would learn of logs and of the web log is less than what
``test_gate`` gives it, which is the exact order in which people came; here it learns which rows were written together.
"""

from pathlib import Path

import pytest
from django.db import connection

from tests.unit.surveys.conftest import act_as, fill
from troth.backup.contents import left_out_tables
from troth.surveys.actions.running import close_survey
from troth.surveys.keys import read_all
from troth.surveys.models import Answer, Participation, Waiting
from troth.surveys.tasks import forget_arrivals
from troth.vault.api import truncate_logs

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(databases="__all__", transaction=True)]
MANY = 30
HEAD, FRAME_HEAD = 32, 24
"""Octets before the first frame, and before the page in each frame (the SQLite file format, section 4.1)."""


def find_log():
    place = Path(connection.settings_dict["NAME"])
    return place.with_name(place.name + "-wal")


def read_commits(log):
    """Return the pages that each transaction wrote, in the order of the transactions.

    Arguments:
        log: the octets of a write-ahead log; the last frame of a transaction holds the size of the database.
    """
    page_size, commits, pages = int.from_bytes(log[8:12]), [], b""
    for start in range(HEAD, len(log), FRAME_HEAD + page_size):
        pages += log[start + FRAME_HEAD : start + FRAME_HEAD + page_size]
        if int.from_bytes(log[start + 4 : start + 8]):
            commits.append(pages)
            pages = b""
    return commits


def join_by_commit(log, sealed, people):
    """Take a part and an answer that were first written by the same transaction to be one person's.

    Arguments:
        log: the octets of a write-ahead log.
        sealed: each answer's sealed bytes, and what it says: both are in the database, with the key, after the close.
        people: whose part it was, and the truth.

    Returns how many answers are joined to whoever gave them.
    """
    parts, answers = {each.hex.encode(): each for each in people}, dict(sealed)
    right = 0
    for pages in read_commits(log):
        new_parts = [parts.pop(each) for each in list(parts) if each in pages]
        new_answers = [answers.pop(each) for each in list(answers) if each in pages]
        if len(new_parts) == len(new_answers) == 1:
            right += people[new_parts[0]] == new_answers[0]
    return right


def look_into(survey):
    """Return each answer's sealed bytes with what it says, as whoever counts them can read them."""
    contents = [bytes(each) for each in survey.answers.order_by("id").values_list("content", flat=True)]
    return list(zip(contents, read_all(survey), strict=True))


@pytest.fixture
def answered(opened, author):
    """A survey that many answered one after the other, and that was closed; and who said what."""
    truncate_logs()
    survey = opened()
    people = fill(survey, MANY)
    before = find_log().read_bytes()
    with act_as(author):
        survey = close_survey(survey)
    return survey, people, before


def test_a_log_that_was_never_cut_gives_nearly_everybody_away(answered):
    survey, people, before = answered
    assert join_by_commit(before, look_into(survey), people) > 0.8 * MANY


def test_once_the_log_is_cut_the_same_attack_joins_nobody(answered):
    survey, people, _before = answered
    forget_arrivals.func()
    assert find_log().stat().st_size == 0
    assert join_by_commit(find_log().read_bytes(), look_into(survey), people) == 0
    lying = Path(connection.settings_dict["NAME"]).read_bytes()
    assert all(content in lying for content, _said in look_into(survey)), "The log was lost, not moved."


def test_an_answer_that_waits_alone_is_in_no_backup():
    assert Waiting._meta.db_table in left_out_tables()
    assert not {Answer._meta.db_table, Participation._meta.db_table} & set(left_out_tables())


def test_a_survey_that_nobody_can_be_found_in_leaves_the_log_alone(opened, author):
    survey = opened("confidential")
    truncate_logs()
    Participation.objects.create(survey=survey, subject_id=author.id, part="declined")
    written = find_log().stat().st_size
    assert written > 0
    forget_arrivals.func()
    assert find_log().stat().st_size == written
