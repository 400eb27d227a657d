"""What a passkey's answer must be to count; each refusal beside the acceptance of the same set-up."""

import html
import re
from typing import Any

import pytest
from django.conf import settings

from tests.factories.accounts import make_account, sign_in
from tests.factories.authenticator import Authenticator, read_challenge
from troth.accounts import api
from troth.accounts.factors import passkeys
from troth.accounts.models import Factor, FactorKind
from troth.kernel.crawl import SiteBrowser

ADD = "/admin/factors/passkey/"
ALONE = "/sign-in/passkey/"
SECOND = "/sign-in/second-passkey/"


def make_browser(**headers: str) -> Any:
    browser = SiteBrowser(headers=headers)
    browser.handler.enforce_csrf_checks = False
    return browser


def read_options(browser: Any, path: str) -> str:
    page = browser.get(path).content.decode()
    return html.unescape(re.search(r'data-options="([^"]*)"', page)[1])


def is_signed_in(browser: Any) -> bool:
    return browser.get("/admin/factors/").status_code == 200


@pytest.fixture
def device() -> Authenticator:
    return Authenticator(origin=settings.ENVIRONMENT.site)


@pytest.fixture
def browser(account: Any) -> Any:
    """A browser in which the account is signed in; what it refuses is a page."""
    browser = make_browser()
    sign_in(browser)
    browser.raise_request_exception = False
    return browser


@pytest.fixture
def visitor(browser: Any, device: Authenticator) -> Any:
    """A browser in which nobody is signed in, of an account that has the device's passkey."""
    answer = browser.post(ADD, {"answer": device.make(read_options(browser, ADD)), "label": "key"})
    assert answer.status_code == 303
    visitor = make_browser()
    visitor.raise_request_exception = False
    return visitor


def test_a_passkey_is_added_once(browser: Any, account: Any, device: Authenticator) -> None:
    assert browser.post(ADD, {"answer": device.make(read_options(browser, ADD))}).status_code == 303
    assert api.has_second_factor(account.id)
    assert browser.post(ADD, {"answer": device.make(read_options(browser, ADD))}).status_code == 409
    assert Factor.objects.count() == 1


def test_one_passkey_is_not_for_two_accounts(visitor: Any, device: Authenticator) -> None:
    make_account(name="Bo", email="bo@example.org", user_name="bobo")
    sign_in(visitor, "bobo")
    assert visitor.post(ADD, {"answer": device.make(read_options(visitor, ADD))}).status_code == 409


@pytest.mark.parametrize("lie", [{"origin": "https://elsewhere.example.com"}, {"verifies": False}])
def test_a_passkey_made_elsewhere_or_without_knowing_its_person_is_refused(
    browser: Any, account: Any, lie: dict[str, Any]
) -> None:
    device = Authenticator(**{"origin": settings.ENVIRONMENT.site, **lie})
    assert browser.post(ADD, {"answer": device.make(read_options(browser, ADD))}).status_code == 422
    assert not api.has_second_factor(account.id)


def test_a_passkey_alone_signs_in_and_counts_as_second_factor(visitor: Any, device: Authenticator) -> None:
    assert visitor.post(ALONE, {"answer": device.use(read_options(visitor, ALONE))}).status_code == 303
    assert is_signed_in(visitor)
    assert visitor.session["methods"] == ["passkey"]
    assert Factor.objects.get().counter == 1


@pytest.mark.parametrize("lie", [{"origin": "https://elsewhere.example.com"}, {"verifies": False}])
def test_an_answer_from_elsewhere_or_without_its_person_is_refused(
    visitor: Any, device: Authenticator, lie: dict[str, Any]
) -> None:
    truth = {name: getattr(device, name) for name in lie}
    vars(device).update(lie)
    assert visitor.post(ALONE, {"answer": device.use(read_options(visitor, ALONE))}).status_code == 422
    assert not is_signed_in(visitor)
    vars(device).update(truth)
    assert visitor.post(ALONE, {"answer": device.use(read_options(visitor, ALONE))}).status_code == 303


def test_an_answer_counts_once(visitor: Any, device: Authenticator) -> None:
    answer = device.use(read_options(visitor, ALONE))
    assert visitor.post(ALONE, {"answer": answer}).status_code == 303
    visitor.post("/sign-out/")
    assert visitor.post(ALONE, {"answer": answer}).status_code == 422
    read_options(visitor, ALONE)
    assert visitor.post(ALONE, {"answer": answer}).status_code == 422
    assert not is_signed_in(visitor)


def test_a_copied_passkey_is_found_by_its_count(visitor: Any, device: Authenticator) -> None:
    assert visitor.post(ALONE, {"answer": device.use(read_options(visitor, ALONE))}).status_code == 303
    visitor.post("/sign-out/")
    device.count = 0
    assert visitor.post(ALONE, {"answer": device.use(read_options(visitor, ALONE))}).status_code == 422
    assert not is_signed_in(visitor)


def test_an_unknown_passkey_is_refused_like_a_wrong_one(visitor: Any) -> None:
    stranger = Authenticator(origin=settings.ENVIRONMENT.site)
    assert visitor.post(ALONE, {"answer": stranger.use(read_options(visitor, ALONE))}).status_code == 422


@pytest.mark.parametrize("answer", ["", "{", "[]", "{}", '{"rawId": 7}', '{"rawId": "!"}', "x" * 30_000])
def test_an_answer_that_is_none_is_refused_without_a_fault(visitor: Any, answer: str) -> None:
    read_options(visitor, ALONE)
    assert visitor.post(ALONE, {"answer": answer}).status_code == 422


def test_after_the_password_only_an_own_passkey_counts(visitor: Any, device: Authenticator) -> None:
    other = make_account(name="Bo", email="bo@example.org", user_name="bobo")
    owner, thief_device = make_browser(), Authenticator(origin=settings.ENVIRONMENT.site)
    sign_in(owner, "bobo")
    owner.post(ADD, {"answer": thief_device.make(read_options(owner, ADD))})
    assert api.has_second_factor(other.id)
    assert sign_in(visitor)["Location"] == "/sign-in/code/"
    assert visitor.post(SECOND, {"answer": thief_device.use(read_options(visitor, SECOND))}).status_code == 422
    assert not is_signed_in(visitor)
    assert visitor.post(SECOND, {"answer": device.use(read_options(visitor, SECOND))}).status_code == 303
    assert is_signed_in(visitor)


def test_a_passkey_shows_again_to_be_the_one(visitor: Any, device: Authenticator) -> None:
    visitor.post(ALONE, {"answer": device.use(read_options(visitor, ALONE))})
    path = "/confirm-it-is-you/passkey/?next=/admin/email/"
    assert visitor.post(path, {"answer": device.use(read_options(visitor, path))})["Location"] == "/admin/email/"


def test_the_way_by_passkey_leads_to_where_the_visitor_wanted_to_go(visitor: Any, device: Authenticator) -> None:
    page = visitor.get("/sign-in/?next=/admin/sessions/").content.decode()
    path = re.search(r'href="(/sign-in/passkey/[^"]*)"', page)[1]
    assert visitor.post(path, {"answer": device.use(read_options(visitor, path))})["Location"] == "/admin/sessions/"
    for elsewhere in ("https://example.com/", "//example.com/"):
        visitor.post("/sign-out/")
        path = f"{ALONE}?next={elsewhere}"
        assert visitor.post(path, {"answer": device.use(read_options(visitor, path))})["Location"] == "/admin/"


def test_the_page_does_not_say_whose_passkeys_there_are(visitor: Any) -> None:
    options = read_options(visitor, ALONE)
    assert len(read_challenge(options)) >= 32
    assert Factor.objects.filter(kind=FactorKind.PASSKEY).exists()
    assert '"allowCredentials": []' in options or "allowCredentials" not in options


@pytest.mark.parametrize(
    ("host", "bound"),
    [
        ("troth.localhost:8443", True),
        ("troth.localhost", True),
        ("localhost:8443", True),
        ("localhost:9443", False),
        ("localhost", False),
        ("127.0.0.1:8443", False),
    ],
)
def test_passkeys_are_bound_to_a_name_and_on_this_machine_to_the_sites_port(rf: Any, host: str, bound: bool) -> None:
    request = rf.get("/", headers={"host": host}, secure=True)
    assert bool(passkeys.find_host(request)) is bound


@pytest.mark.parametrize(("origin", "status"), [("https://localhost:8443", 303), ("https://localhost:9443", 422)])
def test_another_program_of_the_machine_cannot_hand_a_passkeys_answer_on(
    account: Any, origin: str, status: int
) -> None:
    """It asks us under our name and shows the question at its own port; the browser then says which port it saw."""
    browser = make_browser(host="localhost:8443")
    browser.raise_request_exception = False
    sign_in(browser)
    device = Authenticator(origin=origin)
    answer = browser.post(ADD, {"answer": device.make(read_options(browser, ADD)), "label": "key"})
    assert answer.status_code == status


def test_at_a_bare_address_the_page_says_where_to_go(account: Any) -> None:
    browser = SiteBrowser(headers={"host": "127.0.0.1:8443"})
    page = browser.get(ALONE).content.decode()
    assert "data-options" not in page
    assert "has no name" in page
