"""The canary walk: values that stand nowhere else in the world go through the whole site, and stand nowhere in clear.

One is put into every declared attribute that takes a text, and into all else that a person sends: passwords, wrong ones
too, the secret of the one-time codes, names of files, the browser's name, referrers, addresses that do not exist. Then
the program is stopped, and every file that it wrote is searched: databases and their logs, index, keys, static files,
its output. They may stand in the mails to that very person, which lie in the demo's mailbox, and nowhere else.
"""

import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pyotp
import pytest

from tests.canary import Canary, CanaryFinding, find_canaries, find_canaries_in, forms_of, make_canary
from tests.running import Site, find_port, start_site, wait_until
from troth.config.mailbox import Mail, Mailbox
from troth.kernel.crawl import list_routes
from troth.vault.api import all_attributes

pytestmark = pytest.mark.slow

NOT_WALKED = {"orders", "support", "staff", "law"}
"""Rooms whose pages the walk does not fill in yet: no canary follows what is typed there. Keep it shrinking."""
WITHOUT_TEXT = {"birthday", "language", "time_zone", "currency", "units", "interests", "interest_records"}
"""Attributes whose values come from a list, a calendar, or the program itself: too common to be told apart."""


class Walker:
    """A person who drives the site by HTTP, as a browser without JavaScript does, and leaves canaries everywhere."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.canaries: dict[str, Canary] = {}
        address = f"https://localhost:{site.port}"
        self._browser = httpx.Client(
            base_url=address,
            verify=False,  # noqa: S501  who answers is the journeys' concern
            trust_env=False,
            follow_redirects=True,
            timeout=60,
            headers={
                "User-Agent": f"Mozilla/5.0 ({self.put('user agent')})",
                "Referer": f"{address}/from/{self.put('referrer')}/",
                "X-Forwarded-For": "2001:db8:77:6b61:6e61:7269:656e:1",
                "Origin": address,
            },
        )
        self.canaries["address of the browser"] = Canary("address of the browser", "2001:db8:77:6b61:6e61:7269:656e:1")

    def put(self, name: str, pattern: str = "{mark}") -> str:
        """Make a canary under this name and return its value."""
        self.canaries[name] = make_canary(name, pattern)
        return self.canaries[name].value

    def get(self, path: str) -> httpx.Response:
        """Open a page."""
        return self._browser.get(path)

    def post(self, path: str, *, files: dict[str, Any] | None = None, **answers: str) -> httpx.Response:
        """Open a page and send its form, with what its hidden inputs hold."""
        page = self.get(path).text
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        return self._browser.post(path, data=hidden | answers, files=files)

    def go_home(self) -> None:
        """Close the browser for good."""
        self._browser.close()

    def find_mail(self, address: str, subject: str) -> Mail:
        """Wait for a mail to this address."""
        return wait_until(
            lambda: next((mail for mail in self.site.mails_to(address) if subject in mail.header("Subject")), None),
            longest=90,
        )

    def follow_mail(self, address: str, subject: str, part: str) -> httpx.Response:
        """Open the link in a mail whose address has this part."""
        text = self.find_mail(address, subject).part("plain")
        link = next(link for link in re.findall(r"https://\S+", text) if part in link)
        return self.get(urlsplit(link).path)

    # -- The walk -----------------------------------------------------------------------------------------------------

    def walk(self) -> None:
        """Go everywhere."""
        self.join()
        self.give_details()
        self.ask_and_report()
        self.add_codes()
        self.add_passkey()
        self.change_address_and_password()
        self.go_wrong()
        self.look_everywhere()
        self.leave()

    def join(self) -> None:
        self.email = self.put("Profile.email", "{mark}@example.org")
        self.user_name = self.put("Profile.user_name")
        self.password = self.put("password", "four {mark} kettles sing")
        name = self.put("Profile.name", "Zoë {mark}")
        answers = {"name": name, "email": self.email, "user_name": self.user_name}
        self.post("/join/", **answers, password=self.put("refused password", "{mark}")[:6])
        assert self.post("/join/", **answers, password=self.password).url.path == "/join/sent/"
        self.follow_mail(self.email, "Welcome", "/join/confirm/")
        self.post("/join/confirm/", password=self.put("wrong password", "no {mark} no {mark}"))
        assert self.post("/join/confirm/", password=self.password).url.path == "/admin/"

    def give_details(self) -> None:
        digits = make_canary("digits", "{digits}").value[:8]
        telephone = self.canaries["Profile.telephone"] = Canary("Profile.telephone", f"+49151{digits}")
        street = self.put("Profile.address", "7 {mark} Street")
        answers: dict[str, dict[str, str]] = {
            "greeting": {"greeting": self.put("Profile.greeting", "Dr. {mark}")},
            "telephone": {"telephone": telephone.value},
            "collects": {"collects": self.put("Profile.collects", "Sextants of {mark}, mostly.")},
        }
        links = re.findall(r'href="(/admin/correct/accounts\.Profile/[^"]+/)"', self.get("/admin/").text)
        paths = {link.rstrip("/").rsplit("/", 1)[1]: link for link in links}
        for name, given in answers.items():
            assert self.post(paths[name], **given).url.path == "/admin/", name
        names = re.findall(r'name="(address\w*)"', self.get(paths["address"]).text)
        known = {
            "country_code": "US",
            "street_address": street,
            "city": "New York",
            "country_area": "NY",
            "postal_code": "10001",
        }
        parts = {name: value for name in names for part, value in known.items() if name.endswith(part)}
        assert self.post(paths["address"], **parts).url.path == "/admin/", parts
        assert street.upper() in self.get("/admin/").text.upper()

    def ask_and_report(self) -> None:
        asked = self.post("/admin/requests/ask/", kind="correct", text=self.put("Request.text", "Ask: {mark}."))
        assert "/admin/requests/" in asked.url.path
        self.put_answer(asked.url.path.rstrip("/").rsplit("/", 1)[1])

    def put_answer(self, request_id: str) -> None:
        """Let staff answer, with a canary in the answer."""
        answer = self.put("Request.answer", "Answered: {mark}.")
        self.site.run(ANSWER, request_id, answer)
        assert answer in self.get(f"/admin/requests/{request_id}/").text

    def add_codes(self) -> None:
        page = self.prove("/admin/factors/codes/").text
        spelt = re.search(r"<code>([A-Z2-7\s\u00a0]+)</code>", page)
        assert spelt
        secret = re.sub(r"\s", "", spelt[1])
        self.canaries["Factor.credential"] = Canary("Factor.credential", secret)
        label = self.put("Factor.label", "Phone {mark}")
        added = self._browser.post(
            "/admin/factors/codes/", data=self._hidden(page) | {"code": pyotp.TOTP(secret).now(), "label": label}
        )
        assert label in self.get("/admin/factors/").text, added.url

    def add_passkey(self) -> None:
        """Let the program store a passkey whose number is a canary; another journey makes one in a browser."""
        number = self.canaries["Factor.credential_id"] = Canary("Factor.credential_id", secrets.token_hex(16))
        self.site.run(PASSKEY, self.user_name, number.value)

    def change_address_and_password(self) -> None:
        wanted = self.put("AddressChange.wanted", "{mark}@example.com")
        self.canaries["AddressChange.former"] = Canary("AddressChange.former", self.email)
        page = self.prove("/admin/email/").text
        self._browser.post("/admin/email/", data=self._hidden(page) | {"wanted": wanted, "email": wanted})
        self.find_mail(wanted, "Confirm your new address")
        self.follow_mail(wanted, "Confirm your new address", "/email/confirm/")
        self.post("/email/confirm/")
        assert wanted in self.get("/admin/").text
        self.email = wanted

    def go_wrong(self) -> None:
        for _ in range(2):
            self.get(f"/no/such/{self.put('unknown address')}/?q={self.put('query')}")
        self._browser.post("/sign-in/", data={"login": self.put("forged form"), "password": self.user_name})
        other = httpx.Client(base_url=self._browser.base_url, verify=False, trust_env=False)  # noqa: S501
        page = other.get("/sign-in/").text
        wrong = {"login": self.put("unknown name"), "password": self.put("guessed password")}
        other.post("/sign-in/", data=self._hidden(page) | wrong)
        other.post("/cookies/", content=self.put("body").encode(), headers={"Cookie": f"x={self.put('cookie')}"})
        other.post("/sign-in/", content=(self.put("oversize") * 100_000).encode())
        other.close()
        name = self.put("file name", "{mark}.txt")
        self.post("/receipt/", files={"file": (name, self.put("file").encode())}, value=self.put("search"))

    def look_everywhere(self) -> None:
        """Open every page that has a fixed address, and take a copy of everything."""
        for route in list_routes():
            if route.fixed and "GET" in route.methods and not route.pattern.startswith("sign-out"):
                assert self.get(f"/{route.pattern}").status_code < 500, route
        page = self.prove("/admin/download/").text
        copy = self._browser.post("/admin/download/", data=self._hidden(page))
        assert copy.headers["Content-Type"] == "application/zip"
        found = {finding.canary for finding in find_canaries_in(copy.content, self.canaries.values(), place="copy")}
        assert "Profile.collects" in found, "The search does not find what is surely there."

    def leave(self) -> None:
        page = self.prove("/admin/deactivate/").text
        assert "deactivated" in self._browser.post("/admin/deactivate/", data=self._hidden(page)).text

    def prove(self, path: str) -> httpx.Response:
        """Open a page, and give the password again where it is asked for."""
        page = self.get(path)
        if page.url.path == "/confirm-it-is-you/":
            given = {"password": self.password}
            if 'name="code"' in page.text:
                given["code"] = pyotp.TOTP(self.canaries["Factor.credential"].value).now()
            page = self._browser.post(str(page.url), data=self._hidden(page.text) | given)
            assert page.url.path == path, page.url
        return page

    @staticmethod
    def _hidden(page: str) -> dict[str, str]:
        return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


ANSWER = """
from django.db import transaction
from troth.kernel.acting import acting, staff_member
from troth.kernel.purposes import Purpose
from troth.rights.actions.requests import fulfil_request, take_request
from troth.rights.cases import case_of
from troth.rights.models import Request
from troth.staff.models import StaffMember
asked = Request.objects.get(pk=sys.argv[1])
member = StaffMember.objects.filter(role="service").first()
with acting(actor=staff_member(member.id), purpose=Purpose.RIGHTS, case=case_of(asked)):
    take_request(asked, staff_id=member.id)
    fulfil_request(asked, answer=sys.argv[2])
"""


PASSKEY = """
from troth.accounts.api import FactorKind, add_factor, find_account
from troth.kernel.acting import acting, client
from troth.kernel.purposes import Purpose
account, number = find_account(sys.argv[1]), sys.argv[2]
key = {"public_key": "AAAA", "host": "localhost"}
with acting(actor=client(account.id), purpose=Purpose.SECURITY):
    add_factor(subject_id=account.id, kind=FactorKind.PASSKEY, credential=key, credential_id=number)
"""


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walker]:
    site = start_site(tmp_path_factory.mktemp("canaries") / "data", find_port())
    walker = Walker(site)
    try:
        walker.walk()
        wait_until(lambda: site.mails_to(walker.email), longest=60)
    finally:
        walker.go_home()
        code = site.stop()
    assert code == 0
    yield walker


def test_every_declared_text_had_a_canary(walked: Walker) -> None:
    declared = {
        f"{each.model.__name__}.{each.name}"
        for each in all_attributes()
        if each.name not in WITHOUT_TEXT and each.model._meta.app_label not in NOT_WALKED
    }
    assert declared <= set(walked.canaries)


def test_the_rooms_that_the_walk_leaves_out_are_rooms_with_declared_values() -> None:
    assert {each.model._meta.app_label for each in all_attributes()} >= NOT_WALKED


def test_no_file_that_the_program_wrote_holds_a_canary_but_the_mails(walked: Walker) -> None:
    folder = walked.site.place.parent
    assert len([path for path in folder.rglob("*") if path.is_file()]) > 20
    assert search(folder, walked) == []


def test_mails_hold_canaries_of_their_reader_and_only_the_address_in_a_header(walked: Walker) -> None:
    told = 0
    for mail in Mailbox(walked.site.place / "mailbox").read_all():
        head = "\n".join(f"{name}: {value}" for name, value in mail.message.items() if name != "To")
        assert find_canaries_in(head.encode(), walked.canaries.values(), place=mail.key) == []
        secrets = [canary for name, canary in walked.canaries.items() if "password" in name or "credential" in name]
        assert find_canaries_in(mail.message.as_bytes(), secrets, place=mail.key) == []
        told += any(canary.value in mail.part("plain") for canary in walked.canaries.values())
    assert told > 0


def test_a_planted_canary_is_found(walked: Walker) -> None:
    plant = walked.site.place / "planted.log"
    for name in ("Profile.name", "password", "Factor.credential", "address of the browser", "file name"):
        plant.write_text(f"something before {walked.canaries[name].value} and after")
        assert name in {finding.canary for finding in search(plant.parent, walked)}
        assert forms_of(walked.canaries[name].value)
    plant.unlink()


def search(folder: Path, walked: Walker) -> list[CanaryFinding]:
    """Search a folder; seven digits of a telephone number alone are too common among ids to count."""
    mailbox = walked.site.place / "mailbox"
    found = find_canaries(folder, walked.canaries.values(), allowed=[str(mailbox), str(walked.site.place / "standins")])
    return [finding for finding in found if finding.form != "last digits"]
