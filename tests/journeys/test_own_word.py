"""A client asks that something be handed on, allows exactly that, reads that it left, and takes its word back (A6)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.browsing import Visitor
from tests.people import sign_in_with_code

pytestmark = [pytest.mark.browser, pytest.mark.slow]

type Come = Callable[..., AbstractContextManager[Visitor]]
WIDE = {"width": 1440, "height": 900}


def test_a_word_is_asked_for_given_used_and_taken_back(come: Come) -> None:
    with come() as client:
        client.join("insured")
        client.open("/admin/requests/ask/")
        client.page.locator("[name=kind]").select_option("pass_on")
        client.fill(text="Please give my name to Meridian.")
        client.press("Send the request")
        request = f"/console/requests/{client.page.url.rstrip('/').rpartition('/')[2]}/"
        with come(viewport=WIDE) as officer:
            sign_in_with_code(officer, "rosalind")
            ask_for_word(officer, request)
            client.open("/admin/allowed/")
            client.reads("Meridian Fine Art Insurers", "may receive my Name")
            client.press("Yes, I allow exactly this")
            client.reads("Nothing was handed over by it yet.")
            officer.open(request)
            with officer.page.expect_download() as fetched:
                officer.page.get_by_role("button", name="Hand it over: make the paper").click()
            assert Path(fetched.value.path()).read_bytes().startswith(b"%PDF")
            client.open("/admin/received/")
            client.reads("Meridian Fine Art Insurers", "you authorised it", "your own word")
            client.open("/admin/allowed/")
            client.press("Take it back")
            client.reads("You took it back. Nothing more is handed over.")
            officer.open(request)
            officer.reads("took it back")
            officer.reads_not("Hand it over: make the paper")


def ask_for_word(officer: Visitor, request: str) -> None:
    """Take the request, and ask for the client's word on its name alone."""
    officer.open(request)
    officer.press("Take this request")
    officer.follow("Ask for the client’s word")
    officer.page.locator("[name=values][value='accounts.Profile.name']").check()
    officer.fill(last_day=(datetime.now(UTC).date() + timedelta(days=30)).isoformat())
    officer.press("Ask the client")
    officer.reads("has not answered")
