"""Mail that comes in: once, joined only by token and authenticated sender, else set apart with its cause."""

import pytest
from django.core import mail

from tests.unit.support.test_gate import answer, ask
from troth.kernel.operator import read_operator
from troth.support.mailin import filing
from troth.support.mailin.authenticity import parse_field, vouches_for
from troth.support.mailin.html_words import html_to_text
from troth.support.mailin.reading import Unreadable, read_mail
from troth.support.mailin.storing import store_mail, take_mail
from troth.support.models import Case, InboundMail, Message, Outbound
from troth.support.tokens import write_address
from troth.support.words import Cause, MailState

OURS = "mail.example.net"


def write_mail(*, sender="ada@example.org", to="support@example.org", body="Good day.", vouched=None, extra=""):
    name = read_operator().mail.authserv_id
    domain = sender.rpartition("@")[2]
    results = f"Authentication-Results: {name}; dmarc=pass header.from={domain}\r\n" if vouched is None else vouched
    return (f"{results}{extra}From: A <{sender}>\r\nTo: {to}\r\nSubject: Hello\r\n\r\n{body}\r\n").encode()


def take(raw, key="1:1"):
    mail_id = store_mail(raw, source="imap:test/INBOX", key=key)
    if mail_id is not None:
        filing.file_mail(mail_id)
    return mail_id


def only_cause():
    return InboundMail.objects.get(state=MailState.QUARANTINED).cause


def test_a_mail_of_a_client_becomes_its_case_and_is_taken_once(ada):
    assert take(write_mail()) is not None
    assert take(write_mail()) is None
    case = Case.objects.get()
    assert case.subject_id == ada.id
    assert InboundMail.objects.get().subject_id == ada.id
    assert not filing.file_mail(InboundMail.objects.get().id)
    assert Message.objects.count() == 1


def test_the_same_words_a_year_later_are_another_mail(ada):
    assert take(write_mail(), key="1:1")
    assert take(write_mail(), key="1:2")
    assert Case.objects.count() == 2


def test_the_same_bytes_handed_in_twice_are_one_mail(house):
    assert take_mail(write_mail()) is not None
    assert take_mail(write_mail()) is None


def test_a_crash_after_storing_loses_nothing(ada):
    store_mail(write_mail(), source="imap:test/INBOX", key="1:1")
    assert Case.objects.count() == 0
    assert [filing.file_mail(each) for each in filing.find_stored()] == [True]
    assert Case.objects.count() == 1


@pytest.mark.parametrize("step", ["_rest_with", "acknowledge"])
def test_a_crash_while_filing_leaves_the_mail_stored_and_is_made_good(ada, monkeypatch, step):
    mail_id = store_mail(write_mail(), source="imap:test/INBOX", key="1:1")

    def crash(*_args, **_kwargs):
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(filing, step, crash)
        with pytest.raises(MemoryError):
            filing.file_mail(mail_id)
    assert Case.objects.count() == 0
    assert filing.file_mail(mail_id)
    assert (Case.objects.count(), Message.objects.count(), Outbound.objects.count()) == (1, 1, 1)


def test_an_answer_with_token_from_the_client_joins_the_thread(ada, heron):
    case = ask(ada)
    answer(heron, case)
    take(write_mail(to=write_address(case), body="Thank you."))
    assert case.messages.count() == 3
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"sender": "eve@example.com"}, Cause.OTHER_SENDER),
        ({"vouched": ""}, Cause.UNAUTHENTICATED),
        (
            {"vouched": "Authentication-Results: mx.example.com; dmarc=pass header.from=example.org\r\n"},
            Cause.UNAUTHENTICATED,
        ),
        ({"extra": "Auto-Submitted: auto-replied\r\n"}, Cause.AUTOMATIC),
        ({"extra": "List-Id: <list.example.org>\r\n"}, Cause.AUTOMATIC),
        ({"extra": "Return-Path: <>\r\n"}, Cause.AUTOMATIC),
        ({"extra": "Precedence: bulk\r\n"}, Cause.AUTOMATIC),
        ({"sender": "mailer-daemon@example.org"}, Cause.BOUNCE),
    ],
)
def test_whatever_lacks_one_of_both_is_set_apart_and_not_answered(ada, heron, change, cause):
    case = ask(ada)
    answer(heron, case)
    before, sent = case.messages.count(), Outbound.objects.count()
    take(write_mail(to=write_address(case), **change))
    assert only_cause() == cause
    assert case.messages.count() == before
    assert Outbound.objects.count() == sent
    assert mail.outbox == [] or all(message.to != ["eve@example.com"] for message in mail.outbox)


def test_a_token_of_another_case_or_of_nobody_is_forged(ada):
    case = ask(ada)
    take(write_mail(to=write_address(case).replace(".", ".0", 1)[:60].replace("@", "0@", 1)))
    local, _at, domain = write_address(case).rpartition("@")
    take(write_mail(to=f"{local[:-1]}{'0' if local[-1] != '0' else '1'}@{domain}"), key="1:2")
    assert Cause.FORGED_TOKEN in set(InboundMail.objects.values_list("cause", flat=True))
    assert case.messages.count() == 1


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("mail.example.net; dmarc=pass header.from=example.org", OURS),
        ("mail.example.net 1; spf=pass (a (nested) comment) smtp.mailfrom=x@y.example", OURS),
        ("mail.example.net; none", OURS),
        ("mail.example.net 2; none", ""),
        ("mail.example.net; dmarc", ""),
        ("mail.example.net; dmarc=pass (open", ""),
        ('mail.example.net; dmarc=pass header.from="a\\"b"', OURS),
        ("", ""),
    ],
)
def test_the_grammar_of_results(field, name):
    assert parse_field(field)[0] == name


@pytest.mark.parametrize(
    ("fields", "vouched"),
    [
        (["mail.example.net; dmarc=pass header.from=example.org"], True),
        (["mail.example.net; dmarc=fail header.from=example.org"], False),
        (["mail.example.net; dmarc=pass header.from=example.com"], False),
        (["mx.example.com; spf=pass", "mail.example.net; dmarc=pass header.from=example.org"], False),
        (["mail.example.net; dkim=pass header.d=example.org"], True),
        (["mail.example.net; dmarc=fail header.from=example.org; dkim=pass header.d=example.org"], False),
        (["mail.example.net; dmarc=pass header.from=example.org; dmarc=fail header.from=example.org"], False),
        ([], False),
    ],
)
def test_only_our_own_server_vouches(fields, vouched):
    assert vouches_for(fields, domain="example.org", authserv_id=OURS) is vouched


def test_html_gives_words_and_nothing_that_runs_or_is_fetched():
    text = html_to_text('<p>Hello</p><script>x()</script><img src="https://a.example/t.gif"><style>p{}</style>World')
    assert text.split() == ["Hello", "World"]


def test_what_nests_beyond_measure_is_set_apart():
    with pytest.raises(Unreadable):
        read_mail(
            b"From: a@example.org\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x boundary\r\n" * 300
        )
