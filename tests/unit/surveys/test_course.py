"""A survey from the draft to its results (D1, D3)."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from django.db import DatabaseError

from tests.unit.surveys.conftest import QUESTIONS, act_as, answer_as, define, fill, say, terms
from troth.kernel import clock
from troth.kernel.acting import acting
from troth.kernel.acting import client as as_client
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.ids import new_id
from troth.kernel.purposes import Purpose
from troth.ledger.models import EntryRow
from troth.surveys.actions.answering import decline_survey, withdraw_by_code, withdraw_own
from troth.surveys.actions.releasing import decide_release, prepare_release
from troth.surveys.actions.running import close_survey, delete_raw, open_survey, take_key, use_key
from troth.surveys.actions.writing import change_survey, review_survey, submit_survey, write_survey
from troth.surveys.keys import read_all
from troth.surveys.models import Answer, Contact, OwnAnswers, Participation, Release, Survey, SurveyKey, Waiting


def test_a_survey_is_written_read_opened_answered_closed_and_released(opened, author, reviewer):
    survey = opened()
    fill(survey, 40)
    with act_as(author):
        survey = close_survey(survey)
        assert (survey.state, survey.counted) == ("closed", 40)
        release = prepare_release(survey, [("came", "topics.1")])
        with pytest.raises(AccessDenied):
            decide_release(release, sign=True, content_hash=release.content_hash)
    with act_as(reviewer):
        assert decide_release(release, sign=True, content_hash=release.content_hash).state == "signed"
    shown = [c for t in release.tables for line in t.get("cells", ()) for c in line if c is not None]
    assert shown
    assert min(shown) >= 10


def test_its_author_does_not_approve_it(author, house):
    with act_as(author):
        survey = submit_survey(write_survey(terms(), define()))
        with pytest.raises(AccessDenied):
            review_survey(survey, approve=True, content_hash=survey.content_hash)
        with pytest.raises(Refused):
            open_survey(survey)


def test_an_edit_takes_the_approval_back(approve, author):
    survey = approve()
    with act_as(author):
        changed = change_survey(survey, terms(), {**define(), "title": say("Another")})
        with pytest.raises(Refused):
            open_survey(changed)


@pytest.mark.parametrize("column", ["mode", "definition", "keep_days", "public_key"])
def test_the_database_fixes_a_survey_at_its_first_answer(opened, column):
    survey = opened()
    values = {"mode": "confidential", "definition": define(QUESTIONS), "keep_days": 900, "public_key": "age1other"}
    Survey.objects.filter(pk=survey.pk).update(keep_days=91)
    answer_as(new_id(), survey, {"came": "1"})
    with pytest.raises(DatabaseError):
        Survey.objects.filter(pk=survey.pk).update(**{column: values[column]})
    with pytest.raises(DatabaseError):
        Survey.objects.filter(pk=survey.pk).update(begun=False)
    assert Survey.objects.filter(pk=survey.pk).update(expected=7) == 1


def test_an_anonymous_answer_has_no_person_no_time_and_no_row_in_the_ledger(opened):
    survey = opened()
    before = EntryRow.objects.count()
    said = fill(survey, 12)
    assert EntryRow.objects.count() == before
    assert (Answer.objects.count(), Waiting.objects.count()) == (10, 2)
    columns = {f.name for f in Answer._meta.get_fields()} | {f.name for f in Participation._meta.get_fields()}
    assert columns == {"id", "survey", "content", "code_digest", "subject_id", "part"}
    assert {f.name for f in Answer._meta.get_fields()} & {"subject_id", "part"} == set()
    dump = json.dumps([str(row) for row in Answer.objects.values_list()])
    assert not any(each.hex in dump or str(each) in dump for each in said)


def test_who_answered_anonymously_answers_once_and_takes_it_back_by_the_code_alone(opened):
    survey, subject_id = opened(), new_id()
    code = answer_as(subject_id, survey, {"came": "1"})
    with pytest.raises(Refused):
        answer_as(subject_id, survey, {"came": "2"})
    with acting(actor=as_client(subject_id), purpose=Purpose.SURVEYS):
        assert not withdraw_by_code(survey, "aaaaa-bbbbb-ccccc-ddddd")
        assert withdraw_by_code(survey, code.upper().replace("-", " "))
    assert not Waiting.objects.exists()


def test_nothing_can_be_taken_out_once_results_were_made(opened, author):
    survey, subject_id = opened(), new_id()
    code = answer_as(subject_id, survey, {"came": "1"})
    fill(survey, 12)
    with act_as(author):
        prepare_release(close_survey(survey))
    with acting(actor=as_client(subject_id), purpose=Purpose.SURVEYS), pytest.raises(Refused):
        withdraw_by_code(survey, code)


def test_confidential_answers_are_seen_changed_and_taken_back_until_the_close(opened, author):
    survey, ann, ben = opened("confidential"), new_id(), new_id()
    answer_as(ann, survey, {"came": "1", "age": "35"})
    answer_as(ann, survey, {"came": "2", "age": "45"})
    answer_as(ben, survey, {"came": "1"})
    with acting(actor=as_client(ann), purpose=Purpose.SURVEYS):
        row = OwnAnswers.objects.get(subject_id=ann).open()
        assert (row.answers, row.age_group) == ({"came": "2"}, "45")
    with acting(actor=as_client(ben), purpose=Purpose.SURVEYS):
        assert withdraw_own(survey)
    assert not Participation.objects.filter(subject_id=ben).exists()
    with act_as(author):
        survey = close_survey(survey)
    assert not OwnAnswers.objects.exists()
    assert read_all(survey) == [{"came": "2", "age": "45"}]


def test_contact_details_stand_apart_and_go_on_their_day(opened, author):
    where = [*QUESTIONS, {"key": "mail", "kind": "personal", "asks": "email"}]
    survey, ann = opened("contactable", definition=define(where)), new_id()
    answer_as(ann, survey, {"came": "1"}, {"email": "ann@example.org"})
    assert Contact.objects.get().subject_id == ann
    with act_as(author):
        survey = close_survey(survey)
    assert read_all(survey) == [{"came": "1"}]


def test_two_officers_open_the_answers_together_and_nobody_alone(approve, author, reviewer):
    survey = approve(two_officers=True)
    with act_as(author), pytest.raises(Refused):
        open_survey(survey)
    with act_as(reviewer):
        first = take_key(survey)
        with pytest.raises(Refused):
            take_key(survey)
    with act_as(author):
        second = take_key(survey)
        survey = open_survey(survey)
    fill(survey, 12)
    with act_as(author):
        survey = close_survey(survey)
        assert survey.state == "closing"
        with pytest.raises(Refused):
            prepare_release(survey)
    with act_as(reviewer):
        with pytest.raises(Refused):
            use_key(survey, first)
        with pytest.raises(Refused):
            use_key(survey, "no key")
    with act_as(author):
        use_key(survey, second)
    with act_as(reviewer):
        survey = use_key(survey, first)
    assert survey.state == "closed"
    assert len(read_all(survey)) == 12


def test_who_declined_may_come_back_and_who_answered_cannot_decline(opened):
    survey, ann = opened(), new_id()
    with acting(actor=as_client(ann), purpose=Purpose.SURVEYS):
        decline_survey(survey)
        assert Participation.objects.get().part == "declined"
    answer_as(ann, survey, {})
    with acting(actor=as_client(ann), purpose=Purpose.SURVEYS):
        decline_survey(survey)
    assert Participation.objects.get().part == "answered"


def test_raw_answers_go_on_the_stated_day_and_results_stay(opened, author, reviewer):
    survey = opened(keep_days=5)
    fill(survey, 12)
    with act_as(author):
        release = prepare_release(close_survey(survey))
    assert delete_raw() == 0
    with clock.told(clock.now() + timedelta(days=6)):
        assert delete_raw() == 13
    assert not Answer.objects.exists()
    assert not SurveyKey.objects.exists()
    assert Release.objects.get() == release
    with act_as(author), pytest.raises(Refused):
        prepare_release(survey)


def test_nothing_is_released_of_too_few(opened, author):
    survey = opened()
    fill(survey, 9)
    with act_as(author):
        survey = close_survey(survey)
        with pytest.raises(Refused):
            prepare_release(survey)


def test_a_release_is_a_file_with_the_numbers_of_its_page_once_it_is_signed(opened, author, reviewer, client):
    survey = opened()
    fill(survey, 40)
    with act_as(author):
        release = prepare_release(close_survey(survey), [("came", "topics.1")])
    path = f"/surveys/results/{release.pk}/results.csv"
    assert client.get(path, secure=True).status_code == 404
    with act_as(reviewer):
        decide_release(release, sign=True, content_hash=release.content_hash)
    rows = list(csv.DictReader(io.StringIO(client.get(path, secure=True).content.decode())))
    assert {row["question"] for row in rows} >= {"Were you there?", "For how many years?"}
    assert all(re.fullmatch(r"\d+ %|hidden|held back", row["share"]) for row in rows)
    assert {row["made_of"] for row in rows} <= {"fewer than 50 answers", ""}
