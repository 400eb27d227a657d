"""Leaving: deactivate and come back; ask for deletion and call it off; be deleted, and have the receipt checked."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browsing import PASSWORD, Visitor, visit
from tests.running import PROJECT, Site, find_port, start_site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NIGHT = """
from troth.accounts.actions.leaving import start_due_erasures
from troth.vault.api import run_erasures
print(start_due_erasures(), run_erasures(report=lambda line: None))
"""
"""What the schedule does: the hourly look for accounts whose grace is over, and the nightly erasure."""


@pytest.fixture(scope="module")
def hasty_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site whose operator gives no days of grace, by one number in the operator's file."""
    folder = tmp_path_factory.mktemp("hasty")
    operator = folder / "operator"
    operator.mkdir()
    for each in (PROJECT / "operator").iterdir():
        (operator / each.name).symlink_to(each)
    shipped = (PROJECT / "operator" / "operator.toml").read_text(encoding="utf-8")
    changed = re.sub(r"(?m)^deletion_grace_days = \d+", "deletion_grace_days = 0", shipped)
    assert changed != shipped
    (operator / "operator.toml").unlink()
    (operator / "operator.toml").write_text(changed, encoding="utf-8")
    site = start_site(folder / "data", find_port(), TROTH_OPERATOR=str(operator))
    yield site
    assert site.stop() == 0


def test_a_client_deactivates_and_comes_back(come: Callable[..., AbstractContextManager[Visitor]]) -> None:
    with come() as visitor:
        address = visitor.join("pause")
        visitor.open("/admin/")
        visitor.follow("Deactivate the account")
        visitor.prove_again()
        visitor.press("Deactivate my account")
        visitor.reads("Your account is deactivated")
        visitor.read_mail(to=address, subject="is deactivated")
        visitor.open("/admin/")
        assert "/sign-in/" in visitor.page.url
        visitor.sign_in("pause")
        visitor.reads("Everything is as you left it.")
        visitor.open("/admin/")
        assert "/sign-in/" in visitor.page.url, "A deactivated account was let in before it came back."
        visitor.sign_in("pause")
        visitor.press("Come back, and sign in")
        visitor.open("/admin/")
        visitor.reads(address, "Journey pause")
        visitor.read_mail(to=address, subject="is active again")


def test_a_client_asks_for_deletion_and_calls_it_off(come: Callable[..., AbstractContextManager[Visitor]]) -> None:
    with come() as visitor:
        address = visitor.join("doubt")
        visitor.open("/admin/")
        visitor.follow("Delete the account")
        visitor.prove_again()
        visitor.reads("What goes", "What stays, and until when", "in 7 days", "E-mail address")
        button = visitor.page.get_by_role("button", name=re.compile("^Delete my account on "))
        day = " ".join(button.inner_text().removeprefix("Delete my account on ").split())
        visitor.go(button)
        visitor.reads(day)
        assert day in " ".join(visitor.read_mail(to=address, subject="will be deleted").split())
        visitor.sign_in("doubt")
        visitor.reads(day)
        visitor.press("Call the deletion off, and sign in")
        visitor.open("/admin/")
        visitor.reads(address)
        visitor.read_mail(to=address, subject="stays")


def test_a_client_is_deleted_and_the_receipt_proves_it(hasty_site: Site, trusting_browser: Browser) -> None:
    # Certificates differ from site to site; the strict one is the other journeys' concern.
    with visit(hasty_site, trusting_browser, ignore_https_errors=True) as visitor:
        address = visitor.join("goodbye")
        visitor.open("/admin/delete/")
        visitor.prove_again()
        visitor.go(visitor.page.get_by_role("button", name=re.compile("^Delete my account on ")))
        hasty_site.run(NIGHT)
        visitor.read_mail(to=address, subject="is deleted now")
        with visitor.page.expect_download() as download:
            visitor.page.locator(".mail-text a[href*='/receipt/']").click()
        receipt = Path(download.value.path()).read_text(encoding="utf-8")
        assert "Keys destroyed" in receipt
        assert "goodbye" not in receipt.lower()
        visitor.open("/receipt/")
        visitor.fill(receipt=receipt, value=address)
        visitor.press("Check it")
        visitor.reads("This receipt is ours", "Nobody is found under this value")
        visitor.fill(receipt=receipt.replace("A", "B"), value="")
        visitor.press("Check it")
        visitor.reads("This is no receipt of ours")
        visitor.sign_in("goodbye", PASSWORD)
        visitor.reads("is not right")
        visitor.open("/join/")
