"""Mail that goes to who chose it: who that is, whether it may go now, and how its one click ends it.

News of a service goes to whom the service interests. Mail of another class belongs to the room whose thing it tells of,
and that room says who chose it (``readers``); this room never learns why somebody is left out.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol
from uuid import UUID

from troth.accounts.api import Profile
from troth.announcements.kinds import NoticeClass
from troth.announcements.models import Notice
from troth.kernel.ports import Registry, Words
from troth.vault.api import find_subjects, keep_found


class Readers(Protocol):
    """Who chose mail of one class.

    Arguments:
        reason: why a reader gets the mail, as its foot says.
        ending: what the page behind the one click says before it is pressed.
        again: how it can be chosen again.
    """

    reason: Words
    ending: Words
    again: Words

    def list_all(self, notice: Notice) -> Iterable[UUID]:
        """Return who chose it, when its recipients are listed."""
        ...

    def keep(self, notice: Notice, subject_ids: Sequence[UUID]) -> set[UUID]:
        """Return who of these still wishes it, when their mails are due."""
        ...

    def judge(self, notice: Notice) -> None:
        """Return where it may be sent now; raise Refused where it may not."""
        ...

    def end(self, subject_id: UUID) -> bool:
        """End it for a client that clicked; return whether there was anything to end."""
        ...


readers: Registry[str, Readers] = Registry("readers of a class of mail that is chosen")
"""Class of notice → who chose it; the one of another room's things."""


def list_readers(notice: Notice) -> Iterable[UUID]:
    """Return who chose what this notice is."""
    if notice.kind == NoticeClass.NEWS:
        return find_subjects(Profile.interests, notice.interest)
    return _readers_of(notice).list_all(notice)


def keep_readers(notice: Notice, subject_ids: Sequence[UUID]) -> set[UUID]:
    """Return who of these still wishes it."""
    if notice.kind == NoticeClass.NEWS:
        return keep_found(Profile.interests, notice.interest, subject_ids)
    return _readers_of(notice).keep(notice, subject_ids)


def judge_chosen(notice: Notice) -> None:
    """Return where a notice that is chosen by its readers may be sent now; raise Refused where it may not."""
    if (found := readers.get(notice.kind)) is not None:
        found.judge(notice)


def choice_of(notice: Notice) -> str:
    """Return what the one click of this notice ends: the key of a service, or of a class that is chosen as a whole."""
    return notice.interest or f":{notice.kind}"


def find_by_choice(choice: str) -> Readers | None:
    """Return who chose the class that a click ends, or None where the click is of news."""
    return readers.get(choice.removeprefix(":")) if choice.startswith(":") else None


def _readers_of(notice: Notice) -> Readers:
    found = readers.get(notice.kind)
    if found is None:
        # Nobody says who chose it: then nobody did.
        raise LookupError(notice.kind)
    return found
