"""A breach: its reach is computed from the record of looks, those whom it concerns are told, and nobody else (M3)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.browsing import Visitor
from tests.hiring import DESK, hired
from tests.people import sign_in_with_code
from tests.running import Site, wait_until
from troth.kernel.operator import read_operator

pytestmark = [pytest.mark.browser, pytest.mark.slow]

type Come = Callable[..., AbstractContextManager[Visitor]]
NOTICE = "A member of staff lost a page with your name on it."
ROWS = """
from troth.law.models import Breach
breach = Breach.objects.defer("sealed").get(number=sys.argv[1])
for row in breach.affected.order_by("subject_id"):
    print(row.fields, row.told_at is not None)
"""

MEMBER = """
from troth.accounts.models import Account
from troth.staff.models import StaffMember
from troth.vault.api import find_subjects
from troth.accounts.api import Profile
found = find_subjects(Profile.user_name, sys.argv[1])
print(StaffMember.objects.get(subject_id=found[0]).id)
"""


def test_those_whom_a_breach_concerns_are_told_and_it_is_not_closed_before(come: Come, demo_site: Site) -> None:
    with come() as client, come() as other, hired(come, "careless", role="service") as clerk:
        address, beside = client.join("concerned"), other.join("besides")
        began = datetime.now(ZoneInfo(read_operator().time_zone)) - timedelta(minutes=3)
        look_at_name(client, clerk)
        with come(viewport=DESK) as officer:
            sign_in_with_code(officer, "rosalind")
            number = record(officer, began)
            page = officer.page.url
            officer.page.locator("[name=actor]").select_option(demo_site.run(MEMBER, "careless").strip())
            officer.press("Find whom it concerns")
            officer.reads("Clients told")
            officer.press("It is contained")
            with officer.page.expect_navigation():
                officer.page.get_by_role("button", name="Close it").click()
            officer.complaints.clear()  # the browser mentions that the page is a refusal
            officer.reads("Not everybody whom it concerns has been told.")
            assert demo_site.run(ROWS, number).splitlines() == ["body,name,title False"]
            officer.open(page)
            officer.press("Tell those whom it concerns")
            text = " ".join(client.read_mail(to=address, subject="something went wrong").split())
            assert NOTICE in text and number in text and "name" in text
            assert demo_site.run(ROWS, number).splitlines() == ["body,name,title True"]
            officer.open(page)
            start = "async path => (await (await fetch(path)).text()).slice(0, 4)"
            assert officer.page.evaluate(start, f"{page}form/") == "%PDF"
            officer.press("The authority was told just now")
            officer.press("Close it")
            officer.reads("closed")
        client.open("/admin/")
        client.reads(number)
        other.open("/admin/")
        other.reads_not(number)
        assert not [mail for mail in demo_site.mails_to(beside) if "went wrong" in mail.header("Subject")]


def look_at_name(client: Visitor, clerk: Visitor) -> None:
    """Let the client ask something, and the clerk take it and look at the name."""
    client.open("/ask/")
    client.fill(title="Opening hours", body="When is the reading room open?")
    client.press("Send the inquiry")
    number = client.page.url.rstrip("/").rsplit("/", 1)[-1]

    def is_there() -> bool:
        clerk.open(f"/console/cases/{number}/")
        return bool(clerk.page.get_by_role("button", name="Take this case").count())

    wait_until(is_there)
    clerk.press("Take this case")
    clerk.follow("Open the client’s record")
    clerk.page.get_by_label("Name", exact=True).check()
    clerk.press("Show what is ticked, and write it down")
    clerk.reads("Journey concerned")


def record(officer: Visitor, began: datetime) -> str:
    """Record the breach; return its number."""
    officer.open("/console/breaches/record/")
    found = datetime.now(began.tzinfo) - timedelta(minutes=1)
    officer.fill(
        began_at=began.strftime("%Y-%m-%dT%H:%M"),
        discovered_at=found.strftime("%Y-%m-%dT%H:%M"),
        description="A page was left in a train.",
        consequences="Somebody may read a name.",
        notice=NOTICE,
    )
    officer.page.locator("[name=kind]").select_option(index=1)
    officer.press("Record it")
    return officer.heading.split()[-1]
