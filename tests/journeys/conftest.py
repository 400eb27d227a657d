"""One running site and one Chromium that trusts it, for all journeys of a process."""

import base64
import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, Playwright

from tests.browsing import Visitor, visit
from tests.chromium import CHROMIUM, FLAGS
from tests.running import Site, find_port, start_site


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The program as ``make serve`` runs it: web server, worker, scheduler, mailbox, and the demo's people."""
    site = start_site(tmp_path_factory.mktemp("demo") / "data", find_port())
    yield site
    assert site.stop() == 0


@pytest.fixture(scope="session")
def trusting_browser(playwright: Playwright, demo_site: Site) -> Iterator[Browser]:
    """Chromium that takes the site's own certificate for a trusted one, which passkeys ask for."""
    certificate = x509.load_pem_x509_certificate((demo_site.place / "tls" / "certificate.pem").read_bytes())
    spki = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pin = base64.b64encode(hashlib.sha256(spki).digest()).decode()
    flags = [*FLAGS, f"--ignore-certificate-errors-spki-list={pin}"]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
    yield browser
    browser.close()


@pytest.fixture
def come(demo_site: Site, trusting_browser: Browser) -> Callable[..., AbstractContextManager[Visitor]]:
    """Return what gives a visitor with a fresh browser: ``with come(viewport=PHONE) as visitor:``."""
    return partial(visit, demo_site, trusting_browser)
