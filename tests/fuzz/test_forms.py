"""Hostile input into every form of the map of addresses: never a failure of ours, never a value in a log or an error.

The list of forms is computed from the map, so that a form added anywhere is sent nonsense by itself.
"""

import io
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.factories.accounts import make_account
from tests.factories.visitors import sign_in_directly
from troth.accounts.api import Account, AccountState, FactorKind, Profile, add_factor
from troth.accounts.limits import networks
from troth.config.logs import PlainFormatter
from troth.kernel import clock
from troth.kernel.acting import acting, client, staff_member, system
from troth.kernel.crawl import Route, SiteBrowser, list_routes
from troth.kernel.pages import PUBLIC
from troth.kernel.purposes import Purpose
from troth.ledger.api import entries_about

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

MARK = "zqxjkvwpfuzz"
"""Stands in what is sent, and must stand nowhere else."""

QUICK = settings(
    max_examples=12,
    deadline=None,
    database=None,
    print_blob=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
"""Enough for a run of all tests, and no long search for the smallest example: the first one says what is wrong."""

HOSTILE = (
    "",
    " ",
    "\x00",
    f"{MARK}\x00tail",
    f"{MARK}' OR 1=1 --",
    f'"><script>alert("{MARK}")</script>',
    f"{{{{ {MARK} }}}}{{% include '/etc/passwd' %}}",
    f"../../{MARK}",
    f"{MARK}@example.org\r\nBcc: all@example.org",
    f"\u202e{MARK}\u0000\ufeff",
    MARK * 20_000,
    "9" * 400,
    "-1",
    "1e309",
    "NaN",
    "2026-02-31",
    "0000-00-00",
    "on",
    "null",
    f'{{"id": "{MARK}", "rawId": "AAAA", "response": {{}}, "type": "public-key"}}',
    "[" * 5_000,
    str(uuid4()),
    "\U0001f3fa" * 300,
    "e\u0301" * 500,
)
ROUTES = [route for route in list_routes() if "POST" in route.methods]
PUBLISHED = re.compile(r"<h2>Published</h2>.*?</main>", re.DOTALL)
"""The list of what a form made public before: what was drawn stands there because everybody is to read it."""


def sent_values() -> st.SearchStrategy[str]:
    return st.one_of(st.sampled_from(HOSTILE), st.text(max_size=80), st.text(max_size=80).map(MARK.__add__))


def sent_bodies(names: list[str]) -> st.SearchStrategy[tuple[str, Any]]:
    """Return forms with these names, forms with a file in the place of a text, and what is no form at all."""
    name = st.one_of(st.sampled_from(names), st.text(min_size=1, max_size=20)) if names else st.text(max_size=20)
    values = st.lists(sent_values(), min_size=1, max_size=3)
    whole = st.fixed_dictionaries(dict.fromkeys(names, values)) if names else st.just({})
    return st.one_of(
        st.tuples(st.just("form"), whole),
        st.tuples(st.just("form"), st.dictionaries(name, values, max_size=6)),
        st.tuples(st.just("files"), st.dictionaries(name, st.binary(max_size=2_000), max_size=3)),
        st.tuples(st.just("application/json"), st.binary(max_size=500)),
        st.tuples(st.just("multipart/form-data"), st.binary(max_size=500)),
        st.tuples(st.just("application/x-www-form-urlencoded; charset=utf-7"), st.binary(max_size=500)),
        st.tuples(st.just("application/x-www-form-urlencoded"), st.binary(max_size=500)),
    )


class House:
    """A client, a member of staff with a request in hand, and the log."""

    def __init__(self, log: io.StringIO) -> None:
        self.log = log
        self.client = make_account()
        self.staff = make_account(name="Eve Worker", email="eve@example.com", user_name="eve")
        with acting(actor=client(self.staff.id), purpose=Purpose.SECURITY):
            self.factor = add_factor(subject_id=self.staff.id, kind=FactorKind.CODES, credential={"seed": "A" * 32})
        with acting(actor=client(self.client.id), purpose=Purpose.SECURITY):
            self.own_factor = add_factor(
                subject_id=self.client.id, kind=FactorKind.CODES, credential={"seed": "B" * 32}
            )
        self.member = self._employ()
        self.profile = Profile.objects.get(subject_id=self.client.id)

    def _employ(self) -> Any:
        from troth.staff.api import Role, invite_member

        with acting(actor=system("operator"), purpose=Purpose.UPKEEP):
            until = clock.now() + timedelta(days=90)
            return invite_member(subject_id=self.staff.id, role=Role.PRIVACY_OFFICER, certificate_until=until)

    def _give_role(self, permission: str) -> None:
        """Let the member of staff be one whose role opens the page."""
        from troth.staff.api import Role, may

        role = next(role for role in (Role.PRIVACY_OFFICER, *Role) if may(role, permission))
        type(self.member).objects.filter(pk=self.member.pk).update(role=role)

    def open_request(self) -> str:
        """Return the id of a request that the member of staff has taken."""
        from troth.rights.actions.requests import open_own_request, take_request
        from troth.rights.cases import case_of
        from troth.rights.kinds import Kind

        with acting(actor=client(self.client.id), purpose=Purpose.ACCOUNT):
            asked = open_own_request(subject_id=self.client.id, kind=Kind.CORRECT, text="Mend it.")
        with acting(actor=staff_member(self.member.id), purpose=Purpose.RIGHTS, case=case_of(asked)):
            take_request(asked, staff_id=self.member.id)
        return str(asked.id)

    def address_of(self, route: Route) -> str:
        """Return an address of the route that exists."""
        parts = {
            "request_id": self.open_request() if "request_id" in route.pattern else "",
            "row_id": str(self.profile.pk),
            "factor_id": str(self.own_factor.pk),
            "label": Profile._meta.label,
            "name": "name",
        }
        return "/" + re.sub(r"<\w+:(\w+)>", lambda match: parts.get(match[1], "x"), route.pattern)

    def browse(self, route: Route) -> SiteBrowser:
        """Return the browser of whoever the route is for, with the accounts as they were at first."""
        networks.forget()
        Account.objects.filter(id__in=(self.client.id, self.staff.id)).update(
            state=AccountState.ACTIVE, deletes_at=None
        )
        browser = SiteBrowser()
        browser.handler.enforce_csrf_checks = False
        if route.access != PUBLIC:
            of_staff = route.access.startswith("staff:")
            account = self.staff if of_staff else self.client
            if of_staff:
                self._give_role(route.access.removeprefix("staff:"))
            sign_in_directly(browser, account.id, fresh=True, methods=("password", "code"))
        return browser


@pytest.fixture
def house(quick_answers: None) -> Iterator[House]:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(PlainFormatter())
    logging.getLogger().addHandler(handler)
    yield House(written)
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def quick_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    from troth.accounts import evenness

    monkeypatch.setattr(evenness, "STEP", 0.001)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_hostile_input_is_refused_without_a_failure_and_stands_in_no_log_and_no_error(
    house: House, route: Route
) -> None:
    page = house.browse(route).get(house.address_of(route)) if "GET" in route.methods else None
    text = page.content.decode() if page is not None and page.status_code == 200 else ""
    names = sorted(set(re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', text)) - {"csrfmiddlewaretoken"})

    @QUICK
    @given(body=sent_bodies(names))
    def send(body: tuple[str, Any]) -> None:
        answer = post(house.browse(route), house.address_of(route), *body)
        assert answer.status_code < 500, answer.content[:2000]
        assert answer.status_code != 403, "The form was not reached."
        check_silence(answer)

    send()
    assert MARK not in house.log.getvalue()


def post(browser: SiteBrowser, path: str, kind: str, body: Any) -> Any:
    """Send what was drawn."""
    if kind == "form":
        encoded = urlencode(body, doseq=True, errors="replace")
        return browser.post(path, encoded, content_type="application/x-www-form-urlencoded")
    if kind == "files":
        files = {name or "x": io.BytesIO(content) for name, content in body.items()}
        for name, file in files.items():
            file.name = f"{MARK}-{len(name)}.bin"
        return browser.post(path, files)
    # The client would encode a body by the charset that it names; this one is sent as it was drawn.
    return browser.generic("POST", path, body, content_type=kind)


def check_silence(answer: Any) -> None:
    """Assert that what was sent stands only in inputs, links to where one wanted to go, and in what was published."""
    if answer.streaming or "text/html" not in answer.headers.get("Content-Type", ""):
        return
    text = PUBLISHED.sub("", answer.content.decode())
    text = re.sub(r"<textarea.*?</textarea>", "", text, flags=re.DOTALL)
    text = re.sub(r' value="[^"]*"|\?next=[^"]*"', "", text)
    shown = text.find(MARK)
    assert shown < 0, f"The page says: {text[max(0, shown - 300) : shown + 100]}"


def test_the_log_that_is_looked_at_is_the_log(house: House) -> None:
    logging.getLogger("troth.fuzz").warning("A sentence.", extra={"facts": {"sent": MARK}})
    assert MARK in house.log.getvalue()


@given(value=sent_values())
@QUICK
def test_hostile_values_that_are_taken_are_shown_as_they_were_given(house: House, value: str) -> None:
    browser = house.browse(next(route for route in ROUTES if route.name == "rights:correct"))
    path = f"/admin/correct/{Profile._meta.label}/{house.profile.pk}/collects/"
    answer = browser.post(path, {"collects": value})
    assert answer.status_code in (302, 303, 400, 422, 200)
    assert "<script>alert" not in browser.get("/admin/").content.decode()
    assert all(MARK not in str(entry) for entry in entries_about(house.client.id))
