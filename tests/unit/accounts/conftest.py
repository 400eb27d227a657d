"""What the tests of accounts share: a first epoch, quick answers, networks forgotten, and a real mail server."""

import asyncio
import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as django_settings

# The house is imported inside the fixtures: this file may be read before its models are there.


@pytest.fixture(autouse=True)
def quick_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for even steps, and know no network yet."""
    from troth.accounts import evenness, sign_in
    from troth.accounts.limits import networks

    monkeypatch.setattr(evenness, "STEP", 0.001)
    sign_in._make_stand_in.cache_clear()
    networks.forget()


@pytest.fixture
def house(db: None) -> Iterator[None]:
    """A database with its first epoch."""
    from troth.vault.keyring import ensure_epoch

    ensure_epoch()
    yield
    for path in django_settings.ENVIRONMENT.secrets.glob("kek.*"):
        path.unlink()


@pytest.fixture
def transactional_house(transactional_db: None) -> Iterator[None]:
    """The same, where commits are real."""
    from troth.vault.keyring import ensure_epoch

    ensure_epoch()
    yield
    for path in django_settings.ENVIRONMENT.secrets.glob("kek.*"):
        path.unlink()


@pytest.fixture
def account(house: None) -> Any:
    from tests.factories.accounts import make_account

    return make_account()


class Mailbox:
    """Takes mail by SMTP and keeps it; refuses it while ``refusing``."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refusing = False
        self.on_arrival: Any = None

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        if self.on_arrival is not None:
            await asyncio.to_thread(self.on_arrival)
        if self.refusing:
            return "451 later"
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"

    def deliver_all(self) -> None:
        """Run the tasks of all mails that are due."""
        from troth.accounts import mails
        from troth.accounts.tasks import deliver_message

        for message_id in mails.find_due():
            deliver_message.call(message_id=str(message_id))

    def text_of(self, mail: EmailMessage) -> str:
        return mail.get_body(preferencelist=("plain",)).get_content()

    def link_in(self, mail: EmailMessage, start: str) -> str:
        """Return the path of the link that begins with ``start``."""
        site = django_settings.ENVIRONMENT.site
        words = self.text_of(mail).split()
        return next(word for word in words if word.startswith(site + start)).removeprefix(site)


@pytest.fixture
def mailbox(settings: Any, furnished: None) -> Iterator[Mailbox]:
    box = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": port},
        }
    }
    yield box
    controller.stop()
