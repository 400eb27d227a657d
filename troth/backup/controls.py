"""The checks of M2 and L1: backups are young, sealed and whole; nobody who was erased comes back with one."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from troth.backup import sabotages, store
from troth.backup.rehearsal import Rehearsed, rehearse
from troth.backup.sealing import HEADER, digest_file, read_identity, rehearsal_file
from troth.backup.store import Kind, Stored
from troth.kernel.errors import TrothError
from troth.kernel.operator import read_operator
from troth.kernel.ports import Control, Observation, Sabotage, controls

YOUNGEST = {Kind.MAIN: timedelta(hours=36), Kind.KEYS: timedelta(hours=4)}
"""How old the newest of each kind may be: a night, or a few hours, that a copy was missed in is not yet a loss."""
_FEW_LOST = 100
_LARGEST_SHARE = 0.1


def observe_backups() -> Observation:
    """Look at each file in the folder: its age by its name, how it begins, and its bytes against the note beside it.

    Where nothing was ever backed up, nothing was examined.
    """
    stored = {kind: store.list_stored(kind) for kind in Kind}
    every = [each for kind in Kind for each in stored[kind]]
    if not every:
        return Observation(examined=0)
    failures = [line for each in every for line in _judge_file(each)]
    for kind, limit in YOUNGEST.items():
        if not stored[kind]:
            failures.append(f"there is no backup of the {kind} database")
        elif stored[kind][-1].age > limit:
            failures.append(f"the newest backup of the {kind} database is {stored[kind][-1].age.days} days old or more")
    ages = {str(kind): round(found[-1].age.total_seconds() / 3600, 1) for kind, found in stored.items() if found}
    return Observation(examined=len(every), failures=failures, evidence={"files": len(every), "hours_old": ages})


def _judge_file(stored: Stored) -> Iterator[str]:
    name, days = stored.path.name, read_operator().numbers.backup_days
    if stored.age > timedelta(days=days + 1):
        yield f"{name} is older than the {days} days that are promised"
    try:
        with stored.path.open("rb") as file:
            beginning = file.read(len(HEADER))
        whole = digest_file(stored.path) == stored.note.get("sha256")
    except OSError:
        yield f"{name} cannot be read"
        return
    if beginning != HEADER:
        yield f"{name} is not sealed"
    if not whole:
        yield f"{name} is not whole: its bytes are not those that were noted"


def observe_rehearsal() -> Observation:
    """Open the oldest and the newest backup in scratch, and look in each for the erased, with the keys of now.

    Where this machine may not open its backups, as it has no identity for it, nothing was examined.
    """
    stored = store.list_stored(Kind.MAIN)
    if not stored or not rehearsal_file().exists():
        return Observation(examined=0)
    identity = read_identity(rehearsal_file())
    failures: list[str] = []
    rehearsed = []
    for each in dict.fromkeys((stored[0].path, stored[-1].path)):
        backup = next(one for one in stored if one.path == each)
        try:
            found = rehearse(backup, identity=identity)
        except TrothError as error:
            failures.append(f"{backup.path.name} cannot be brought back: {error.message}")
            continue
        rehearsed.append(found)
        failures += _judge_rehearsed(found)
    return Observation(
        examined=sum(each.keys + each.rows for each in rehearsed),
        failures=failures,
        evidence={
            "backups": len(rehearsed),
            "oldest_in_days": stored[0].age.days,
            "keys": sum(each.keys for each in rehearsed),
            "erased_looked_for": sum(each.erased for each in rehearsed),
            "rows_opened": sum(each.opened for each in rehearsed),
        },
    )


def _judge_rehearsed(found: Rehearsed) -> Iterator[str]:
    if found.readable:
        yield f"{found.readable} keys of people who were erased open what {found.name} holds of them"
    if found.opened + found.gone < found.rows:
        yield f"{found.rows - found.opened - found.gone} of {found.rows} rows of {found.name} do not open"
    if found.rows and not found.opened:
        yield f"no row of {found.name} opens"
    if found.lost > _FEW_LOST and found.lost > found.keys * _LARGEST_SHARE:
        yield f"{found.lost} of {found.keys} keys that {found.name} names are lost"
    for label in found.left_out:
        yield f"{found.name} holds rows of {label}, which should be in no backup"


def register() -> None:
    """Register the checks."""
    for control in CONTROLS:
        controls.register(control.key, control)


CONTROLS = (
    Control(
        key="backup.kept",
        clauses=("M2", "L1"),
        words=_("Backups are young, sealed and whole, and none is older than the days that are promised."),
        observe=observe_backups,
        sabotages=(
            Sabotage("half", _("A backup is cut in half."), sabotages.cut_in_half),
            Sabotage("clear", _("A backup lies there unsealed."), sabotages.leave_unsealed),
            Sabotage("old", _("A backup stays longer than promised."), sabotages.keep_too_long),
            Sabotage("none", _("For two days nothing is backed up."), sabotages.miss_two_days),
        ),
    ),
    Control(
        key="backup.rehearsal",
        clauses=("M2", "L1"),
        words=_("A backup is opened in scratch each day; whoever was erased is not readable in it, all others are."),
        observe=observe_rehearsal,
        sabotages=(
            Sabotage("back", _("The key of somebody who was erased comes back."), sabotages.bring_key_back),
            Sabotage("sessions", _("A backup holds the sessions."), sabotages.back_up_sessions),
            Sabotage("other", _("A backup is sealed to a key that nobody has."), sabotages.seal_to_nobody),
        ),
        every=timedelta(days=1),
    ),
)
