"""The walk through what a client does with its account: joins, gives details, asks, secures it, goes wrong, leaves."""

import re
import secrets

import httpx
import pyotp

from tests.canary import Canary, find_canaries_in, make_canary
from tests.journeys.walking import Walker, hidden_in
from troth.kernel.crawl import list_routes


class AccountWalk(Walker):
    """What a client does with its account."""

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
        added = self.browser.post(
            "/admin/factors/codes/", data=hidden_in(page) | {"code": pyotp.TOTP(secret).now(), "label": label}
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
        self.browser.post("/admin/email/", data=hidden_in(page) | {"wanted": wanted, "email": wanted})
        self.find_mail(wanted, "Confirm your new address")
        self.follow_mail(wanted, "Confirm your new address", "/email/confirm/")
        self.post("/email/confirm/")
        assert wanted in self.get("/admin/").text
        self.email = wanted

    def go_wrong(self) -> None:
        for _ in range(2):
            self.get(f"/no/such/{self.put('unknown address')}/?q={self.put('query')}")
        self.browser.post("/sign-in/", data={"login": self.put("forged form"), "password": self.user_name})
        other = httpx.Client(base_url=self.browser.base_url, verify=False, trust_env=False)  # noqa: S501
        page = other.get("/sign-in/").text
        wrong = {"login": self.put("unknown name"), "password": self.put("guessed password")}
        other.post("/sign-in/", data=hidden_in(page) | wrong)
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
        copy = self.browser.post("/admin/download/", data=hidden_in(page))
        assert copy.headers["Content-Type"] == "application/zip"
        found = {finding.canary for finding in find_canaries_in(copy.content, self.canaries.values(), place="copy")}
        assert "Profile.collects" in found, "The search does not find what is surely there."

    def leave(self) -> None:
        page = self.prove("/admin/deactivate/").text
        assert "deactivated" in self.browser.post("/admin/deactivate/", data=hidden_in(page)).text


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
