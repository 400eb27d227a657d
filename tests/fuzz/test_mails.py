"""Whatever comes as a mail: its bytes are kept, it ends in a case or apart with a cause, and no page falls over it."""

import re
import time
from collections import Counter

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz.broken import HEARD, Broken, list_broken_mails
from tests.unit.support.conftest import ada, as_heron, heron, house, open_features  # noqa: F401  fixtures
from troth.accounts import api as accounts
from troth.kernel.acting import acting, staff_member, system
from troth.kernel.operator import read_operator
from troth.kernel.purposes import Purpose
from troth.support import jobs
from troth.support.actions.handling import take_case
from troth.support.mailin import filing
from troth.support.mailin.html_words import html_to_text
from troth.support.mailin.reading import LONGEST_SUBJECT, LONGEST_TEXT, Unreadable, read_mail
from troth.support.mailin.storing import store_mail
from troth.support.models import Attachment, Case, InboundMail, Message
from troth.support.words import Cause, MailState

pytestmark = pytest.mark.slow
LONGEST = 4.0
"""Seconds for one mail on a busy machine; all of them take far less on an idle one."""
CORPUS = list_broken_mails()
QUICK = settings(
    max_examples=150,
    deadline=None,
    database=None,
    print_blob=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def vouch(raw: bytes) -> bytes:
    """Put the line of our own mail server on top, which vouches for example.org."""
    name = read_operator().mail.authserv_id
    return f"Authentication-Results: {name}; dmarc=pass header.from=example.org\r\n".encode() + raw


def take(number: int, raw: bytes) -> InboundMail:
    key = f"1:{number}"
    mail_id = store_mail(raw, source="imap:test/INBOX", key=key)
    assert mail_id is not None
    began = time.monotonic()
    filing.file_again(mail_id)
    took = time.monotonic() - began
    assert took < LONGEST, f"{took:.1f} s"
    return InboundMail.objects.get(key=key)


def open_all(row, name):
    with acting(actor=system(jobs.INTAKE), purpose=Purpose.SUPPORT):
        return row.open(name)[name]


def test_the_corpus_names_each_mail_once():
    assert len(CORPUS) > 150
    assert [name for name, count in Counter(each.name for each in CORPUS).items() if count > 1] == []


@pytest.mark.django_db(transaction=True)
def test_every_broken_mail_is_kept_whole_and_filed_or_set_apart(as_heron, heron, subtests, monkeypatch):  # noqa: F811
    monkeypatch.setattr(accounts, "has_second_factor", lambda _subject: True)
    for number, broken in enumerate(CORPUS):
        with subtests.test(broken.name):
            raw = broken.raw if not broken.raw.strip(b"\r\n\0") else vouch(broken.raw)
            mail = take(number, raw)
            assert open_all(mail, "raw")["content"] == raw
            check_outcome(mail, broken)
            if mail.state == MailState.FILED:
                check_pages(as_heron, heron, Case.objects.get(pk=mail.case_id))


def check_outcome(mail: InboundMail, broken: Broken) -> None:
    assert mail.cause != Cause.FAILED
    if mail.state == MailState.QUARANTINED:
        assert mail.cause in broken.causes, mail.cause
        return
    assert mail.state == MailState.FILED, "It still stands unfiled: our program fell on it."
    message = Message.objects.get(pk=mail.message_id)
    said = open_all(message, "body")
    assert len(said) <= LONGEST_TEXT + 100
    assert (HEARD in said) or not broken.heard, said[:200]
    assert all(sign in "\n\t" or sign >= " " for sign in said)
    title = open_all(Case.objects.get(pk=mail.case_id), "title")
    assert title and title.isprintable() and len(title) <= LONGEST_SUBJECT
    if broken.files is not None:
        assert Attachment.objects.filter(message=message).count() == broken.files


def check_pages(browser, member, case) -> None:
    with acting(actor=staff_member(member.id), purpose=Purpose.SUPPORT, case=case.as_case):
        take_case(case)
    page = browser.get(reverse("support:case", kwargs={"case_id": case.id}))
    assert page.status_code == 200
    assert not re.search(r"(?:src|href|action|url)[ =(\"']+(?:https?:)?//x\.example", page.content.decode())
    for file in Attachment.objects.filter(message__case=case):
        answer = browser.get(reverse("support:file", kwargs={"case_id": case.id, "file_id": file.id}))
        assert answer.status_code == 200
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Type"].split(";")[0] not in {"text/html", "image/svg+xml", "application/xhtml+xml"}


# -- What nobody thought of -------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        b"From: a@example.org", b"From:", b"Subject: ", b"=?utf-8?q?", b"?=", b"=?iso-2022-jp?b?", b"\r\n", b"\r\n\r\n",
        b"\n", b"\r", b" ", b"\t", b"\0", b"Content-Type: multipart/mixed; boundary=b", b"Content-Type: message/rfc822",
        b"Content-Type: text/html; charset=", b"Content-Type: text/plain; charset=utf-7", b"--b", b"--b--", b";", b'"',
        b"Content-Disposition: attachment; filename*0*=", b"utf-8''%41", b"Content-Transfer-Encoding: base64",
        b"Content-Transfer-Encoding: quoted-printable", b"=3D", b"QUFB", b"<p>", b"<!--", b"&#x0;", b"\xff\xfe",
        "ü".encode(), b"(", b")", b"<", b">", b"@", b",", b":", b"To: ", b"Date: ", b"Message-ID: <", b"PK\x03\x04",
    ]
)  # fmt: skip
MAILS = st.one_of(
    st.binary(max_size=2000),
    st.lists(st.one_of(PIECES, st.binary(max_size=8)), max_size=120).map(b"".join),
    st.builds(
        lambda each, at, piece: each.raw[:5000][: at % 5000] + piece + each.raw[:5000][at % 5000 :],
        st.sampled_from(CORPUS),
        st.integers(0, 5000),
        st.binary(max_size=30),
    ),
    st.builds(lambda each, start, end: each.raw[:8000][start:end], st.sampled_from(CORPUS), st.integers(0, 400),
              st.integers(0, 8000)),
)  # fmt: skip


@QUICK
@given(raw=MAILS)
def test_reading_says_what_a_mail_says_or_why_it_cannot_be_read(raw):
    try:
        read = read_mail(raw)
    except Unreadable as error:
        assert error.cause in {Cause.BROKEN, Cause.TOO_COMPLEX}
        return
    assert len(read.text) <= LONGEST_TEXT
    assert read.subject.isprintable() or not read.subject
    for text in (read.sender, read.sender_name, read.subject, read.text, *read.recipients):
        text.encode("utf-8")
    assert "\n" not in read.sender + read.sender_name + read.subject
    assert all(file.content and "/" not in file.name for file in read.files)


@settings(QUICK, max_examples=40)
@given(raws=st.lists(MAILS, min_size=1, max_size=4))
def test_filing_never_falls(raws, _mail_house):
    for raw in raws:
        number = InboundMail.objects.count() + 1
        mail = take(number, vouch(raw))
        assert mail.state in {MailState.FILED, MailState.QUARANTINED}
        assert mail.cause != Cause.FAILED


@pytest.fixture
def _mail_house(house):  # noqa: F811
    return house


@QUICK
@given(
    source=st.one_of(
        st.text(max_size=300), st.lists(PIECES, max_size=60).map(lambda each: b"".join(each).decode("latin-1"))
    )
)
def test_no_html_survives(source):
    text = html_to_text(source)
    assert isinstance(text, str)
