"""What the demo shows of this room: a past incident, with a hearing and an outcome, by the pages' own actions."""

from datetime import timedelta

from troth.kernel import clock
from troth.kernel.acting import acting, client, staff_member
from troth.kernel.purposes import Purpose
from troth.staff.actions import conduct
from troth.staff.cases import case_of
from troth.staff.detectors import Detector, Finding
from troth.staff.models import Incident, Speaker, StaffMember
from troth.staff.roles import Role

_AGO = timedelta(days=40)


def make_past_incident() -> None:
    """Make one decided incident of an invented member of customer service, whose certificate has run out since."""
    member = StaffMember.objects.filter(role=Role.SERVICE, certificate_until__lt=clock.now()).first()
    officer = StaffMember.objects.filter(role=Role.PRIVACY_OFFICER).first()
    if member is None or officer is None or member.subject_id is None:
        return
    then = clock.now() - _AGO
    finding = Finding(Detector.AFTER_HOURS, str(member.id), "after_hours:demo", 5, then, then + timedelta(minutes=20))
    with acting(actor=staff_member(officer.id), purpose=Purpose.LEGAL):
        incident = conduct.open_incident(finding, grave=False)
    if incident is None:
        return
    on_case = acting(actor=staff_member(officer.id), purpose=Purpose.LEGAL, case=case_of(incident))
    with on_case:
        conduct.take_incident(incident, member=officer)
        conduct.ask_statement(incident, member=officer)
    with acting(actor=client(member.subject_id), purpose=Purpose.LEGAL):
        conduct.say(incident, speaker=Speaker.MEMBER, text="A delivery for the fair was late, and five people waited.")
    with acting(actor=staff_member(officer.id), purpose=Purpose.LEGAL, case=case_of(incident)):
        text = "Each look was for an order that left that night. Overtime is to be announced beforehand."
        conduct.decide(incident, member=officer, outcome="talk", text=text)
    Incident.objects.filter(pk=incident.pk).update(
        found_at=then, due_at=then + timedelta(days=14), decided_at=then + timedelta(days=4)
    )
