"""A card number that somebody writes to us is struck out before it is sealed, however it came; and it is told."""

import base64

import pytest
from django.test import Client

from tests.unit.support.test_intake import take, write_mail
from troth.kernel.acting import acting, client
from troth.kernel.card_numbers import find_card_numbers, strike_card_numbers, was_struck
from troth.kernel.purposes import Purpose
from troth.support.gate import CARD_STRUCK
from troth.support.mailin.reading import read_mail
from troth.support.models import Decision, InboundMail, Message
from troth.support.models.struck import strike_mail

pytestmark = pytest.mark.django_db(transaction=True)

CARD = "4242 4242 4242 4242"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("My card is 4242424242424242.", "My card is **** **** **** 4242."),
        ("4242-4242-4242-4242 12/29 CVC: 123", "**** **** **** 4242 12/29 CVC: ***"),
        ("3782 822463 10005", "**** **** **** 0005"),
        ("4242 4242 4242 4241 is none", "4242 4242 4242 4241 is none"),
        ("Order 12, CVC 123", "Order 12, CVC 123"),
        ("Call +1 212 555 0134", "Call +1 212 555 0134"),
    ],
)
def test_a_number_is_struck_out_once_and_nothing_else(written, kept):
    struck = strike_card_numbers(written)
    assert struck == kept
    assert strike_card_numbers(struck) == struck
    assert was_struck(struck) == (written != kept)


@pytest.mark.parametrize("coding", ["7bit", "base64", "quoted-printable"])
def test_a_mail_loses_the_number_however_it_is_coded_and_nothing_else(coding):
    text = f"Grüße, {CARD}, and more.".encode()
    body = {
        "7bit": text,
        "base64": base64.encodebytes(text),
        "quoted-printable": text.replace(b"\xc3\xbc", b"=C3=BC")
        .replace(b"\xc3\x9f", b"=C3=9F")
        .replace(b" 4", b"=204"),
    }[coding]
    head = f"Subject: Hello\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {coding}\r\n\r\n"
    struck = strike_mail(head.encode() + body)
    assert "**** **** **** 4242, and more." in read_mail(b"From: a@example.org\r\n" + struck).text
    assert not list(find_card_numbers(struck.decode()))


def test_a_mail_without_a_number_is_kept_byte_for_byte():
    raw = b"Subject: =?utf-8?q?a?=\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\nSGVsbG8=\n\x00\xff"
    assert strike_mail(raw) == raw


def test_a_mail_with_a_card_number_leaves_none_behind_and_its_sender_is_told(ada):
    take(write_mail(body=f"Please charge {CARD}, CVC 123."))
    with acting(actor=client(ada.id), purpose=Purpose.SUPPORT):
        body = Message.objects.get().open("body").body
        raw = InboundMail.objects.get().open("raw").raw["content"]
    assert body.strip() == "Please charge **** **** **** 4242, CVC ***."
    assert b"4242 4242 4242" not in raw
    assert Decision.objects.get(about=CARD_STRUCK).subject_id == ada.id


def test_a_mail_without_one_is_told_nothing_about_cards(ada):
    take(write_mail(body="Please charge my account."))
    assert not Decision.objects.filter(about=CARD_STRUCK).exists()


def test_a_mail_for_which_nobody_vouches_is_set_apart_without_the_number_and_without_an_answer(house):
    take(write_mail(body=f"Charge {CARD}", vouched=""))
    mail = InboundMail.objects.get()
    with acting(actor=client(mail.subject_id), purpose=Purpose.SUPPORT):
        assert b"4242 4242" not in mail.open("raw").raw["content"]
    assert not Decision.objects.exists()


def test_the_page_of_a_case_says_what_was_struck_out(ada, as_ada):
    sent = {"topic": "question", "title": "My card", "body": f"It is {CARD}."}
    shown = as_ada.get(as_ada.post("/ask/", sent)["Location"]).content.decode()
    assert "**** **** **** 4242" in shown
    assert "We struck it out" in shown


def test_a_visitor_reads_on_the_page_that_a_number_was_struck_out(house):
    sent = {"topic": "question", "title": f"Card {CARD}", "body": "Please charge it.", "sender_email": "v@example.org"}
    said = Client().post("/ask/", sent, secure=True).content.decode()
    assert "We struck it out" in said
