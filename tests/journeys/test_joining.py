"""The first journey, by different people: join, confirm, sign in, give details, see all, correct, take a copy."""

import json
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browsing import PASSWORD, PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]

type Come = Callable[..., AbstractContextManager[Visitor]]


@pytest.mark.parametrize("options", [{}, {"viewport": PHONE, "color_scheme": "dark"}], ids=["desktop", "phone, dark"])
def test_a_stranger_joins_sees_everything_corrects_it_and_takes_a_copy(come: Come, options: dict[str, Any]) -> None:
    tag = f"first{len(options)}"
    with come(**options) as visitor:
        address = visitor.join(tag)
        visitor.open("/admin/")
        visitor.reads(f"Journey {tag}", address, tag, "You have not given this.", "Quill Mail Relay")
        visitor.correct("Birthday", birthday="1961-05-04")
        visitor.correct("How may we greet you?", greeting="Dr. Journey")
        visitor.correct("Name", name=f"Journey {tag} Corrected")
        visitor.open("/admin/")
        visitor.reads("Dr. Journey", f"Journey {tag} Corrected", "4 May 1961")
        visitor.sign_out()
        visitor.sign_in(address)
        copy = take_copy(visitor)
    with zipfile.ZipFile(BytesIO(copy)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        everything = json.loads(archive.read("everything.json"))
        page = archive.read("read-me-first.html").decode()
    text = json.dumps(everything, ensure_ascii=False)
    for value in (address, tag, "Dr. Journey", f"Journey {tag} Corrected", "1961-05-04"):
        assert value in text
    assert f"Journey {tag} Corrected" in page
    assert any(name.endswith(".csv") for name in names)
    assert PASSWORD not in text + page


def take_copy(visitor: Visitor) -> bytes:
    """Download everything from the Admin page and return the archive."""
    visitor.open("/admin/")
    visitor.follow("Download everything")
    visitor.prove_again()
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name="Download everything").click()
    assert download.value.suggested_filename.startswith("my-information-")
    return Path(download.value.path()).read_bytes()


def test_a_client_without_javascript_joins_corrects_and_takes_a_copy(come: Come) -> None:
    with come(java_script_enabled=False, axe=False) as visitor:
        address = visitor.join("plain")
        visitor.correct("Telephone", telephone="+1 212 555 0199")
        visitor.open("/admin/")
        visitor.reads("212", address)
        assert zipfile.ZipFile(BytesIO(take_copy(visitor))).testzip() is None


def test_what_is_wrong_is_said_beside_the_field_and_the_rest_is_kept(come: Come) -> None:
    with come() as visitor:
        visitor.open("/join/")
        visitor.fill(name="Journey Wrong", email="not-an-address", user_name="wrong", password="short")
        visitor.page.locator("form").first.evaluate("form => form.noValidate = true")
        visitor.press("Send me the confirmation mail")
        expect(visitor.page.locator("[name=name]")).to_have_value("Journey Wrong")
        assert visitor.page.locator("[aria-invalid=true]").count() == 2
        expect(visitor.page.locator("[name=password]")).to_have_value("")
