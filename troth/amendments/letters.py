"""Letters about a change: taken by a member of staff, printed with the address, posted. Each is its own case (A4)."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from troth.accounts.api import Profile
from troth.amendments.events import Event
from troth.amendments.kinds import AmendmentState, LetterState, Way
from troth.amendments.models import NoticeLetter, Told
from troth.amendments.queries import find_by_number
from troth.announcements.api import mail_after_all
from troth.kernel import clock
from troth.kernel.acting import Case, require_acting
from troth.kernel.errors import Refused
from troth.kernel.operator import read_operator
from troth.kernel.ports import OpenCase, Words
from troth.kernel.purposes import Purpose
from troth.ledger.api import record

if TYPE_CHECKING:
    from troth.ui.letter import PaperLetter

KIND = "notice_letter"
MOST_TOGETHER = 50
"""Letters in one PDF."""


class LetterCases:
    """Answers for letters as cases: one that waits, by the member who took it, about this one client."""

    def find_open(self, ref: str) -> OpenCase | None:
        """Return the letter if it waits."""
        letter = _find(ref)
        if letter is None or letter.state != LetterState.WAITING:
            return None
        return OpenCase(
            subject_id=letter.subject_id,
            taken_by=letter.taken_by,
            purposes=frozenset({Purpose.SUPPORT}),
            words=_WORDS,
        )

    def describe(self, ref: str) -> tuple[Words, str]:
        """Return what the letter is about; its own page is the one of the statement's versions."""
        del ref
        return _WORDS, "/admin/statement/"


_WORDS = gettext_lazy("a letter about a change of our statement")


def case_of(letter: NoticeLetter) -> Case:
    """Return a letter as the case of a look."""
    return Case(KIND, str(letter.pk))


def take_letter(letter: NoticeLetter) -> NoticeLetter:
    """Take a letter: whoever did may open name and address for it."""
    actor = require_acting().actor
    with transaction.atomic():
        letter = _lock(letter)
        letter.taken_by = UUID(actor.ref)
        letter.save(update_fields=["taken_by"])
    return letter


def take_letters(most: int = MOST_TOGETHER) -> int:
    """Take the oldest letters that nobody has taken, to print them together; return how many."""
    with transaction.atomic():
        rows = NoticeLetter.objects.select_for_update().filter(state=LetterState.WAITING, taken_by=None)
        chosen = list(rows.order_by("made_at", "id")[:most].values_list("pk", flat=True))
        return NoticeLetter.objects.filter(pk__in=chosen).update(taken_by=UUID(require_acting().actor.ref))


def print_letters(letters: Sequence[NoticeLetter], act_on: Callable[[Case], AbstractContextManager[object]]) -> bytes:
    """Return the letters as one PDF, each beginning on a page of its own.

    Arguments:
        letters: all taken by the member who prints them.
        act_on: acts as that member on a letter as the case; each address is opened on its own letter.

    Where no address is known, the letter is left out and noted as such, and whoever wished it gets the mail after all.
    Raises Refused where none is left.
    """
    from troth.ui.letter import make_letters

    pages = []
    for letter in letters:
        with act_on(case_of(letter)):
            page = _write_letter(letter)
            if page is None:
                note_unreachable(letter)
            else:
                pages.append(page)
    if not pages:
        raise Refused(
            _("No postal address is known."),
            kept=_("It is noted. Who wished a letter gets the mail; for the others the version before governs on."),
        )
    return make_letters(pages, country=read_operator().country)


def _write_letter(letter: NoticeLetter) -> "PaperLetter | None":
    """Return what a letter says; None where no address is known. Act as the member who took it, on it as the case."""
    from troth.ui.letter import PaperLetter

    amendment = find_by_number(letter.number)
    profile = Profile.of(letter.subject_id)
    opened = profile.open("name", "address") if profile else None
    address = opened.show("address").splitlines() if opened else []
    if amendment is None or amendment.notice is None or opened is None or not any(line.strip() for line in address):
        return None
    operator = read_operator()
    texts = {text.language: text for text in amendment.notice.texts.all()}
    text = texts.get(translation.get_language() or "") or texts[operator.languages[0]]
    return PaperLetter(
        house=operator.name,
        sender=operator.contacts.postal_address.strip().splitlines(),
        recipient=[opened.show("name"), *address],
        on=clock.today(),
        reference="",
        subject=text.subject,
        paragraphs=[*text.what.split("\n\n"), text.effect, text.to_do],
    )


def note_posted(letter: NoticeLetter) -> NoticeLetter:
    """Note that the letter was posted: its client is told from now on."""
    actor = require_acting().actor
    with transaction.atomic():
        letter = _lock(letter)
        if str(letter.taken_by) != actor.ref:
            raise Refused(_("Take the letter first."), kept=_("Nothing was changed."))
        letter.state, letter.ended_at = LetterState.POSTED, clock.now()
        letter.save(update_fields=["state", "ended_at"])
        Told.objects.get_or_create(
            subject_id=letter.subject_id, number=letter.number, defaults={"way": Way.LETTER, "at": letter.ended_at}
        )
        record(
            event=Event.LETTER_POSTED,
            subject_id=letter.subject_id,
            object_type="amendments.NoticeLetter",
            object_id=str(letter.pk),
        )
    return letter


def note_unreachable(letter: NoticeLetter) -> None:
    """Note that no address is known to which the letter could go; who wished the letter gets the mail after all."""
    with transaction.atomic():
        noted = NoticeLetter.objects.filter(pk=letter.pk, state=LetterState.WAITING).update(
            state=LetterState.UNREACHABLE, ended_at=clock.now()
        )
        amendment = find_by_number(letter.number)
        if noted and amendment and amendment.notice and amendment.state == AmendmentState.ANNOUNCED:
            mail_after_all(amendment.notice, letter.subject_id)


def _lock(letter: NoticeLetter) -> NoticeLetter:
    found = NoticeLetter.objects.select_for_update().get(pk=letter.pk)
    if found.state != LetterState.WAITING:
        raise Refused(_("This letter is done."), kept=_("Nothing was changed."))
    return found


def _find(ref: str) -> NoticeLetter | None:
    try:
        return NoticeLetter.objects.filter(pk=UUID(ref)).first()
    except ValueError:
        return None
