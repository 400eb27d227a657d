"""A member lets the town's library know that they are one: a real program of another organisation, over real HTTPS."""

import base64
import hashlib
import json
import secrets
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from jwcrypto import jwk, jwt

from tests.browsing import DEMO_PASSWORD, PHONE, Visitor
from tests.people import sign_in_with_code
from tests.running import Site, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

type Come = Callable[..., AbstractContextManager[Visitor]]


class Library:
    """The library's program: an address of its own for the answer, and a client of the protocol written by hand."""

    def __init__(self, site: Site) -> None:
        self.came: list[dict[str, str]] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._make_handler())
        self.address = f"http://127.0.0.1:{self.server.server_port}/back"
        trusted = ssl.create_default_context(cafile=str(site.place / "tls" / "authority.pem"))
        self.http = httpx.Client(verify=trusted, trust_env=False, base_url=f"https://localhost:{site.port}")
        self.verifier = secrets.token_urlsafe(48)
        self.client_id = self.secret = ""
        Thread(target=self.server.serve_forever, daemon=True).start()

    def _make_handler(self) -> type[BaseHTTPRequestHandler]:
        came = self.came

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                split = urlsplit(self.path)
                if split.path == "/back":
                    came.append({name: values[0] for name, values in parse_qs(split.query).items()})
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(b"<!doctype html><title>Library</title><h1>Welcome to the library</h1>")

            def log_message(self, *_said: Any) -> None:
                """Say nothing."""

        return Handler

    def where(self) -> dict[str, Any]:
        """Look up where what is."""
        found: dict[str, Any] = self.http.get("/.well-known/openid-configuration").json()
        return found

    def ask_for(self, *scopes: str) -> str:
        """Return the address to which it sends a browser."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.address,
            "scope": " ".join(["openid", *scopes]),
            "state": "from-the-desk",
            "nonce": "once",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return str(self.where()["authorization_endpoint"]) + "?" + urlencode(asked)

    def change(self, code: str) -> dict[str, Any]:
        """Change a code for tokens."""
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.address,
            "code_verifier": self.verifier,
        }
        path = urlsplit(self.where()["token_endpoint"]).path
        made: dict[str, Any] = self.http.post(path, data=sent, auth=(self.client_id, self.secret)).json()
        return made

    def is_member(self, token: str) -> httpx.Response:
        """Ask whether the one of the token is a member."""
        return self.http.get("/api/membership", headers={"Authorization": f"Bearer {token}"})

    def read(self, token: str) -> dict[str, Any]:
        """Check an identity token by the published keys."""
        keys = jwk.JWKSet.from_json(self.http.get(urlsplit(self.where()["jwks_uri"]).path).text)
        said: dict[str, Any] = json.loads(jwt.JWT(jwt=token, key=keys, algs=["RS256"]).claims)
        return said


@pytest.fixture
def library(demo_site: Site) -> Iterator[Library]:
    made = Library(demo_site)
    yield made
    made.server.shutdown()
    made.server.server_close()
    made.http.close()


def test_a_member_tells_another_site_that_they_are_one_and_takes_it_back(come: Come, library: Library) -> None:
    with come() as officer:
        sign_in_with_code(officer, "rosalind")
        officer.open("/console/connected-sites/")
        officer.follow("Register a site")
        officer.fill(
            name="Town Library",
            key="town-library",
            what_for="It lends catalogues to members without a fee.",
            statement_url="https://library.example.org/privacy",
            redirect_uris=library.address,
        )
        for scope in ("membership", "membership.plan", "membership.until"):
            officer.page.locator(f"[name=scopes][value='{scope}']").check()
        officer.press("Register it")
        officer.reads("It is shown this once")
        shown = officer.page.locator(".facts > div")
        library.client_id = shown.filter(has_text="Client ID").locator("dd").inner_text()
        library.secret = shown.filter(has=officer.page.get_by_text("Secret", exact=True)).locator("dd").inner_text()
    with come(viewport=PHONE) as member:
        member.page.goto(library.ask_for("membership", "membership.plan"))
        member.fill(login="ottilie", password=DEMO_PASSWORD)
        member.press("Sign in")
        member.reads("Town Library asks whether you are a member", "no name, no address")
        member.page.get_by_label("Whether you are a member today").check()
        with member.page.expect_navigation(url="http://127.0.0.1:*/back*"):
            member.page.get_by_role("button", name="Agree, and go on").click()
        wait_until(lambda: library.came)
        member.complaints.clear()
        back = library.came[-1]
        assert back["state"] == "from-the-desk"
        made = library.change(back["code"])
        told = library.is_member(made["access_token"]).json()
        assert told["is_member"] is True and "membership_plan" not in told
        assert library.read(made["id_token"])["sub"] == told["sub"]
        assert library.change(back["code"])["error"] == "invalid_grant"
        assert library.is_member(made["access_token"]).status_code == 401
        with member.page.expect_navigation(url="http://127.0.0.1:*/back*"):
            member.page.goto(library.ask_for("membership"))
        member.complaints.clear()
        made = library.change(library.came[-1]["code"])
        assert library.is_member(made["access_token"]).json()["is_member"] is True
        member.open("/admin/received/")
        member.reads("Town Library", "you authorised it", "whether you are a member today")
        member.open("/admin/connected/")
        member.reads("Town Library", "Whether you are a member today")
        member.press("Disconnect Town Library")
        member.reads("No site is connected")
        assert library.is_member(made["access_token"]).status_code == 401
