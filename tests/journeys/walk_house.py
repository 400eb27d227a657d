"""The walk through what staff write: looks without a case, objections, examinations, legal requests, breaches."""

import json

import pyrage

from tests.canary import Canary
from tests.journeys.walking import Walker


class HouseWalk(Walker):
    """What staff write about a client, and about one another."""

    def meet_the_house(self) -> None:
        """Let staff do what they do, in processes of their own on the site's data."""
        texts = {
            name: self.put(name, pattern)
            for name, pattern in {
                "BreakGlass.reason": "A reason without a case: {mark}, and no more.",
                "Challenge.text": "I object: {mark}.",
                "Challenge.answer": "We found: {mark}.",
                "IncidentWord.text": "The member says: {mark}.",
                "SavedView.name": "View {mark}",
                "Invitation.email": "{mark}@example.com",
                "LegalRequest.authority": "Court of {mark}",
                "LegalRequest.demand": "Demanded: {mark}.",
                "LegalRequest.document": "An order of {mark}.",
                "Breach.description": "A breach: {mark}.",
                "Breach.consequences": "It may follow: {mark}.",
                "Breach.notice": "Notice: {mark}.",
                "Breach.notice_second": "Mitteilung: {mark}.",
                "BreachStep.text": "Step: {mark}.",
            }.items()
        }
        key = str(pyrage.x25519.Identity.generate().to_public())
        texts["LegalRequest.recipient_key"] = key
        self.canaries["LegalRequest.recipient_key"] = Canary("LegalRequest.recipient_key", key)
        self.canaries["LegalRequest.package"] = self.canaries["Profile.email"]
        self.site.run(STAFF, self.user_name, json.dumps(texts))
        self.site.run(LAW, self.user_name, json.dumps(texts))


STAFF = """
import json
from troth.accounts.api import Profile, find_account
from troth.kernel import clock
from troth.kernel.acting import acting, client, staff_member
from troth.kernel.purposes import Purpose
from troth.ledger.api import entries_about
from troth.staff.actions.access import answer_challenge, break_glass, challenge_look, take_challenge
from troth.staff.actions.conduct import ask_statement, open_incident, say, take_incident
from troth.staff.actions.invitations import prepare_invitation
from troth.staff.cases import case_of
from troth.staff.detectors import Detector, Finding
from troth.staff.models import ChallengeFinding, SavedView, Speaker, StaffMember
from troth.staff.roles import Role
account, texts = find_account(sys.argv[1]), json.loads(sys.argv[2])
member = StaffMember.objects.filter(role="service", active=True).first()
officer = StaffMember.objects.filter(role="privacy_officer", active=True).first()
with acting(actor=staff_member(member.id), purpose=Purpose.SUPPORT):
    glass = break_glass(
        member, subject_id=account.id, purpose=Purpose.SUPPORT, reason=texts["BreakGlass.reason"]
    )
with acting(actor=staff_member(member.id), purpose=Purpose.SUPPORT, case=case_of(glass)):
    Profile.of(account.id).open("name")
looks = [each for each in entries_about(account.id) if str(each.actor.ref) == str(member.id)]
with acting(actor=client(account.id), purpose=Purpose.RIGHTS):
    challenge = challenge_look(subject_id=account.id, entry_id=looks[0].id, text=texts["Challenge.text"])
take_challenge(challenge, member=officer)
with acting(actor=staff_member(officer.id), purpose=Purpose.RIGHTS, case=case_of(challenge)):
    answer_challenge(
        challenge, member=officer, finding=ChallengeFinding.RIGHT, answer=texts["Challenge.answer"]
    )
finding = Finding(list(Detector)[0], str(member.id), "walk", 1, clock.now(), clock.now())
with acting(actor=staff_member(officer.id), purpose=Purpose.SECURITY):
    incident = open_incident(finding, grave=False)
    take_incident(incident, member=officer)
    ask_statement(incident, member=officer)
with acting(actor=client(member.subject_id), purpose=Purpose.SECURITY):
    say(incident, speaker=Speaker.MEMBER, text=texts["IncidentWord.text"])
with acting(actor=client(member.subject_id), purpose=Purpose.ACCOUNT):
    view = SavedView(subject_id=member.subject_id, path="/console/cases/")
    view.name = texts["SavedView.name"]
    view.save()
admin = StaffMember.objects.filter(role="administrator", active=True).first()
with acting(actor=staff_member(admin.id), purpose=Purpose.SECURITY):
    prepare_invitation(email=texts["Invitation.email"], role=Role.SERVICE)
"""

LAW = """
import json
from datetime import timedelta
from uuid import UUID
from troth.accounts.api import find_account
from troth.kernel import clock
from troth.kernel.acting import acting, staff_member
from troth.kernel.purposes import Purpose
from troth.law.actions.breaches import add_step, record_breach
from troth.law.actions.release import release_request
from troth.law.actions.requests import narrow_request, register_request, review_request, take_request
from troth.law.kinds import BreachKind, DemandKind
from troth.law.scope import ItemDecision
from troth.staff.models import StaffMember
account, texts = find_account(sys.argv[1]), json.loads(sys.argv[2])
officer = StaffMember.objects.filter(role="privacy_officer", active=True).first()
paper = {"name": "order.txt", "type": "text/plain", "content": texts["LegalRequest.document"].encode()}
with acting(actor=staff_member(officer.id), purpose=Purpose.LEGAL):
    request = register_request(
        kind=DemandKind.COURT_ORDER,
        received_on=clock.today(),
        answer_by=clock.today() + timedelta(days=14),
        values={
            "authority": texts["LegalRequest.authority"],
            "demand": texts["LegalRequest.demand"],
            "document": paper,
            "recipient_key": texts["LegalRequest.recipient_key"],
        },
    )
    take_request(request)
    narrow_request(request, decisions=[ItemDecision(account.id, "accounts.Profile", "email")])
for reviewer in StaffMember.objects.filter(role="reviewer", active=True)[:2]:
    with acting(actor=staff_member(reviewer.id), purpose=Purpose.LEGAL):
        review_request(request)
request.refresh_from_db()
release_request(request, member_id=UUID(str(request.taken_by)))
with acting(actor=staff_member(officer.id), purpose=Purpose.LEGAL):
    breach = record_breach(
        kind=BreachKind.SEEN,
        began_at=clock.now() - timedelta(minutes=5),
        discovered_at=clock.now(),
        high_risk=False,
        values={
            "description": texts["Breach.description"],
            "consequences": texts["Breach.consequences"],
            "notice": texts["Breach.notice"],
            "notice_second": texts["Breach.notice_second"],
        },
    )
    add_step(breach, text=texts["BreachStep.text"])
"""
