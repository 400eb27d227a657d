"""What this room registers when the program starts."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from troth.accounts.api import Profile, staff_of
from troth.disclosures.api import informants
from troth.kernel.console import ClientPanel, Room, register_client_panel, register_room
from troth.kernel.pages import gates
from troth.kernel.ports import Words, holders
from troth.kernel.purposes import Purpose
from troth.ledger.api import register_events
from troth.staff import board, cases, controls, job, judge, mails, review_kinds
from troth.staff.actions.invitations import find_told_since
from troth.staff.actions.reviews import count_decidable, waiting_reviews
from troth.staff.events import WORDS, Event
from troth.staff.gates import admit_staff, is_at_work
from troth.staff.holder import StaffHolder
from troth.staff.queries import find_by_subject, unreviewed_glass, waiting_challenges, waiting_incidents
from troth.staff.roles import Permission
from troth.ui.api import Place, register_link


def register() -> None:
    """Register everything, once."""
    register_events(WORDS, looks=[Event.CLIENT_SOUGHT, Event.GLASS_BROKEN])
    job.register()
    informants.register("staff", find_told_since)
    judge.register()
    cases.register()
    mails.register()
    review_kinds.register()
    board.register()
    controls.register()
    gates.register("staff", admit_staff)
    holders.register("staff", StaffHolder())
    register_link(place=Place.HEADER, order=75, name="console", words=_("Console"), url="staff:desk", when=is_at_work)
    staff_of.register("staff", lambda subject_id: find_by_subject(subject_id) is not None)
    _register_rooms()
    register_client_panel(
        ClientPanel(
            key="details",
            words=_("Details"),
            permission=Permission.SEARCH,
            purposes=frozenset(Purpose),
            rows=_find_profile,
            order=10,
        )
    )


def _find_profile(subject_id: UUID) -> Sequence[Profile]:
    profile = Profile.of(subject_id)
    return [profile] if profile else []


def _register_rooms() -> None:
    _add_place(
        "board",
        _("Privacy officer’s board"),
        _("What is broken, what waits and what ends soon, at a glance."),
        "staff:board",
        Permission.READ_BOARD,
    )
    _add_place(
        "people",
        _("Who works here"),
        _("Roles, standing and training; a change is prepared there for a second person."),
        "staff:people",
        Permission.READ_STAFF,
    )
    _add_room(
        "reviews",
        _("Reviews by two people"),
        _("What a colleague prepared and another decides."),
        "staff:reviews",
        Permission.REVIEW,
        waiting_reviews,
        "prepared_at",
        _("Decide what another prepared"),
        count_decidable,
    )
    _add_room(
        "challenges",
        _("Objections"),
        _("What clients say about looks at their records."),
        "staff:challenges",
        Permission.EXAMINE_CONDUCT,
        waiting_challenges,
        "opened_at",
        _("Answer an objection"),
    )
    _add_room(
        "glass",
        _("Looks without a case"),
        _("What was opened for a reason alone, to be examined."),
        "staff:glass",
        Permission.EXAMINE_CONDUCT,
        unreviewed_glass,
        "begun_at",
        _("Examine a look without a case"),
    )
    _add_room(
        "incidents",
        _("Incidents"),
        _("What is out of place in the looks of staff."),
        "staff:incidents",
        Permission.READ_BOARD,
        waiting_incidents,
        "found_at",
        _("Examine an incident"),
    )


def _add_place(key: str, words: Words, summary: Words, url: str, permission: Permission) -> None:
    """Add a room in which nothing waits for anybody."""
    register_room(Room(key=key, words=words, summary=summary, url=url, permission=permission, count_waiting=lambda: 0))


def _add_room(  # noqa: PLR0913, PLR0917  the parts of one room, in the order of its class
    key: str,
    words: Words,
    summary: Words,
    url: str,
    permission: str,
    waiting: Callable[[], Sequence[object]],
    since: str,
    do: Words,
    count_for: Callable[[UUID], int] | None = None,
) -> None:
    def oldest_at() -> datetime | None:
        return min((getattr(each, since) for each in waiting()), default=None)

    register_room(
        Room(
            key=key,
            words=words,
            summary=summary,
            url=url,
            permission=permission,
            count_waiting=lambda: len(waiting()),
            oldest_at=oldest_at,
            do=do,
            count_for=count_for,
        )
    )
