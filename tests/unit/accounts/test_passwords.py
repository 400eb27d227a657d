"""What a password must be, how it is hashed, and how many are hashed at once."""

import threading
import unicodedata

import pytest
from django.contrib.auth.hashers import check_password, make_password
from hypothesis import given, settings
from hypothesis import strategies as st

from troth.accounts import hashers, keys
from troth.accounts.passwords import MOST, judge_password
from troth.kernel.lanes import BusyError

GOOD = "blue lamp under seven bridges"


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "ключ под третьим камнем",
        "月が三つの橋の下で眠る夜に青い灯",
        "x9$Kq!vT2#mZpL0",
        "correct — horse 🐎 stapler",
    ],
)
def test_long_unusual_passwords_of_any_characters_are_good(password):
    assert not judge_password(password).problems


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("fourteen chars", "14 characters"),
        ("passwordpassword", "lists that are tried first"),
        ("1234567890123456", "tried"),
        ("aaaaaaaaaaaaaaaa", "tried"),
        ("example.ada@example", "mostly your own name"),
        ("CollectorSystems1", "mostly your own name"),
        ("x" * (MOST + 1), "the most is 128"),
    ],
)
def test_a_bad_password_is_refused_with_its_reason(password, reason):
    problems = judge_password(password, own_words=["Ada Example", "ada@example.org"]).problems

    assert reason in " ".join(str(problem) for problem in problems)


def test_the_longest_allowed_is_long_enough_for_a_phrase():
    assert not judge_password((GOOD * 5)[:64] + " and a half").problems


def test_own_words_matter_only_to_whose_they_are():
    password = "jacaranda-jacaranda9"

    assert judge_password(password, own_words=["jacaranda"]).problems
    assert not judge_password("a jacaranda behind nine fences", own_words=["jacaranda"]).problems


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_gets_a_verdict(text):
    verdict = judge_password(text, own_words=[text[:20], "ada"])

    assert 0 <= verdict.strength.level <= verdict.strength.most
    assert verdict.strength.words


def test_two_ways_to_type_the_same_characters_are_one_password():
    encoded = make_password(unicodedata.normalize("NFD", "süße Äpfel hinter dem Zaun"))

    assert check_password(unicodedata.normalize("NFC", "süße Äpfel hinter dem Zaun"), encoded)
    assert not check_password("susse Apfel hinter dem Zaun", encoded)


def test_a_hash_is_worth_nothing_without_the_pepper(monkeypatch):
    encoded = make_password(GOOD)
    assert check_password(GOOD, encoded)

    monkeypatch.setattr(hashers, "read_pepper", lambda: b"\x00" * 32)
    assert not check_password(GOOD, encoded)


def test_the_cost_is_what_was_decided(monkeypatch):
    monkeypatch.undo()

    assert make_password(GOOD).startswith("argon2id_pepper1$argon2id$v=19$m=47104,t=2,p=1$")
    assert len(keys.read_pepper()) == 32


def test_beyond_four_at_once_the_visitor_is_asked_to_come_again(monkeypatch):
    monkeypatch.setattr(hashers, "LONGEST_WAIT", 0.05)
    inside, leave = threading.Barrier(hashers.HASHES_AT_ONCE + 1), threading.Event()

    def hold():
        with hashers._take_place():
            inside.wait()
            leave.wait()

    holders = [threading.Thread(target=hold) for _ in range(hashers.HASHES_AT_ONCE)]
    for holder in holders:
        holder.start()
    inside.wait()
    try:
        with pytest.raises(BusyError) as refusal:
            make_password(GOOD)
        assert refusal.value.status == 503
    finally:
        leave.set()
        for holder in holders:
            holder.join()
    assert make_password(GOOD)


@pytest.mark.django_db
def test_a_refused_password_is_told_with_its_strength_beside_it(client):
    page = client.post("/join/", {"password": "passwordpassword"}).content.decode()
    assert "lists that are tried first" in page
    assert "This password is very easy to guess." in page
    assert 'aria-describedby="id_password-help id_password-error id_password-strength id_password-why"' in page


@pytest.mark.django_db
def test_a_good_password_is_told_as_strong_although_another_answer_is_missing(client):
    page = client.post("/join/", {"password": GOOD}).content.decode()
    assert "This password is very strong." in page
    assert 'id="id_password-error"' not in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("told", "words"), [("4", "very strong"), ("2", "fair"), ("5", ""), ("x", ""), ("", ""), ("44", "")]
)
def test_the_page_after_a_password_was_taken_says_how_strong_it_is(client, told, words):
    page = client.get("/password/done/", {"strength": told}).content.decode()
    assert ("This password is " in page) is bool(words)
    assert words in page


@pytest.mark.django_db
def test_a_page_that_asks_a_new_password_offers_guidance_and_how_long_it_must_be(client):
    page = client.get("/join/").content.decode()
    assert 'minlength="15"' in page
    assert "unusual words" in page
