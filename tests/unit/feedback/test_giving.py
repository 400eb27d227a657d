"""What is said is kept as little as it takes, found, counted, and taken back; nobody is turned away."""

from datetime import timedelta

import pytest

from tests.unit.feedback.conftest import act_on, give_as, give_as_visitor, say
from troth.accounts.limits import BUCKETS, networks
from troth.feedback.actions import (
    APART_KEPT,
    answer_in_person,
    as_visitor,
    finish_feedback,
    give_feedback,
    publish_answer,
    purge_apart,
    release_feedback,
    reopen_feedback,
    take_feedback,
    withdraw_feedback,
)
from troth.feedback.judging import Mark, judge_form, make_mark, read_mark
from troth.feedback.models import Feedback, PublicAnswer, Tally
from troth.feedback.queries import inbox, list_months, list_public_months, set_apart
from troth.feedback.words import Apart, State
from troth.kernel import clock
from troth.kernel.acting import acting, client, staff_member
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.operator import read_operator
from troth.kernel.purposes import Purpose
from troth.support.api import Case

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def total():
    return sum(Tally.objects.values_list("count", flat=True))


# -- Giving -----------------------------------------------------------------------------------------------------------


def test_a_visitor_says_a_number_and_a_word_and_leaves_nothing_else(house, post):
    answer = post(rating="4", words="Good.\nAnd quiet.", contact="reader@example.org")
    assert answer.status_code == 200
    row = Feedback.objects.get()
    assert (row.state, row.apart, row.has_account, row.wants_answer) == (State.NEW, Apart.NO, False, True)
    assert b"Good" not in bytes(row.sealed)
    assert Tally.objects.get().page == "home"
    assert (Tally.objects.get().rating, total()) == (4, 1)


@pytest.mark.parametrize("answers", [{"rating": "5"}, {"words": "Just a word."}])
def test_a_number_or_a_word_is_enough(house, post, answers):
    assert post(**answers).status_code == 200
    assert Feedback.objects.count() == 1


@pytest.mark.parametrize("answers", [{}, {"words": "   "}, {"rating": "9"}, {"rating": "4", "contact": "no address"}])
def test_what_says_nothing_or_is_wrong_is_asked_for_again(house, post, answers):
    answer = post(**answers)
    assert b"needs mending" in answer.content
    assert not Feedback.objects.exists()


def test_a_form_that_is_sent_twice_counts_once(house, client):
    answers = {"rating": "4", "mark": make_mark(made_at=clock.now() - timedelta(minutes=1))}
    for _time in range(2):
        assert client.post("/feedback/on/home/", answers).status_code == 200
    assert (Feedback.objects.count(), total()) == (1, 1)


def test_what_is_no_pages_name_is_not_kept(house):
    give_as_visitor(page="orders/4F2A-91C0")
    assert Tally.objects.get().page == ""


def test_a_card_number_is_struck_out_before_it_is_kept(ada):
    row = give_as(ada, words="My card 4242 4242 4242 4242 was refused.")
    with acting(actor=client(ada.id), purpose=Purpose.SUPPORT):
        assert "4242 4242 4242" not in row.open("words").words


def test_a_network_that_sends_much_keeps_its_words_on_the_page(house, post):
    networks.forget()
    for _time in range(BUCKETS["feedback"].size):
        assert post(rating="3").status_code == 200
    answer = post(rating="3", words="One more.")
    assert answer.status_code == 429
    assert b"One more." in answer.content
    networks.forget()


def test_the_form_at_the_foot_leads_to_the_number_that_was_pressed(house, client):
    page = client.get("/help/").content.decode()
    assert 'action="/feedback/on/help/"' in page
    form = client.get("/feedback/on/help/?rating=4").content.decode()
    assert form.count(" checked") == 1
    assert 'class="opinion"' not in form


# -- Likely no person -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({}, Apart.NO),
        ({"trap": "x"}, Apart.TRAP),
        ({"mark": None}, Apart.FORM),
        ({"age": timedelta(seconds=1)}, Apart.FAST),
        ({"words": "https://a.example https://b.example www.c.example"}, Apart.LINKS),
        ({"words": "See https://a.example for what I mean."}, Apart.NO),
    ],
)
def test_what_looks_made_by_a_program_is_told_apart(facts, verdict):
    made_at = clock.now() - facts.get("age", timedelta(minutes=1))
    known = {"mark": Mark(id="a", made_at=made_at), "trap": "", "words": "A word."}
    assert judge_form(**known | {name: fact for name, fact in facts.items() if name != "age"}) == verdict


@pytest.mark.parametrize("text", ["", "x", "x.y", "a.1:signed-by-another"])
def test_a_mark_that_is_not_ours_is_none(text):
    assert read_mark(text) is None
    assert read_mark(make_mark()) is not None


def test_what_is_set_apart_is_answered_alike_counted_nowhere_and_can_be_taken_for_earnest(heron, post):
    kept, trapped = post(rating="4"), post(rating="4", homepage="x")
    assert (kept.status_code, kept.content) == (trapped.status_code, trapped.content)
    row = set_apart().get()
    assert (total(), inbox().count()) == (1, 1)
    with act_on(heron, row):
        take_feedback(row)
        release_feedback(row)
        release_feedback(row)
    assert (total(), set_apart().count(), row.apart) == (2, 0, Apart.RELEASED)


def test_what_is_set_apart_goes_after_a_month_and_nothing_else_does(house, post):
    post(rating="4")
    post(rating="4", homepage="x")
    with clock.told(clock.now() + APART_KEPT + timedelta(hours=1)):
        assert purge_apart() == 1
    assert Feedback.objects.get().apart == Apart.NO


def test_a_clients_word_is_never_set_apart(as_ada, ada, post):
    post(as_ada, age=timedelta(0), words="https://a.example https://b.example https://c.example")
    row = Feedback.objects.get()
    assert (row.apart, row.subject_id, row.has_account) == (Apart.NO, ada.id, True)


# -- A client's own ---------------------------------------------------------------------------------------------------


def test_a_client_finds_it_on_the_admin_page_and_takes_it_back(as_ada, ada, post):
    post(as_ada, words="A word of Ada's.", rating="2")
    row = Feedback.objects.get()
    assert "A word of Ada" in as_ada.get("/admin/").content.decode()
    assert "A word of Ada" in as_ada.get("/feedback/mine/").content.decode()
    assert as_ada.post(f"/feedback/mine/{row.pk}/withdraw/").status_code == 302
    assert (Feedback.objects.count(), total()) == (0, 0)


def test_nobody_takes_back_anothers(as_ada, ada, bob, post):
    row, nobodys = give_as(bob), give_as_visitor()
    for each in (row, nobodys):
        assert as_ada.post(f"/feedback/mine/{each.pk}/withdraw/").status_code == 404
        with acting(actor=client(ada.id), purpose=Purpose.SUPPORT), pytest.raises(AccessDenied):
            withdraw_feedback(each)
    assert Feedback.objects.count() == 2


def test_a_client_may_say_it_without_the_account_but_then_gets_no_answer(as_ada, ada, post):
    assert b"Choose one of the two" in post(as_ada, words="Hm.", unnamed="on", wants_answer="on").content
    post(as_ada, words="Hm.", unnamed="on")
    row = Feedback.objects.get()
    assert row.subject_id != ada.id
    assert not row.has_account
    assert "Hm." not in as_ada.get("/feedback/mine/").content.decode()


# -- Staff ------------------------------------------------------------------------------------------------------------


def test_it_opens_for_whoever_took_it_and_for_nobody_else(as_heron, ada):
    row = give_as(ada, words="Only for who took it.")
    page = f"/console/feedback/{row.pk}/"
    assert "Only for who took it" not in as_heron.get(page).content.decode()
    assert as_heron.post(f"{page}take/").status_code == 302
    assert "Only for who took it" in as_heron.get(page).content.decode()
    row.refresh_from_db()
    assert row.state == State.READ
    as_heron.post(f"{page}finish/")
    assert "Only for who took it" not in as_heron.get(page).content.decode()
    as_heron.post(f"{page}reopen/")
    row.refresh_from_db()
    assert (row.state, row.taken_by) == (State.NEW, None)


def test_no_list_of_the_console_shows_what_was_said(as_heron, ada):
    give_as(ada, words="Not in a list.")
    for name in ("", "?list=mine", "?list=apart", "?list=done", "?list=nonsense"):
        answer = as_heron.get(f"/console/feedback/{name}")
        assert answer.status_code == 200
        assert "Not in a list" not in answer.content.decode()


def test_an_answer_in_person_becomes_an_inquiry_of_its_writer(as_heron, heron, ada):
    row = give_as(ada, words="Please tell me why.", wants_answer=True)
    as_heron.post(f"/console/feedback/{row.pk}/take/")
    answer = as_heron.post(f"/console/feedback/{row.pk}/answer/")
    case = Case.objects.get()
    assert answer.headers["Location"] == f"/console/cases/{case.pk}/"
    assert (case.subject_id, case.has_account, case.taken_by) == (ada.id, True, heron.id)
    row.refresh_from_db()
    assert (row.state, row.inquiry) == (State.ANSWERED, case.number)
    assert "Please tell me why." in as_heron.get(answer.headers["Location"]).content.decode()


def test_somebody_without_an_account_is_answered_at_the_address_that_it_left(as_heron, house):
    row = give_as_visitor(contact="reader@example.org")
    as_heron.post(f"/console/feedback/{row.pk}/take/")
    assert "reader@example.org" in as_heron.get(f"/console/feedback/{row.pk}/").content.decode()
    as_heron.post(f"/console/feedback/{row.pk}/answer/")
    case = Case.objects.get()
    assert not case.has_account
    assert case.subject_id != row.subject_id


@pytest.mark.parametrize("verb", [answer_in_person, finish_feedback, release_feedback])
def test_nothing_is_done_with_what_another_took(heron, ada, verb):
    row = give_as(ada, wants_answer=True)
    with act_on(heron, row), pytest.raises(AccessDenied):
        verb(row)


def test_no_answer_is_begun_where_none_is_wished_or_twice(heron, ada):
    wished, unwished = give_as(ada, wants_answer=True), give_as(ada)
    for row in (wished, unwished):
        with act_on(heron, row):
            take_feedback(row)
    with act_on(heron, unwished), pytest.raises(Refused):
        answer_in_person(unwished)
    with act_on(heron, wished):
        answer_in_person(wished)
        with pytest.raises(Refused):
            answer_in_person(wished)
    assert Case.objects.count() == 1


def test_what_is_done_is_taken_by_nobody_until_it_is_opened_again(heron, ada):
    row = give_as(ada)
    with act_on(heron, row):
        take_feedback(row)
        finish_feedback(row)
        with pytest.raises(Refused):
            take_feedback(row)
        reopen_feedback(row)
        take_feedback(row)


def test_a_client_handles_no_feedback(ada):
    row = give_as(ada)
    with acting(actor=client(ada.id), purpose=Purpose.SUPPORT):
        for verb in (take_feedback, finish_feedback, reopen_feedback, release_feedback, answer_in_person):
            with pytest.raises(AccessDenied):
                verb(row)
        with pytest.raises(AccessDenied):
            publish_answer(heard={"en": "x"}, did={"en": "y"})


# -- In public --------------------------------------------------------------------------------------------------------


def test_an_answer_to_everybody_is_read_by_everybody_and_shown_to_the_writer(as_heron, as_ada, ada, client):
    row = give_as(ada)
    as_heron.post(f"/console/feedback/{row.pk}/take/")
    words = {"heard_en": "It is good.", "did_en": "It stays.", "heard_de": "Es ist gut.", "did_de": "Es bleibt."}
    sent = as_heron.post(f"/console/feedback/answers/?to={row.pk}", words)
    assert sent.status_code == 302
    assert "It stays." in client.get("/feedback/answers/").content.decode()
    assert "Es bleibt." in client.get("/feedback/answers/", headers={"accept-language": "de"}).content.decode()
    assert "It stays." in as_ada.get("/feedback/mine/").content.decode()
    row.refresh_from_db()
    assert row.state == State.ANSWERED
    as_heron.post(f"/console/feedback/answers/{row.public_answer_id}/retract/")
    assert not PublicAnswer.objects.exists()
    row.refresh_from_db()
    assert (row.state, row.public_answer) == (State.ANSWERED, None)


def test_an_answer_needs_words_in_each_language(as_heron, house):
    answer = as_heron.post("/console/feedback/answers/", {"heard_en": "It is good."})
    assert answer.status_code == 200
    assert not PublicAnswer.objects.exists()


def test_everybody_reads_only_of_months_in_which_enough_spoke(house):
    least = read_operator().numbers.suppression_threshold
    this = clock.today().replace(day=1)
    last = (this - timedelta(days=1)).replace(day=1)
    before = (last - timedelta(days=1)).replace(day=1)
    for month, count in ((this, 50), (last, least), (before, least - 1)):
        Tally.objects.create(month=month, page="home", rating=3, count=count)
    assert [(each.first, each.count, each.mean) for each in list_public_months()] == [
        (last, least, 3.0),
        (before, None, None),
    ]


def test_months_without_a_word_are_not_left_out_of_the_trend_and_the_mean_is_of_numbers_alone(as_heron, house):
    this = clock.today().replace(day=1)
    long_ago = (this - timedelta(days=75)).replace(day=1)
    Tally.objects.create(month=long_ago, page="home", rating=5, count=3)
    Tally.objects.create(month=long_ago, page="home", rating=0, count=9)
    Tally.objects.create(month=long_ago, page="help", rating=1, count=1)
    months = list_months()
    assert next((each.count, each.rated, each.mean) for each in months) == (13, 4, 4.0)
    assert [each.count for each in months][1:] == [0] * (len(months) - 1)
    assert len(months) in {3, 4}
    assert "home" in as_heron.get("/console/feedback/trends/").content.decode()
    assert f"{long_ago:%Y-%m},13,4,4.00" in as_heron.get("/console/feedback/trends.csv").content.decode()


def test_an_empty_house_has_no_months(house, client):
    assert list_months() == []
    assert client.get("/feedback/answers/").status_code == 200


def test_staff_alone_publish_and_a_visitor_gives_for_itself(house, heron):
    with as_visitor():
        assert give_feedback(say()) is not None
        with pytest.raises(AccessDenied):
            publish_answer(heard={"en": "x"}, did={"en": "y"})
    with acting(actor=staff_member(heron.id), purpose=Purpose.SUPPORT):
        assert publish_answer(heard={"en": "x"}, did={"en": "y"}).pk
