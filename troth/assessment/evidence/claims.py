"""What machine-readable claims rest on: uses, recipients and times, each with the clauses that keep it true.

A claim in a file outlives the page beside which it stood. So none is given out while a promise behind it is broken:
true while red is what made machine-readable policies worthless before (research: P3P).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from troth.assessment.queries import ClauseReport, report_clauses
from troth.kernel.errors import Refused
from troth.kernel.purposes import Purpose
from troth.processors.api import read_allowances, view_all
from troth.statement.api import State
from troth.vault.api import Attribute, all_attributes

RESTS_ON = ("A1", "A3", "A6", "A7", "A8", "E1", "E2", "G1")
"""The clauses that make the claims true: uses only as declared, recipients only as registered, kept as long as said."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A company that may receive values, as the register has it.

    Arguments:
        key: its key in the register; ``name``, ``what_for`` and ``country`` (ISO 3166-1 alpha-2) as registered.
        values: label of a value → purposes for which it may receive it.
    """

    key: str
    name: str
    what_for: str
    country: str
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)


def require_unbroken() -> None:
    """Raise Refused while a clause that the claims rest on is broken."""
    broken = [clause for clause, report in read_grounds().items() if report.state is State.BROKEN]
    if broken:
        raise Refused(
            _("This is withheld while a promise that it rests on is broken: %(clauses)s.")
            % {"clauses": ", ".join(broken)},
            next_step=_("The assessment results say what is wrong."),
        )


def read_grounds() -> dict[str, ClauseReport]:
    """Return the clauses that the claims rest on, each with its report."""
    reports = report_clauses()
    return {clause: reports[clause] for clause in RESTS_ON}


def describe_grounds() -> str:
    """Return one line that says how each clause stands on which the claims rest."""
    return ", ".join(f"{clause} {report.state}" for clause, report in read_grounds().items())


def label_of(attribute: Attribute) -> str:
    """Return the label of a value, such as ``accounts.Profile.email``."""
    return f"{attribute.model._meta.label}.{attribute.name}"


def values_for(purpose: Purpose) -> list[Attribute]:
    """Return the values that are declared for a purpose, by label."""
    return sorted((each for each in all_attributes() if purpose in each.purposes), key=label_of)


def list_recipients() -> Iterator[Recipient]:
    """Return every company in use that the statement tells of, by key."""
    allowances = read_allowances()
    for entry in sorted(view_all(), key=lambda each: each.processor.key):
        row = entry.processor
        if row.key in allowances:
            yield Recipient(row.key, row.name, str(row.what_for_words), row.country, allowances[row.key])
