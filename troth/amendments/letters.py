"""Letters about a change: taken by a member of staff, printed with the address, posted. Each is its own case (A4)."""

from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from troth.accounts.api import Profile
from troth.amendments.events import Event
from troth.amendments.kinds import LetterState, Way
from troth.amendments.models import Amendment, NoticeLetter, Told
from troth.kernel import clock
from troth.kernel.acting import Case, require_acting
from troth.kernel.errors import Refused
from troth.kernel.operator import read_operator
from troth.kernel.ports import OpenCase, Words
from troth.kernel.purposes import Purpose
from troth.ledger.api import record

KIND = "notice_letter"


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


def print_letter(letter: NoticeLetter, amendment: Amendment) -> bytes:
    """Return the letter as PDF; act as the member who took it, on the letter as the case.

    Where no address is known, the letter is noted as such and Refused is raised: towards that client the version before
    governs on until it reads the change on the site.
    """
    from troth.ui.letter import PaperLetter, make_letter

    profile = Profile.of(letter.subject_id)
    opened = profile.open("name", "address") if profile else None
    address = opened.show("address").splitlines() if opened else []
    if opened is None or not any(line.strip() for line in address):
        note_unreachable(letter)
        raise Refused(
            _("No postal address is known."),
            kept=_("It is noted that this client cannot be reached; for it the version before governs on."),
        )
    operator = read_operator()
    language = translation.get_language() or operator.languages[0]
    texts = {text.language: text for text in amendment.notice.texts.all()} if amendment.notice else {}
    text = texts.get(language) or texts[operator.languages[0]]
    return make_letter(
        PaperLetter(
            house=operator.name,
            sender=operator.contacts.postal_address.strip().splitlines(),
            recipient=[opened.show("name"), *address],
            on=clock.today(),
            reference="",
            subject=text.subject,
            paragraphs=[*text.what.split("\n\n"), text.effect, text.to_do],
        ),
        country=operator.country,
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
    """Note that no address is known to which the letter could go."""
    NoticeLetter.objects.filter(pk=letter.pk, state=LetterState.WAITING).update(
        state=LetterState.UNREACHABLE, ended_at=clock.now()
    )


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
