"""The live state of each clause, as the margin shows it. ``assessment`` supplies it; nobody does: unproven."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from troth.kernel.ports import Registry


class State(StrEnum):
    """What is known of a promise."""

    KEPT = "kept"
    BROKEN = "broken"
    UNPROVEN = "unproven"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class ClauseState:
    """The state of one clause.

    Arguments:
        state: kept, broken, unproven or stale.
        checked_at: when its last evidence was gathered, or None where there is none.
        examined: how many things were looked at.
    """

    state: State = State.UNPROVEN
    checked_at: datetime | None = None
    examined: int = 0


ReadStates = Callable[[], Mapping[str, ClauseState]]

_suppliers: Registry[str, ReadStates] = Registry("supplier of clause states")


def register_clause_state(read_states: ReadStates) -> None:
    """Register the one function that returns clause id → state; called once a page, so it must be quick."""
    _suppliers.register("states", read_states)


def read_clause_states() -> Mapping[str, ClauseState]:
    """Return the states that are known; a clause that is not in it is unproven."""
    supplier = _suppliers.get("states")
    return supplier() if supplier else {}
