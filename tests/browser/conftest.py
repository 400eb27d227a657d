"""One Chromium for all tests of this folder."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright

from tests.chromium import CHROMIUM, FLAGS


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Start Chromium."""
    chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield chromium
    chromium.close()
