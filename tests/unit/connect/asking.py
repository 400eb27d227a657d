"""A site that asks, as a program: it draws its proofs, sends a browser here, and changes the code for tokens."""

import base64
import hashlib
import json
import secrets
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.test import Client
from django.urls import reverse
from jwcrypto import jwk, jwt

from troth.connect.actions.parties import Registered, register_party
from troth.kernel.acting import acting, system
from troth.kernel.purposes import Purpose

CALLBACK = "https://library.example.org/callback"
ALL = "openid membership membership.plan membership.until"


def make_party(key: str = "library", *, callback: str = CALLBACK, scopes: str = ALL, **more: Any) -> Registered:
    """Register a site, as staff do."""
    with acting(actor=system("operator"), purpose=Purpose.UPKEEP):
        return register_party(
            key=key,
            name=f"The {key}",
            what_for="It lets members in for free.",
            statement_url="https://library.example.org/privacy",
            redirect_uris=[callback],
            scopes=scopes.split(),
            **more,
        )


class Asking:
    """One round of a site with one browser.

    Arguments:
        made: the site.
        browser: a test client that is signed in.
    """

    def __init__(self, made: Registered, browser: Client) -> None:
        self.made = made
        self.browser = browser
        self.program = Client()
        self.verifier = secrets.token_urlsafe(48)
        self.state = secrets.token_urlsafe(8)
        self.nonce = secrets.token_urlsafe(8)

    def address(self, **changes: str | None) -> str:
        """Return the address to which the site sends the browser; a change to None leaves a parameter out."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "response_type": "code",
            "client_id": self.made.party.client_id,
            "redirect_uri": self.made.party.redirect_uris,
            "scope": ALL,
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **changes,
        }
        return reverse("connect:authorize") + "?" + urlencode({k: v for k, v in asked.items() if v is not None})

    def open(self, **changes: str | None) -> Any:
        """Open the page as the browser does."""
        return self.browser.get(self.address(**changes), secure=True)

    def say(self, *learns: str, answer: str = "yes", **changes: str | None) -> dict[str, str]:
        """Let the client answer; return what the site gets at its own address."""
        sent = {"answer": answer, "learns": list(learns)}
        response = self.browser.post(self.address(**changes), sent, secure=True)
        assert response.status_code == 200, response.content
        return read_back(response["Refresh"].partition("url=")[2])

    def change(self, code: str, **changes: str) -> Any:
        """Change a code for tokens."""
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.made.party.redirect_uris,
            "code_verifier": self.verifier,
            **self.proof(),
            **changes,
        }
        return self.program.post(reverse("connect:token"), sent, secure=True)

    def renew(self, refresh_token: str) -> Any:
        """Change a token to be renewed for the next."""
        sent = {"grant_type": "refresh_token", "refresh_token": refresh_token, **self.proof()}
        return self.program.post(reverse("connect:token"), sent, secure=True)

    def proof(self) -> dict[str, str]:
        """Return by what the site proves itself."""
        secret = {"client_secret": self.made.secret} if self.made.secret else {}
        return {"client_id": self.made.party.client_id, **secret}

    def ask(self, token: str, page: str = "connect:membership") -> Any:
        """Ask with a token."""
        return self.program.get(reverse(page), secure=True, headers={"Authorization": f"Bearer {token}"})

    def join(self, *learns: str) -> dict[str, Any]:
        """Go all the way; return the tokens."""
        tokens: dict[str, Any] = self.change(self.say(*learns)["code"]).json()
        return tokens

    def read_identity(self, token: str) -> dict[str, Any]:
        """Check an identity token by the published keys, and return what it says."""
        keys = jwk.JWKSet.from_json(self.program.get(reverse("connect:keys"), secure=True).content.decode())
        checked = jwt.JWT(jwt=token, key=keys, algs=["RS256"])
        said: dict[str, Any] = json.loads(checked.claims)
        return said


def read_back(url: str) -> dict[str, str]:
    """Return what an address that leads back to a site says."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
