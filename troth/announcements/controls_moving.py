"""The check that no notice stands still: those that are being sent are looked at, and invented ones tried."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from troth.announcements.canary import Notes, write_invented
from troth.announcements.kinds import MOVING, DeliveryState, NoticeState
from troth.announcements.models import Delivery, Notice
from troth.announcements.stalling import FORGOTTEN, STILL, find_stalled
from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.ports import Control, Observation, Sabotage, controls
from troth.kernel.undoing import undone


def observe_moving() -> Observation:
    """Look at every notice that is being sent; then invent one that moves and one that stands still."""
    notes = Notes()
    notes.examined += Notice.objects.filter(state__in=MOVING).count()
    notes.failures += [f"notice {notice.pk} stands still: {why}" for notice, why in find_stalled()]
    with undone():
        moves = _begin_invented(NoticeState.SENDING, due=timedelta(minutes=5))
        names = {notice.pk for notice, _why in find_stalled()}
        notes.expect(moves.pk not in names, "a notice that moves is called still")
    return notes.observation()


def _begin_invented(state: NoticeState, *, due: timedelta) -> Notice:
    """Return an invented notice in this state whose one mail is due for so long."""
    notice, at = write_invented(new_id()), clock.now() - due
    Notice.objects.filter(pk=notice.pk).update(state=state, frozen_at=at, frozen_count=1)
    Delivery.objects.create(notice=notice, subject_id=new_id(), state=DeliveryState.PENDING, next_try_at=at)
    return Notice.objects.get(pk=notice.pk)


@contextmanager
def stop_sending() -> Iterator[None]:
    """Let the mails of a notice be due for hours, and none go."""
    with undone():
        _begin_invented(NoticeState.SENDING, due=2 * STILL)
        yield


@contextmanager
def forget_paused() -> Iterator[None]:
    """Let a notice be paused for longer than anybody would remember."""
    with undone():
        _begin_invented(NoticeState.PAUSED, due=2 * FORGOTTEN)
        yield


def register_controls() -> None:
    """Offer the check."""
    control = Control(
        key="announcements.moving",
        clauses=("F1", "O3", "N2"),
        words=_("No notice that is being sent stands still, and none that is paused is forgotten."),
        observe=observe_moving,
        sabotages=(
            Sabotage("stopped", _("The mails of a notice are due, and none goes."), stop_sending),
            Sabotage("forgotten", _("A notice is paused, and nobody goes on with it."), forget_paused),
        ),
    )
    controls.register(control.key, control)
