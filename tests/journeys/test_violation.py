"""What follows a violation: found, shut out at once, heard, decided, appealed against, counted in public (A5)."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.browsing import Visitor
from tests.hiring import DESK, hired, sign_in_with_passkey
from tests.people import sign_in_with_code
from troth.staff.discipline import read_conduct

pytestmark = [pytest.mark.browser, pytest.mark.slow]

type Come = Callable[..., AbstractContextManager[Visitor]]
WATCH = "from troth.staff.actions import conduct; conduct.watch()"


def test_who_searches_through_people_is_shut_out_heard_and_judged_by_two(come: Come) -> None:
    with come() as public, hired(come, "prowler", role="service") as clerk:
        before = read_figures(public)
        for number in range(read_conduct().limits.empty_searches_an_hour + 1):
            search_nobody(clerk, number)
        # The watch runs by itself each minute; on a machine that does much else its turn may come late.
        clerk.site.run(WATCH)
        clerk.open("/console/")
        assert clerk.heading != "Your desk", "The page that was open stayed open."

        with come(viewport=DESK) as officer:
            sign_in_with_code(officer, "rosalind")
            officer.open("/console/incidents/")
            officer.go(officer.page.locator("tbody tr").filter(has_text="grave").locator("a").last)
            incident = officer.page.url
            officer.press("Take it")
            assert officer.page.get_by_role("button", name="Decide, and tell the member").count() == 0
            officer.press("Ask the member to be heard")

            sign_in_with_passkey(clerk)
            clerk.follow_mail(to="prowler@journeys.example.org", subject="asked to be heard", part="own-incidents")
            clerk.fill(text="I looked for a name that I had misread.")
            clerk.press("Say this")

            officer.open(incident)
            officer.reads("a name that I had misread")
            officer.page.locator("[name=outcome]").select_option("warning")
            officer.fill(text="Nine searches for nobody are no misreading.")
            officer.press("Decide, and tell the member")

        clerk.follow_mail(to="prowler@journeys.example.org", subject="decided", part="own-incidents")
        clerk.reads("no misreading", "written warning")
        clerk.fill(text="Nobody asked which case I was working on.")
        clerk.press("Appeal against the decision")

        with come(viewport=DESK) as judge:
            sign_in_with_code(judge, "hedda")
            judge.open(incident)
            judge.reads_not("which case I was working on")
            judge.press("Take the appeal, and read what was said")
            judge.reads("which case I was working on", "no misreading")
            judge.page.locator("[name=outcome]").select_option("unfounded")
            judge.fill(text="The case number was misread; the searches were for it.")
            judge.press("Decide, and tell the member")
            judge.open("/console/reviews/")
            judge.press("Agree, and do it")
        sign_in_with_passkey(clerk)
        clerk.follow_mail(to="prowler@journeys.example.org", subject="decided", part="own-incidents")
        clerk.reads("Unfounded")

        after = read_figures(public)
        assert after["Things found out of place"] == before["Things found out of place"] + 1
        public.reads_not("prowler", "Journey prowler")


def search_nobody(clerk: Visitor, number: int) -> None:
    """Search for somebody who is not there."""
    clerk.open("/console/clients/")
    clerk.page.locator("[name=by]").select_option("user_name")
    clerk.fill(value=f"nobody-{number}")
    clerk.press("Find")
    clerk.reads("No account is found")


def read_figures(public: Visitor) -> dict[str, int]:
    """Read the counts of conduct that stand on the public page of the promises."""
    public.open("/promises/")
    lines = public.page.locator("dl > div").all_inner_texts()
    found = (re.fullmatch(r"(.+?)\s+(\d+)", " ".join(line.split())) for line in lines)
    return {match[1]: int(match[2]) for match in found if match}
