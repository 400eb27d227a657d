"""An announcement from the draft to the mailbox, and news from the wish to the click that ends it (F1, F2, B3)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest

from tests.browsing import Visitor
from tests.people import sign_in_with_code

pytestmark = [pytest.mark.browser, pytest.mark.slow]

type Come = Callable[..., AbstractContextManager[Visitor]]
WIDE = {"width": 1440, "height": 900}


def test_an_announcement_is_written_read_by_another_sent_and_read_by_a_client(come: Come) -> None:
    begins = datetime.now(UTC) + timedelta(days=3)
    with come() as client:
        address = client.join("announced")
        with come(viewport=WIDE) as author:
            sign_in_with_code(author, "ines")
            author.open("/console/notices/write/service/")
            author.page.locator("[name=reason]").select_option("maintenance")
            author.fill(
                begins_at=begins.strftime("%Y-%m-%dT06:00"),
                ends_at=begins.strftime("%Y-%m-%dT09:00"),
                subject_en="The site moves to new machines",
                what_en="For three hours nothing can be opened or ordered.",
                effect_en="Orders that were placed before are not touched.",
                to_do_en="Nothing need be done.",
                subject_de="Die Website zieht um",
                what_de="Drei Stunden lang lässt sich nichts öffnen oder bestellen.",
            )
            author.press("Keep it")
            author.press("Hand it to a second person")
            page = author.page.url.removeprefix(author.site.address)
            author.reads("waits for a second person")
            author.reads_not("It may be sent")
            with come(viewport=WIDE) as reader:
                sign_in_with_code(reader, "hedda")
                reader.open(page)
                reader.press("It may be sent")
                reader.reads("need mending")
                for box in reader.page.locator("form input[type=checkbox]").all():
                    box.check()
                reader.press("It may be sent")
                reader.reads("approved")
            author.open(page)
            author.page.get_by_role("button", name="Send it to").click()
            author.page.wait_for_load_state()
        mail = client.read_mail(to=address, subject="The site moves to new machines")
        assert "deactivate your account" in mail or "/admin/deactivate/" in mail
        client.open("/admin/")
        client.reads("The site moves to new machines", "handed over")
        client.open("/announcements/")
        client.reads("The site moves to new machines", "Sent in the last 365 days: 1")


def test_news_reaches_who_chose_it_and_one_button_ends_it(come: Come) -> None:
    with come() as client:
        address = client.join("interested")
        client.open("/admin/")
        client.go(client.link_of("Services that interest you"))
        client.page.locator("[name=interests][value=events]").check()
        client.press("Save the choice")
        with come(viewport=WIDE) as author:
            sign_in_with_code(author, "ines")
            author.open("/console/notices/write/news/")
            author.page.locator("[name=interest]").select_option("events")
            author.fill(
                subject_en="A talk on lacquer boxes",
                what_en="On Thursday at six, in the reading room.",
                subject_de="Ein Vortrag über Lackdosen",
                what_de="Am Donnerstag um sechs im Lesesaal.",
            )
            author.press("Keep it")
            author.press("Hand it to a second person")
            page = author.page.url.removeprefix(author.site.address)
            with come(viewport=WIDE) as reader:
                sign_in_with_code(reader, "wolfram")
                reader.open(page)
                for box in reader.page.locator("form input[type=checkbox]").all():
                    box.check()
                reader.press("It may be sent")
            author.open(page)
            author.page.get_by_role("button", name="Send it to").click()
            author.page.wait_for_load_state()
        client.sign_out()
        client.follow_mail(to=address, subject="A talk on lacquer boxes", part="/news/end/")
        client.reads("ends when you press the button")
        client.press("End this news")
        client.reads("You get no more of it")
