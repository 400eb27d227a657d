"""What the tests of the help desk share: a house with keys, clients, a trained member of staff."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings

from troth.kernel import clock
from troth.kernel.acting import acting, client, system
from troth.kernel.purposes import Purpose


@pytest.fixture
def house(transactional_db: None) -> Iterator[None]:
    """A database with its first epoch; real transactions, as looks by staff are committed by themselves."""
    from troth.vault.keyring import ensure_epoch

    ensure_epoch()
    yield
    for path in django_settings.ENVIRONMENT.secrets.glob("kek.*"):
        path.unlink()


@pytest.fixture(autouse=True)
def open_features(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Watch the promises as kept; a test that wants a feature closed says so by its reason."""
    from troth.kernel import ports

    class Watch:
        closed: dict[Any, str] = {}

        def reason_closed(self, feature: Any) -> str:
            return self.closed.get(feature, "")

    watch = Watch()
    watch.closed = {}
    monkeypatch.setitem(ports.interlocks._items, "assessment", watch)
    return watch


@pytest.fixture
def ada(house: None) -> Any:
    """A client who gave some details."""
    from tests.factories.accounts import make_account
    from troth.accounts.api import Profile

    account = make_account()
    with acting(actor=client(account.id), purpose=Purpose.ACCOUNT):
        profile = Profile.of(account.id)
        profile.telephone = "+44 20 7946 0018"
        profile.collects = "Ship models <b>& maps</b>"
        profile.save()
    return account


@pytest.fixture
def bob(house: None) -> Any:
    """Another client."""
    from tests.factories.accounts import make_account

    return make_account(name="Bob Sample", email="bob@example.org", user_name="bob")


@pytest.fixture
def heron(house: None) -> Any:
    """A trained member of customer service, with an account of its own."""
    from tests.factories.accounts import make_account
    from troth.staff.api import Role, invite_member
    from troth.staff.job import JOB

    account = make_account(name="Eve Worker", email="eve@example.com", user_name="eve")
    with acting(actor=system(JOB), purpose=Purpose.SECURITY):
        return invite_member(
            subject_id=account.id, role=Role.SERVICE, certificate_until=clock.now() + timedelta(days=90)
        )


@pytest.fixture
def as_ada(client: Any, ada: Any) -> Any:
    """A browser in which Ada is signed in, and showed so just now."""
    from tests.factories.visitors import sign_in_directly

    sign_in_directly(client, ada.id, fresh=True)
    return client


@pytest.fixture
def as_heron(ada: Any, heron: Any) -> Any:
    """A browser in which the member of staff is signed in with a second factor."""
    from tests.factories.visitors import sign_in_directly
    from troth.kernel.crawl import SiteBrowser

    browser = SiteBrowser()
    browser.raise_request_exception = True
    browser.handler.enforce_csrf_checks = False
    sign_in_directly(browser, heron.subject_id, methods=("password", "code"))
    return browser
