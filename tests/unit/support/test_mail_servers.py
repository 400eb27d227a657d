"""The intake against real servers: Dovecot is fetched from, Postfix hands on; whatever breaks, each mail comes once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections

from tests.mail_servers import DOVECOT, IS_ROOT, POSTFIX, run_dovecot, run_postfix
from tests.running import find_port, wait_until
from tests.unit.support.test_intake import write_mail
from troth.kernel.operator import read_operator
from troth.support.mailin import fetching, filing, listening
from troth.support.models import Case, InboundMail
from troth.support.words import MailState

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
with_dovecot = pytest.mark.skipif(DOVECOT is None, reason="Dovecot is not installed")
with_postfix = pytest.mark.skipif(
    POSTFIX is None or not IS_ROOT, reason="Postfix is not installed, or this is not root"
)


@pytest.fixture
def store():
    with run_dovecot(find_port()) as running:
        yield running


@pytest.fixture
def mailbox(store):
    return fetching.read_mailbox(store.url)


@contextmanager
def listening_at(port: int) -> Iterator[None]:
    """Listen as ``troth serve`` does, in a thread of the test; the thread goes with the process."""
    ready = threading.Event()
    door = listening.read_door(f"lmtp://127.0.0.1:{port}")
    threading.Thread(target=lambda: listening.serve_door(door, ready=ready.set), daemon=True).start()
    assert ready.wait(10)
    yield
    connections.close_all()


def file_all():
    return sum(filing.file_again(each) for each in filing.find_stored())


@with_dovecot
def test_mails_are_fetched_once_and_laid_aside(ada, store, mailbox):
    for words in ("One.", "Two.", "Three."):
        store.put(write_mail(body=words))
    assert fetching.fetch(mailbox) == 3
    assert fetching.fetch(mailbox) == 0
    assert (store.count(), store.count("Archive")) == (0, 3)
    assert file_all() == 3
    assert Case.objects.filter(subject_id=ada.id).count() == 3


@with_dovecot
def test_a_crash_between_storing_and_laying_aside_repeats_the_laying_aside_alone(ada, store, mailbox, monkeypatch):
    store.put(write_mail())

    def crash(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(fetching, "_move", crash)
        with pytest.raises(KeyboardInterrupt):
            fetching.fetch(mailbox)
    assert (InboundMail.objects.count(), store.count()) == (1, 1)
    assert fetching.fetch(mailbox) == 0
    assert (InboundMail.objects.count(), store.count(), store.count("Archive")) == (1, 0, 1)


@with_dovecot
def test_a_server_that_numbers_anew_brings_no_mail_twice_and_hides_none(ada, store, mailbox, monkeypatch):
    store.put(write_mail(body="Known before."))
    with monkeypatch.context() as patch:
        patch.setattr(fetching, "_move", lambda *_args: None)
        assert fetching.fetch(mailbox) == 1
    file_all()
    store.number_anew()
    store.put(write_mail(body="New since."))
    assert fetching.fetch(mailbox) == 1
    file_all()
    assert Case.objects.count() == 2
    assert store.count() == 0
    keys = InboundMail.objects.values_list("key", flat=True)
    assert len({key.partition(":")[0] for key in keys}) == 2


@with_dovecot
def test_the_same_number_under_another_validity_is_another_mail(ada, store, mailbox):
    store.put(write_mail(body="First of the old."))
    assert fetching.fetch(mailbox) == 1
    InboundMail.objects.update(key="1:2")
    store.put(write_mail(body="Another mail with the number two."))
    assert fetching.fetch(mailbox) == 1
    assert InboundMail.objects.count() == 2


@with_dovecot
def test_a_mail_that_we_fall_on_holds_up_no_other_and_stays_on_the_server(ada, store, mailbox, monkeypatch):
    for words in ("good", "poison", "good too"):
        store.put(write_mail(body=words))
    keep = fetching.store_mail

    def fall_on_poison(raw, **more):
        if b"poison" in raw:
            raise ValueError
        return keep(raw, **more)

    with monkeypatch.context() as patch:
        patch.setattr(fetching, "store_mail", fall_on_poison)
        assert fetching.fetch(mailbox) == 2
    assert store.count() == 1
    assert fetching.fetch(mailbox) == 1


@with_dovecot
def test_a_mail_larger_than_we_take_is_set_apart_with_its_beginning(house, store, mailbox):
    store.put(write_mail(body="x" * 70 + "\r\n") + (b"y" * 998 + b"\r\n") * 7000)
    assert fetching.fetch(mailbox) == 1
    mail = InboundMail.objects.get()
    assert (mail.state, mail.cause) == (MailState.QUARANTINED, "too_large")


@with_dovecot
def test_a_wrong_password_is_an_error_without_the_password(house, store):
    mailbox = fetching.read_mailbox(store.url.replace("a%20password", "another"))
    with pytest.raises(OSError, match="refused") as error:
        fetching.fetch(mailbox)
    assert "another" not in f"{error.value} {mailbox!r}"


@with_postfix
def test_postfix_hands_on_by_lmtp_and_a_mail_is_kept_by_it_while_we_are_away(ada):
    port = find_port()
    address = read_operator().contacts.support_email
    with run_postfix(find_port(), hand_to=f"inet:127.0.0.1:{port}") as server:
        server.send(write_mail(to=address), to=address)
        wait_until(lambda: "deferred" in (server.folder / "log").read_text(), longest=20)
        assert InboundMail.objects.count() == 0
        with listening_at(port):
            server.flush()
            wait_until(lambda: InboundMail.objects.exists() and not server.count_waiting(), longest=20)
            server.send(write_mail(to=address), to="somebody.else@example.org")
            wait_until(lambda: "Nobody of this name" in (server.folder / "log").read_text(), longest=20)
    file_all()
    assert InboundMail.objects.filter(state=MailState.FILED).count() == 1
    assert Case.objects.get().subject_id == ada.id


@with_dovecot
@with_postfix
def test_a_mail_goes_all_the_way_from_postfix_to_dovecot_to_the_case(ada, store, mailbox):
    with run_postfix(find_port(), hand_to=f"unix:{store.lmtp}") as server:
        server.send(write_mail(), to=read_operator().contacts.support_email)
        wait_until(lambda: store.count() == 1, longest=20)
    assert fetching.fetch(mailbox) == 1
    file_all()
    assert Case.objects.get().subject_id == ada.id
