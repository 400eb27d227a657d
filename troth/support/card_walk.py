"""An invented client writes a card number into whatever the help desk takes; what was sealed is read again (C1)."""

from uuid import UUID

from troth.kernel import clock
from troth.kernel.acting import acting, client, staff_member, system
from troth.kernel.card_numbers import find_card_numbers, was_struck
from troth.kernel.ids import new_id
from troth.kernel.ports import Observation
from troth.kernel.purposes import Purpose
from troth.kernel.undoing import undone
from troth.support import jobs
from troth.support.actions.opening import Inquiry, enter_inquiry, open_inquiry
from troth.support.canary import Notes, open_canary
from troth.support.files import Sniffed
from troth.support.gate import CARD_STRUCK
from troth.support.models import Attachment, Case, Decision, InboundMail, Message
from troth.support.words import Origin

_CARD = "4242 4242 4242 4242"
"""The number that card processors give for trying things out."""
_MAIL = (
    b"From: canary@example.org\r\nSubject: My card\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\nIt is 4242=20424=\r\n2 4242 4242.\r\n"
)


def walk_card_numbers() -> Observation:
    """Let a card number come by the form, by telephone and by mail, and look at every value that was kept of it."""
    notes = Notes()
    with undone():
        subject_id = open_canary()
        inquiry = Inquiry(
            title=f"My card {_CARD}",
            body=f"Please charge {_CARD}, CVC 123.",
            files=(Sniffed(name="card.txt", kind="text", content=_CARD.encode()),),
        )
        with acting(actor=client(subject_id), purpose=Purpose.SUPPORT):
            open_inquiry(subject_id=subject_id, inquiry=inquiry)
        with acting(actor=staff_member(new_id()), purpose=Purpose.SUPPORT):
            enter_inquiry(subject_id=subject_id, inquiry=inquiry, origin=Origin.TELEPHONE, received_at=clock.now())
        with acting(actor=system(jobs.INTAKE), purpose=Purpose.SUPPORT):
            mail = InboundMail(subject_id=subject_id, source="canary", key=str(new_id()), size=len(_MAIL))
            mail.raw = _MAIL
            mail.save()
        said = _read_all(notes, subject_id)
        notes.expect(
            any(was_struck(text) for text in said), "the thread does not say that a card number was struck out"
        )
        told = Decision.objects.filter(subject_id=subject_id, about=CARD_STRUCK).count()
        notes.expect(told == 1, "whoever gave a card number by telephone is not told what was done with it")
    return notes.observation()


def _read_all(notes: Notes, subject_id: UUID) -> list[str]:
    """Look at each value as the client opens it; return what was said."""
    said = []
    rows = [
        *Case.objects.filter(subject_id=subject_id),
        *Message.objects.filter(subject_id=subject_id),
        *Attachment.objects.filter(subject_id=subject_id),
        *InboundMail.objects.filter(subject_id=subject_id),
    ]
    with acting(actor=client(subject_id), purpose=Purpose.SUPPORT):
        for row in rows:
            name = {Case: "title", Message: "body", Attachment: "file", InboundMail: "raw"}[type(row)]
            value = getattr(row.open(name), name)
            text = value["content"].decode() if isinstance(value, dict) else value
            said.append(text)
            found = [*find_card_numbers(text.replace("=\r\n", "").replace("=20", " "))]
            notes.expect(not found, f"a card number is kept in {row._meta.label}.{name}")
            notes.expect("123" not in text, f"the check value of a card is kept in {row._meta.label}.{name}")
    return said
