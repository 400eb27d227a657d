"""Whether this site may say in public that it abides by Global Privacy Control: only while a running check shows it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from troth.kernel import clock
from troth.kernel.ports import Registry


@dataclass(frozen=True, slots=True)
class GpcSupport:
    """What ``/.well-known/gpc.json`` says.

    Arguments:
        abides: whether the check of J5 is kept at this moment.
        since: the day on which that last changed.
    """

    abides: bool
    since: date


_witnesses: Registry[str, Callable[[], GpcSupport]] = Registry("witness of Global Privacy Control")


def register_gpc_witness(witness: Callable[[], GpcSupport]) -> None:
    """Register who knows the live state of the promise; ``assessment`` does so at start-up."""
    _witnesses.register("gpc", witness)


def read_gpc_support() -> GpcSupport:
    """Return the live state; where nobody watches, it is unproven, and what is unproven is not claimed."""
    witness = _witnesses.get("gpc")
    return witness() if witness else GpcSupport(abides=False, since=clock.today())
