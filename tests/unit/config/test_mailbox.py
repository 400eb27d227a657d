import stat
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from troth.config import mailbox as module
from troth.config.mailbox import Mailbox, open_mailbox


def _write(subject: str = "Welcome") -> bytes:
    message = EmailMessage()
    message["Subject"], message["To"], message["Date"] = subject, "ada@example.org", "Sun, 22 Nov 2026 10:00:00 +0000"
    message.set_content("Confirm: https://troth.localhost:8443/confirm/x/\n<b>not bold</b>")
    message.add_alternative("<p>Confirm <a href='https://troth.localhost:8443/confirm/x/'>here</a></p>", subtype="html")
    return message.as_bytes()


def test_mail_is_kept_whole_for_its_owner_alone(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path / "mailbox")
    mail = mailbox.read(mailbox.keep(_write("Grüße")))
    assert mail is not None
    assert (mail.header("Subject"), mail.header("To")) == ("Grüße", "ada@example.org")
    assert "Confirm:" in mail.part("plain")
    assert "<p>Confirm" in mail.part("html")
    assert [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "mailbox").iterdir()] == [0o600]


def test_newest_mail_comes_first_and_the_oldest_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 3)
    mailbox = Mailbox(tmp_path)
    for number in range(5):
        mailbox.keep(_write(f"Mail {number}"))
    assert [mail.header("Subject") for mail in mailbox.read_all()] == ["Mail 4", "Mail 3", "Mail 2"]


@pytest.mark.parametrize("key", ["../secrets/root", "", "x", "../../etc/passwd"])
def test_key_that_is_no_key_finds_nothing(tmp_path: Path, key: str) -> None:
    assert Mailbox(tmp_path).read(key) is None


@pytest.fixture
def key(settings: object) -> str:
    return open_mailbox(settings.ENVIRONMENT).keep(_write())  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_pages_show_list_text_and_html(client: Client, key: str) -> None:
    listed = client.get("/mailbox/", secure=True, headers={"host": "localhost"})
    assert listed.status_code == 200
    assert f"/mailbox/{key}/" in listed.text
    shown = client.get(f"/mailbox/{key}/", secure=True, headers={"host": "localhost"}).text
    assert 'href="https://troth.localhost:8443/confirm/x/"' in shown
    assert "&lt;b&gt;not bold" in shown


@pytest.mark.django_db
def test_html_part_stands_in_a_sandbox_that_fetches_nothing(client: Client, key: str) -> None:
    answer = client.get(f"/mailbox/{key}/html/", secure=True, headers={"host": "localhost"})
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none';")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/mailbox/", "/mailbox/{key}/", "/mailbox/{key}/html/"])
def test_without_the_demo_there_is_no_mailbox(
    client: Client, key: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    monkeypatch.setattr(settings, "ENVIRONMENT", replace(settings.ENVIRONMENT, demo=False))
    assert client.get(path.format(key=key), secure=True, headers={"host": "localhost"}).status_code == 404
