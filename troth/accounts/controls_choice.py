"""The check that nobody opts a client in to news but the client (B3): others try it, and its readers are looked up."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from troth.accounts import own_choice
from troth.accounts.controls import Notes
from troth.accounts.models import Profile
from troth.kernel.acting import Actor, acting, client, staff_member, system
from troth.kernel.errors import AccessDenied
from troth.kernel.ids import new_id
from troth.kernel.operator import read_operator
from troth.kernel.ports import AccessRequest, Control, Observation, Sabotage, controls, judges
from troth.kernel.purposes import Purpose
from troth.kernel.sabotage import swap
from troth.kernel.undoing import undone
from troth.vault.api import find_subjects


class _Yes:
    """Lets every look pass: what is tried here is not the door but what stands behind it."""

    def judge(self, request: AccessRequest) -> None:
        """Refuse nothing."""


@contextmanager
def _open_door(actor: Actor) -> Iterator[None]:
    judge = judges.get(actor.kind)
    with swap(type(judge), "judge", _Yes.judge) if judge else nullcontext():
        yield


def observe_own_choice() -> Observation:
    """Choose news for a client as staff and as a job, at an open door; then as the client; look who would read."""
    notes = Notes()
    first, *_others = interests = list(read_operator().interests)
    with undone():
        subject_id = new_id()
        with acting(actor=client(subject_id), purpose=Purpose.ACCOUNT):
            profile = Profile(subject_id=subject_id)
            profile.name = "Canary Example"
            profile.save()
        strangers = (staff_member(new_id()), system("canary"), client(new_id()))
        for actor in strangers:
            chosen = _choose(actor, subject_id, [first])
            notes.expect(not chosen, f"news can be chosen for a client by: {actor.kind}")
            notes.expect(subject_id not in find_subjects(Profile.interests, first), "somebody else opted a client in")
        notes.expect(_choose(client(subject_id), subject_id, interests), "a client cannot choose news")
        for actor in strangers[:2]:
            _choose(actor, subject_id, [first])
            left = subject_id in find_subjects(Profile.interests, first)
            notes.expect(left, "who may end news took away what stays")
    return notes.observation()


def _choose(actor: Actor, subject_id: UUID, chosen: list[str]) -> bool:
    """Store a choice as this actor; return whether it was taken."""
    with acting(actor=actor, purpose=Purpose.NEWS), _open_door(actor):
        profile = Profile.objects.get(subject_id=subject_id)
        profile.interests = chosen
        try:
            profile.save()
        except AccessDenied:
            return False
    return True


def let_anybody_choose() -> AbstractContextManager[None]:
    """Ask nobody who chooses."""
    return swap(own_choice, "require_own_choice", lambda _attribute, **_facts: None)


def register_controls() -> None:
    """Offer the check."""
    control = Control(
        key="accounts.own_choice",
        clauses=("B3",),
        words=_("Nobody chooses news for a client but the client; others can only end it."),
        observe=observe_own_choice,
        sabotages=(Sabotage("by_staff", _("Staff opt a client in."), let_anybody_choose),),
    )
    controls.register(control.key, control)
