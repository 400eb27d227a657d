"""A person who drives the site by HTTP, as a browser without JavaScript does, and leaves canaries wherever it types."""

import re
from typing import Any
from urllib.parse import urlsplit

import httpx
import pyotp

from tests.canary import Canary, make_canary
from tests.running import Site, wait_until
from troth.config.mailbox import Mail


class Walker:
    """A person who drives the site by HTTP, as a browser without JavaScript does, and leaves canaries everywhere."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.canaries: dict[str, Canary] = {}
        address = f"https://localhost:{site.port}"
        self.browser = httpx.Client(
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
        return self.browser.get(path)

    def post(self, path: str, *, files: dict[str, Any] | None = None, **answers: str) -> httpx.Response:
        """Open a page and send its form, with what its hidden inputs hold."""
        return self.browser.post(path, data=hidden_in(self.get(path).text) | answers, files=files)

    def go_home(self) -> None:
        """Close the browser for good."""
        self.browser.close()

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

    def prove(self, path: str) -> httpx.Response:
        """Open a page, and give the password again where it is asked for."""
        page = self.get(path)
        if page.url.path == "/confirm-it-is-you/":
            given = {"password": self.password}
            if 'name="code"' in page.text:
                given["code"] = pyotp.TOTP(self.canaries["Factor.credential"].value).now()
            page = self.browser.post(str(page.url), data=hidden_in(page.text) | given)
            assert page.url.path == path, page.url
        return page


def hidden_in(page: str) -> dict[str, str]:
    """Return what the hidden inputs of a page hold."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
