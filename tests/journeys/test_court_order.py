"""A court order from the day on which it is served to the day on which the client reads of it (H2)."""

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


def test_a_court_order_is_narrowed_reviewed_by_two_answered_and_told(come: Come, tmp_path: Path) -> None:
    order = tmp_path / "order.pdf"
    order.write_bytes(b"%PDF-1.7 an invented order")
    with come() as client:
        address = client.join("summoned")
        with come(viewport=WIDE) as officer:
            sign_in_with_code(officer, "rosalind")
            page = register(officer, order)
            narrow(officer, address)
            officer.reads_not(address, "Give what was granted")
            for reviewer in ("wolfram", "hedda"):
                with come(viewport=WIDE) as second:
                    sign_in_with_code(second, reviewer)
                    review(second, page)
            officer.open(page)
            officer.press("Give what was granted")
            officer.reads("answered with what was granted")
            with officer.page.expect_download() as fetched:
                officer.page.get_by_role("link", name="Fetch the sealed package").click()
            package = Path(fetched.value.path()).read_text(encoding="utf-8")
        assert address in package
        assert "Journey summoned" not in package
        client.open("/admin/")
        client.reads("Legal request L", "court order", "granted", "it is more than the purpose of the demand needs")
        client.open("/admin/received/")
        client.reads("A court or an authority", "the law requires it")
        client.open("/legal-requests/")
        client.reads("Requests received", "fewer than 10")


def register(officer: Visitor, order: Path) -> str:
    """Register the document and take it; return the address of its page."""
    officer.open("/console/law/register/")
    officer.page.locator("[name=kind]").select_option("court_order")
    today = datetime.now(UTC).date()
    officer.fill(
        authority="Court of Journey County, 1/26",
        demand="The e-mail address of one client.",
        received_on=(today - timedelta(days=1)).isoformat(),
        answer_by=(today + timedelta(days=14)).isoformat(),
    )
    officer.page.locator("[name=document]").set_input_files(order)
    officer.press("Register it")
    officer.reads_not("Court of Journey County")
    officer.press("Take this request")
    officer.reads("Court of Journey County")
    return officer.page.url


def narrow(officer: Visitor, address: str) -> None:
    """Grant the e-mail address of the client, and refuse the telephone number."""
    officer.follow("Find a client whom it names")
    officer.page.locator("[name=by]").select_option("email")
    officer.fill(value=address)
    officer.press("Find")
    for part in officer.page.locator("details").all():
        part.evaluate("element => { element.open = true }")
    officer.page.locator("[name='accounts.Profile.email']").select_option("granted")
    officer.page.locator("[name='accounts.Profile.telephone']").select_option("too_wide")
    officer.press("Set this scope, for review")
    officer.reads("Two reviewers have to read it")


def review(second: Visitor, page: str) -> None:
    """Read what is demanded and what would be given, and approve just that."""
    second.open(f"{page}review/")
    second.reads("The e-mail address of one client.", "granted", "it is more than the purpose of the demand needs")
    second.press("Approve just this")
