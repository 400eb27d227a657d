"""The walk through the help desk: asked by form, by mail, by letter, as a client and as a stranger; answered, rated."""

import re
import secrets

import httpx

from tests.canary import Canary
from tests.journeys.walking import Walker, hidden_in
from tests.running import wait_until


class SupportWalk(Walker):
    """What a client and strangers ask."""

    def ask_support(self) -> None:
        """Ask by every way there is."""
        case_id = self.ask_as_client()
        self.site.run(
            HANDLE, case_id, self.put("Message.body of staff", "Answer: {mark}."), self.put("Message.body of a note")
        )
        remark = self.put("Case.remark", "Remark: {mark}.")
        rated = self.browser.post(
            f"/admin/inquiries/{case_id}/rate/",
            data=hidden_in(self.get(f"/admin/inquiries/{case_id}/").text) | {"rating": "good", "remark": remark},
        )
        assert remark in self.get("/admin/").text or rated.status_code == 200
        self.ask_as_stranger()
        self.give_feedback()
        self.write_letter()
        self.write_mail()

    def ask_as_client(self) -> str:
        """Ask by the form, signed in, with a file; return the id of the case."""
        answers = {
            "topic": "question",
            "title": self.put("Case.title", "About {mark}"),
            "body": self.put("Message.body", "Where is {mark}?"),
        }
        name, content = self.put("Attachment name", "{mark}.txt"), self.put("Attachment.file", "In a file: {mark}.")
        asked = self.post("/ask/", files={"file": (name, content.encode(), "text/plain")}, **answers)
        assert asked.url.path.startswith("/admin/inquiries/"), asked.url
        return asked.url.path.rstrip("/").rsplit("/", 1)[1]

    def ask_as_stranger(self) -> None:
        """Ask by the form, without an account."""
        answers = {
            "topic": "question",
            "title": self.put("Case.title of a stranger", "Of {mark}"),
            "body": self.put("Message.body of a stranger", "What is {mark}?"),
            "sender_name": self.put("Case.sender_name", "Ö. {mark}"),
            "sender_email": self.put("Case.sender_email", "{mark}@example.org"),
        }
        with httpx.Client(base_url=self.browser.base_url, verify=False, trust_env=False, timeout=60) as other:  # noqa: S501
            page = other.get("/ask/").text
            asked = other.post("/ask/", data=hidden_in(page) | answers, headers={"Origin": str(self.browser.base_url)})
        assert re.search(r"It has the number", asked.text), asked.status_code

    def give_feedback(self) -> None:
        """Say what one thinks at the foot of a page, as a client and as a stranger who wishes for an answer."""
        said = self.post("/feedback/on/home/", rating="4", words=self.put("Feedback.words", "Of this page: {mark}."))
        assert said.status_code == 200, said.status_code
        assert self.canaries["Feedback.words"].value in self.get("/feedback/mine/").text
        answers = {"rating": "2", "contact": self.put("Feedback.contact", "{mark}@example.org")}
        with httpx.Client(base_url=self.browser.base_url, verify=False, trust_env=False, timeout=60) as other:  # noqa: S501
            page = other.get("/feedback/").text
            said = other.post(
                "/feedback/", data=hidden_in(page) | answers, headers={"Origin": str(self.browser.base_url)}
            )
        assert said.status_code == 200, said.status_code

    def write_letter(self) -> None:
        """Let staff enter what somebody wrote on paper."""
        telephone = f"+49151{secrets.randbelow(90_000_000) + 10_000_000}"
        self.canaries["Case.sender_telephone"] = Canary("Case.sender_telephone", telephone)
        street = self.put("Case.sender_address", "3 {mark} Lane")
        self.site.run(
            ENTER, telephone, street, self.put("Case.title of a letter"), self.put("Message.body of a letter")
        )

    def write_mail(self) -> None:
        """Let a mail come in, as the operator's mail server hands it on."""
        raw = (
            f"From: {self.put('sender of a mail')} <{self.put('address of a mail', '{mark}@example.net')}>\r\n"
            f"To: support@collectorsystems.com\r\nMessage-ID: <{self.put('id of a mail')}@example.net>\r\n"
            f"Subject: {self.put('subject of a mail')}\r\n\r\n{self.put('InboundMail.raw', 'Mailed: {mark}.')}\r\n"
        )
        self.site.run(TAKE, raw)
        wait_until(lambda: "1" in self.site.run(COUNT), longest=60)


HANDLE = """
from troth.kernel.acting import acting, staff_member
from troth.kernel.purposes import Purpose
from troth.staff.models import StaffMember
from troth.support.actions.handling import add_note, answer_case, take_case
from troth.support.models import Case
from troth.support.queries import find_newest
case = Case.objects.get(pk=sys.argv[1])
member = StaffMember.objects.filter(role="service").first()
with acting(actor=staff_member(member.id), purpose=Purpose.SUPPORT, case=case.as_case):
    take_case(case)
    add_note(case, text=sys.argv[3])
    answer_case(case, text=sys.argv[2], seen=find_newest(case).id, close=True)
"""

ENTER = """
from troth.kernel import clock
from troth.kernel.acting import acting, staff_member
from troth.kernel.purposes import Purpose
from troth.staff.models import StaffMember
from troth.support.actions.opening import Inquiry, enter_inquiry
from troth.support.words import Origin
telephone, street, title, body = sys.argv[1:]
address = {"country_code": "US", "street_address": street, "city": "New York", "country_area": "NY"}
sender = {"sender_telephone": telephone, "sender_address": address | {"postal_code": "10001"}}
member = StaffMember.objects.filter(role="service").first()
with acting(actor=staff_member(member.id), purpose=Purpose.SUPPORT):
    enter_inquiry(
        subject_id=None,
        inquiry=Inquiry(title=title, body=body, sender=sender),
        origin=Origin.LETTER,
        received_at=clock.now(),
    )
"""

TAKE = """
from troth.support.mailin.filing import file_mail
from troth.support.mailin.storing import take_mail
mail_id = take_mail(sys.argv[1].encode())
if mail_id is not None:
    file_mail(mail_id)
"""

COUNT = """
from troth.support.models import InboundMail
print(InboundMail.objects.count())
"""
