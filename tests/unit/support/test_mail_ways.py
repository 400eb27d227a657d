"""The other ways in: a signed post, a mail server's pipe, LMTP on a port of this machine; each mail once."""

import base64
import hmac
import io
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import OperationalError

from tests.unit.support.test_intake import write_mail
from troth.kernel import clock
from troth.kernel.errors import NotConfigured
from troth.kernel.signed_posts import is_genuine, read_secret
from troth.processors.network import may_connect
from troth.support.mailin import fetching, filing, listening
from troth.support.management.commands import take_mail as command
from troth.support.models import InboundMail
from troth.support.words import Cause, MailState

KEY = bytes(range(32))
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"


def sign(body, *, key=KEY, at=None, post_id="msg_1"):
    stamp = str(int(at if at is not None else clock.now().timestamp()))
    digest = hmac.digest(key, b".".join((post_id.encode(), stamp.encode(), body)), "sha256")
    signature = f"v1,{base64.b64encode(digest).decode()}"
    return {"webhook-id": post_id, "webhook-timestamp": stamp, "webhook-signature": signature}


@pytest.fixture
def with_secret(settings):
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_webhook_secret=SECRET)


def post(client, body, headers):
    given = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    return client.post("/hooks/mail/", body, content_type="message/rfc822", **given)


def test_a_signed_post_is_taken_and_the_same_a_second_time_is_the_same_mail(house, client, with_secret):
    raw = write_mail()
    assert post(client, raw, sign(raw)).status_code == 204
    assert post(client, raw, sign(raw, post_id="msg_2")).status_code == 204
    assert InboundMail.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-signature": ""},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "v2,AAAA ! v1"},
        {"webhook-timestamp": "1"},
        {"webhook-timestamp": "-1"},
        {"webhook-id": "msg_other"},
    ],
)
def test_a_post_that_is_not_signed_just_so_is_refused(house, client, with_secret, change):
    raw = write_mail()
    assert post(client, raw, sign(raw) | change).status_code == 400
    assert not InboundMail.objects.exists()


def test_a_post_signed_for_other_bytes_by_another_key_or_long_ago_is_refused(house, client, with_secret):
    raw = write_mail()
    for headers in (sign(raw + b"x"), sign(raw, key=KEY[::-1]), sign(raw, at=clock.now().timestamp() - 400)):
        assert post(client, raw, headers).status_code == 400


def test_a_site_without_a_secret_has_no_such_address(house, client):
    raw = write_mail()
    assert client.post("/hooks/mail/", raw, content_type="message/rfc822").status_code == 404
    assert not is_genuine(raw, sign(raw), secret="")
    assert read_secret("whsec_c2hvcnQ=") is None


def test_while_a_secret_is_changed_either_signature_is_enough():
    headers = sign(b"x")
    headers["webhook-signature"] = "v1,AAAA " + headers["webhook-signature"]
    assert is_genuine(b"x", headers, secret=SECRET)


def test_the_pipe_stores_the_mail_and_asks_to_come_again_where_it_cannot(house, monkeypatch):
    def pipe(raw):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
        call_command("take_mail")

    pipe(write_mail())
    assert InboundMail.objects.count() == 1

    def fail(_raw):
        raise OperationalError("the text of it")

    monkeypatch.setattr(command, "take_mail", fail)
    with pytest.raises(SystemExit) as end:
        pipe(write_mail(body="Another."))
    assert end.value.code == 75


@pytest.mark.parametrize(
    ("url", "port"), [("lmtp://127.0.0.1:2424", 2424), ("smtp://localhost:2525", 2525), ("imaps://a:b@c.example", None)]
)
def test_where_to_listen(url, port):
    door = listening.read_door(url)
    assert (door.port if door else None) == port


@pytest.mark.parametrize("url", ["lmtp://192.0.2.1:24", "lmtp://127.0.0.1", "lmtp://127.0.0.1:99999", "lmtp:24"])
def test_nowhere_but_on_this_machine(url):
    with pytest.raises(NotConfigured):
        listening.read_door(url)


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("support@collectorsystems.com", True),
        ("Support+K7R3-92QD.0123456789abcdef0123@CollectorSystems.com", True),
        ("somebody@collectorsystems.com", False),
        ("support@example.org", False),
        ("", False),
    ],
)
def test_mails_to_the_help_desk_are_taken_and_no_others(address, ours):
    assert listening.is_ours(address) is ours


def test_no_envelope_writes_a_line_of_its_own():
    trace = listening.write_trace("a@example.org>\r\nAuthentication-Results: x", ["b@example.org\r\nX: y"])
    assert trace.count(b"\r\n") == 2


def test_the_fence_lets_the_mailbox_through_and_nobody_beside_it(settings):
    url = "imaps://help:secret@imap.example.org/INBOX"
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_in_url=url)
    assert may_connect(("imap.example.org", 993))
    assert not may_connect(("imap.example.org", 25))
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_in_url="imaps://broken")
    assert not may_connect(("broken", 993))
    assert fetching.list_hosts() == []


def test_a_mail_on_which_our_program_falls_is_set_apart_in_the_end_and_never_lost(ada, monkeypatch):
    from troth.support.mailin.storing import store_mail

    poison = store_mail(write_mail(body="poison"), source="imap:test/INBOX", key="1:1")
    good = store_mail(write_mail(body="good"), source="imap:test/INBOX", key="1:2")
    say = filing._say

    def fall(read):
        if "poison" in read.text:
            raise ValueError
        return say(read)

    monkeypatch.setattr(filing, "_say", fall)
    assert [filing.file_again(each) for each in (poison, good)] == [False, True]
    for _time in range(filing.MOST_TRIES):
        assert not filing.file_again(poison)
    mail = InboundMail.objects.get(pk=poison)
    assert (mail.state, mail.cause) == (MailState.QUARANTINED, Cause.FAILED)


def test_a_database_that_is_gone_counts_for_nothing(ada, monkeypatch):
    from troth.support.mailin.storing import store_mail

    mail_id = store_mail(write_mail(), source="imap:test/INBOX", key="1:1")

    def be_gone(_mail_id):
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(filing, "file_mail", be_gone)
        for _time in range(2 * filing.MOST_TRIES):
            assert not filing.file_again(mail_id)
    assert filing.file_again(mail_id)
