"""The walk through surveys: an anonymous, a confidential and a contactable one; and that of answers nothing stays."""

import html
import json
import re
from typing import Any

from tests.canary import Canary, make_canary
from tests.journeys.walking import Walker, hidden_in


class SurveyWalk(Walker):
    """What a client says in surveys."""

    def answer_surveys(self) -> None:
        """Answer a survey of each mode, each question that takes a text with a canary."""
        made: dict[str, str] = json.loads(self.site.run(MAKE))
        self.canaries["SurveyKey.secret"] = Canary("SurveyKey.secret", made["secret"])
        digits = make_canary("digits", "{digits}").value[:8]
        self.canaries["Contact.telephone"] = Canary("Contact.telephone", f"+49152{digits}")
        said = {
            "anonymous": {"q_free": self.put("anonymous answer", "Nobody says {mark}.")},
            "confidential": {
                "q_free": self.put("OwnAnswers.answers", "I say {mark}."),
                "q_post": self.put("OwnAnswers.post_code"),
                "q_age": "35",
                "q_far": "hour",
                "q_house": "2",
            },
            "contactable": {
                "q_free": self.put("answer of who left details", "I add {mark}."),
                "q_name": self.put("Contact.name", "Žofie {mark}"),
                "q_email": self.put("Contact.email", "{mark}@example.net"),
                "q_telephone": self.canaries["Contact.telephone"].value,
                "q_address": self.put("Contact.address", "9 {mark} Row"),
            },
        }
        for mode, answers in said.items():
            self.answer(made[mode], answers)
            shown = self.get(f"/surveys/{made[mode]}/").text
            assert ("Take it back" if mode == "anonymous" else "See or change your answers") in shown, mode
        own = self.get(f"/surveys/{made['contactable']}/answer/").text
        assert said["contactable"]["q_email"] in own

    def answer(self, survey_id: str, answers: dict[str, str]) -> None:
        """Send the one part of a survey, as a browser without a script does."""
        path = f"/surveys/{survey_id}/answer/"
        page = self.get(path).text
        given: dict[str, Any] = {
            name: html.unescape(value)
            for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
        }
        names = re.findall(r'name="(q_\w+)"', page)
        known = {
            "country_code": "US",
            "street_address": answers.get("q_address", ""),
            "city": "New York",
            "country_area": "NY",
            "postal_code": "10001",
        }
        if "q_address" in answers:
            given |= {name: value for name in names for part, value in known.items() if name.endswith(part)}
        given |= {name: value for name, value in answers.items() if name in names}
        if 'name="reach_me"' in page:
            given["reach_me"] = "on"
        sent = self.browser.post(path, data=given | {"way": "on"})
        assert "Your answers were kept." in sent.text, re.findall(r'class="error[^>]*>[^<]*', sent.text)

    def leave_for_good(self) -> list[bytes]:
        """Have the account deleted, and its days of grace pass; return the sealed rows of answers that there were."""
        *sealed, parts = self.site.run(LOOK, self.user_name).split()
        assert (len(sealed), parts) == (3, "3")
        page = self.prove("/admin/delete/")
        self.browser.post("/admin/delete/", data=hidden_in(page.text))
        assert self.site.run(NIGHT).split() == ["1", "1"]
        return [bytes.fromhex(each) for each in sealed]


MAKE = """
import json
from datetime import timedelta
from troth.kernel import clock
from troth.kernel.acting import acting, staff_member, system
from troth.kernel.operator import read_operator
from troth.kernel.purposes import Purpose
from troth.staff.models import StaffMember
from troth.surveys.actions.running import open_survey
from troth.surveys.actions.writing import Terms, review_survey, submit_survey, write_survey
from troth.surveys.jobs import GATHERER
from troth.surveys.models import SurveyKey
author = StaffMember.objects.filter(role="administrator", active=True).first()
reviewer = StaffMember.objects.filter(role="reviewer", active=True).first()
languages = list(read_operator().languages)
say = lambda text: dict.fromkeys(languages, text)
free = {"key": "free", "kind": "long", "words": say("What do you say?")}
asked = {"age": "age_group", "post": "post_code", "far": "distance", "house": "household"}
reach = {name: name for name in ("name", "email", "telephone", "address")}
personal = lambda chosen: [{"key": key, "kind": "personal", "asks": asks} for key, asks in chosen.items()]
questions = {
    "anonymous": [free], "confidential": [free, *personal(asked)], "contactable": [free, *personal(reach)],
}
made = {}
for mode, each in questions.items():
    definition = {
        "languages": languages, "title": say(f"A walk, {mode}"), "purpose": say("To walk."),
        "sections": [{"key": "part", "words": say("The part"), "questions": each}],
    }
    with acting(actor=staff_member(author.id), purpose=Purpose.UPKEEP):
        terms = Terms(mode=mode, closes_on=clock.today() + timedelta(days=9))
        survey = submit_survey(write_survey(terms, definition))
    with acting(actor=staff_member(reviewer.id), purpose=Purpose.UPKEEP):
        review_survey(survey, approve=True, content_hash=survey.content_hash)
    with acting(actor=staff_member(author.id), purpose=Purpose.UPKEEP):
        made[mode] = str(open_survey(survey).pk)
with acting(actor=system(GATHERER), purpose=Purpose.SURVEYS):
    made["secret"] = SurveyKey.objects.get(subject_id=made["anonymous"]).open("secret")["secret"]
print(json.dumps(made))
"""

LOOK = """
from troth.accounts.api import find_account
from troth.surveys.models import Contact, OwnAnswers, Participation
account = find_account(sys.argv[1])
rows = [row for model in (OwnAnswers, Contact) for row in model.objects.filter(subject_id=account.id)]
print(*(bytes(row.sealed).hex() for row in rows), Participation.objects.filter(subject_id=account.id).count())
"""
"""Prints a client's sealed rows of surveys as they lie in the file, and in how many it took part."""

NIGHT = """
from datetime import timedelta
from troth.accounts.actions.leaving import start_due_erasures
from troth.kernel import clock
from troth.vault.api import run_erasures
with clock.told(clock.now() + timedelta(days=60)):
    print(start_due_erasures(), run_erasures(report=lambda line: None))
"""
"""What the schedule does, once the days of grace are over."""
