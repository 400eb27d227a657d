"""Whether the statement in force says that values are used so: answered by a room above, asked at both doors (O3)."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from troth.kernel.ports.registry import Registry
from troth.kernel.purposes import Purpose


@dataclass(frozen=True, slots=True)
class Use:
    """What is to be done with values of one client.

    Arguments:
        subject_id: whom they are about.
        labels: the labels of the values, such as ``accounts.Profile.email``.
        purpose: what for.
        recipient: the key of the organisation that would receive them; empty for a look within the house.
    """

    subject_id: UUID
    labels: tuple[str, ...]
    purpose: Purpose
    recipient: str = ""


use_judges: Registry[str, Callable[[Use], str]] = Registry("judge of uses")
"""Name → returns why the statement that governs for this client does not say so, or an empty text where it does."""


def find_unpromised(use: Use) -> str:
    """Return why the statement does not say of this use, or an empty text where it does."""
    return next((reason for judge in use_judges if (reason := judge(use))), "")
