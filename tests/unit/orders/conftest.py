"""What the tests of orders share: a database with its first epoch, and promises that are watched as kept."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings


@pytest.fixture
def house(transactional_db: None) -> Iterator[None]:
    """Make a database with its first epoch; real transactions, as looks by others are committed by themselves."""
    from troth.vault.keyring import ensure_epoch

    ensure_epoch()
    yield
    for path in django_settings.ENVIRONMENT.secrets.glob("kek.*"):
        path.unlink()


@pytest.fixture(autouse=True)
def open_features(monkeypatch: pytest.MonkeyPatch) -> None:
    """Watch the promises as kept."""
    from troth.kernel import ports

    class Watch:
        def reason_closed(self, feature: Any) -> str:
            return ""

    monkeypatch.setitem(ports.interlocks._items, "assessment", Watch())


@pytest.fixture
def make_member(house: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a maker of trained members of staff, each with a browser that is signed in with a second factor."""
    from troth.accounts import api as accounts_api

    monkeypatch.setattr(accounts_api, "has_second_factor", lambda _subject: True)
    return _make_member


def _make_member(role: str) -> tuple[Any, Any]:
    from datetime import timedelta

    from tests.factories.accounts import make_account
    from tests.factories.visitors import sign_in_directly
    from troth.kernel import clock
    from troth.kernel.acting import acting, system
    from troth.kernel.crawl import SiteBrowser
    from troth.kernel.purposes import Purpose
    from troth.staff.api import Role, invite_member
    from troth.staff.job import JOB

    account = make_account(name="Pat Worker", email=f"{role}@example.com", user_name=f"pat-{role}")
    with acting(actor=system(JOB), purpose=Purpose.SECURITY):
        member = invite_member(
            subject_id=account.id, role=Role(role), certificate_until=clock.now() + timedelta(days=90)
        )
    browser = SiteBrowser()
    browser.handler.enforce_csrf_checks = False
    browser.raise_request_exception = True
    sign_in_directly(browser, account.id, methods=("password", "code"))
    return member, browser


@pytest.fixture
def told() -> Iterator[list[Any]]:
    """Note whom the room tells what, beside its own tellers."""
    from troth.orders.telling import tellers

    heard: list[Any] = []

    class Listener:
        def tell(self, subject_id: Any, news: Any, *, order: Any, facts: Any) -> None:
            heard.append((news, order.number, dict(facts)))

    tellers.register("test", Listener())
    yield heard
    tellers.withdraw("test")
