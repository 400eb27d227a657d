"""The post room that is killed: it takes mails in, answers them, and gives what a court ordered, each in a child.

It speaks with its test as ``clerk`` does, and forks the same way; what differs are the deeds, and what is looked at.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.kill.clerk import LATER, open_confirmed
from tests.kill.mortal import Deed, close_connections, serve


def raw_mail(number: int) -> bytes:
    """Return the mail of person ``number``, as the operator's own mail server hands it on."""
    from troth.kernel.operator import read_operator

    name = read_operator().mail.authserv_id
    return (
        f"Authentication-Results: {name}; dmarc=pass header.from=example.org\r\n"
        f"From: Person {number} <person{number}@example.org>\r\nTo: support@collectorsystems.com\r\n"
        f"Subject: Matter {number}\r\n\r\nWhere is it, asks person {number}.\r\n"
    ).encode()


def take_in(number: int) -> None:
    """Store the mail, file it, and send the note that it came, as the mailbox's fetch and the worker do."""
    from troth.support.mailin import filing
    from troth.support.mailin.storing import store_mail

    mail_id = store_mail(raw_mail(number), source="imap:kill/INBOX", key=f"1:{number}")
    if mail_id is not None:
        filing.file_mail(mail_id)
    send_waiting()


def send_waiting() -> None:
    """Send what is due, as the worker does."""
    from troth.support import tasks

    tasks.deliver_due_answers.call()


def make_member(number: int, role: str) -> UUID:
    """Invite a trained member of staff, and return its id. Each has few clients: who looks at many is suspended."""
    from troth.kernel import clock
    from troth.kernel.acting import acting, system
    from troth.kernel.purposes import Purpose
    from troth.staff.api import Role, invite_member
    from troth.staff.job import JOB

    account = open_confirmed(1000 + number)
    with acting(actor=system(JOB), purpose=Purpose.SECURITY):
        until = clock.now() + timedelta(days=90)
        return invite_member(subject_id=account.id, role=Role(role), certificate_until=until).id


def find_reviewers() -> list[UUID]:
    """Return the ids of the two who review."""
    from troth.staff.api import Role, list_members

    return [member.id for member in list_members() if member.role == Role.REVIEWER]


def open_case(number: int) -> None:
    """Take a mail in, and the case of it, for somebody to answer."""
    from troth.kernel.acting import acting, staff_member
    from troth.kernel.purposes import Purpose
    from troth.support.actions.handling import take_case

    open_confirmed(number)
    take_in(number)
    case = find_case(number)
    with acting(actor=staff_member(make_member(number, "service")), purpose=Purpose.SUPPORT, case=case.as_case):
        take_case(case)


def answer(number: int) -> None:
    """Answer it, and send the answer."""
    from troth.kernel.acting import acting, staff_member
    from troth.kernel.purposes import Purpose
    from troth.support.actions.handling import answer_case
    from troth.support.queries import find_newest

    case = find_case(number)
    newest = find_newest(case)
    with acting(actor=staff_member(case.taken_by), purpose=Purpose.SUPPORT, case=case.as_case):
        answer_case(case, text=f"Answer {number}.", seen=newest.id if newest else None)
    send_waiting()


def find_case(number: int) -> Any:
    """Return the case of person ``number``."""
    from troth.accounts.api import Profile
    from troth.support.models import Case
    from troth.vault.api import find_subjects

    return Case.objects.get(subject_id=find_subjects(Profile.email, f"person{number}@example.org")[0])


def order_by_court(number: int) -> None:
    """Register an order about one client, and have it read and approved by two."""
    from troth.kernel import clock
    from troth.kernel.acting import acting, staff_member
    from troth.kernel.purposes import Purpose
    from troth.law.actions.requests import narrow_request, register_request, review_request, take_request
    from troth.law.kinds import DemandKind
    from troth.law.scope import ItemDecision

    account = open_confirmed(number)
    officer = make_member(number, "privacy_officer")
    with acting(actor=staff_member(officer), purpose=Purpose.LEGAL):
        request = register_request(
            kind=DemandKind.COURT_ORDER,
            received_on=clock.today(),
            answer_by=clock.today() + timedelta(days=14),
            values={
                "authority": f"Invented court {number}",
                "demand": "One address.",
                "document": {"name": "order.txt", "type": "text/plain", "content": b"An invented order."},
            },
        )
        take_request(request)
        narrow_request(request, decisions=[ItemDecision(account.id, "accounts.Profile", "email")])
    for reviewer in find_reviewers():
        with acting(actor=staff_member(reviewer), purpose=Purpose.LEGAL):
            review_request(request)


def release(_number: int) -> None:
    """Give what was granted, tell the client, and send the mail that tells it."""
    from troth.law.actions.release import release_request
    from troth.law.actions.telling import tell_due
    from troth.law.kinds import DemandState
    from troth.law.models import LegalRequest

    for request in LegalRequest.objects.filter(state=DemandState.APPROVED):
        release_request(request, member_id=UUID(str(request.taken_by)))
    while tell_due():
        pass
    send_waiting()


DEEDS: dict[str, Deed] = {
    "take_in": (open_confirmed, take_in),
    "answer": (open_case, answer),
    "release": (order_by_court, release),
}


def inspect() -> dict[str, Any]:
    """Fetch every mail again and do what the schedule does after a while; then tell how each matter stands."""
    import time_machine

    from troth.kernel import clock
    from troth.ledger.reading import verify_ledger
    from troth.ledger.sealing import seal_entries
    from troth.support.mailin import filing

    with time_machine.travel(clock.now() + LATER, tick=True):
        for number in list_numbers():
            take_in(number)
        for mail_id in filing.find_stored():
            filing.file_again(mail_id)
        release(0)
        send_waiting()
    seal_entries(sweep=True)
    facts = {
        "people": {str(number): describe(number) for number in list_numbers()},
        "ledger": [str(finding) for finding in verify_ledger().findings],
    }
    close_connections()
    return facts


def list_numbers() -> list[int]:
    """Return the numbers of all people, staff apart."""
    from troth.accounts.api import Profile
    from troth.vault.api import find_subjects

    return [number for number in range(1, 200) if find_subjects(Profile.email, f"person{number}@example.org")]


def describe(number: int) -> dict[str, Any]:
    """Tell what stands of one person's matter, and which mails lie in its mailbox."""
    from troth.accounts.api import Profile
    from troth.config.environment import read_environment
    from troth.config.mailbox import open_mailbox
    from troth.disclosures.models import Disclosure, Outcome
    from troth.kernel.acting import acting, system
    from troth.kernel.purposes import Purpose
    from troth.law.models import ScopeItem, Telling
    from troth.support import jobs
    from troth.support.models import Case, InboundMail, Message, Outbound
    from troth.vault.api import find_subjects

    address = f"person{number}@example.org"
    subject_id = find_subjects(Profile.email, address)[0]
    mails = [mail for mail in open_mailbox(read_environment()).read_all() if address in mail.header("To")]
    with acting(actor=system(jobs.INTAKE), purpose=Purpose.SUPPORT):
        raws = [mail.open("raw").raw["content"] for mail in InboundMail.objects.filter(subject_id=subject_id)]
    disclosed = Disclosure.objects.filter(subject_id=subject_id, operation="legal.hand_over")
    requests = {item.request for item in ScopeItem.objects.filter(subject_id=subject_id).select_related("request")}
    return {
        "cases": Case.objects.filter(subject_id=subject_id, origin="mail").count(),
        "heard": Message.objects.filter(subject_id=subject_id, direction="in").count(),
        "raw": [raw == raw_mail(number) for raw in raws],
        "answers": Message.objects.filter(subject_id=subject_id, direction="out").count(),
        "outbound": sorted(f"{row.about} {row.state}" for row in Outbound.objects.filter(subject_id=subject_id)),
        "mails": sorted(name for mail in mails if (name := _name_mail(mail.header("Subject")))),
        "ids": len({mail.header("Message-ID") for mail in mails}) == len(mails),
        "disclosed": disclosed.count(),
        "outcomes": Outcome.objects.filter(disclosure_id__in=disclosed.values("id")).count(),
        "requests": sorted(str(request.state) for request in requests),
        "packages": [bool(_read_package(request)) for request in requests],
        "tellings": [telling.told_at is not None for telling in Telling.objects.filter(subject_id=subject_id)],
    }


def _name_mail(subject: str) -> str:
    """Return what a mail is about; nothing for those about the account."""
    names = {"Our answer": "answer", "has come": "received", "legal request": "told"}
    return next((name for words, name in names.items() if words in subject), "")


def _read_package(request: Any) -> Any:
    from troth.kernel.acting import acting, staff_member
    from troth.kernel.purposes import Purpose
    from troth.law.cases import case_of

    with acting(actor=staff_member(request.taken_by), purpose=Purpose.LEGAL, case=case_of(request)):
        return request.read_package()["content"]


def prepare_place() -> None:
    """Make those who review before anybody is killed."""
    for place in (1, 2):
        make_member(900 + place, "reviewer")


if __name__ == "__main__":
    serve(DEEDS, inspect, begin=prepare_place)
