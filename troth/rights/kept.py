"""What is kept until when, gathered from the declarations: one line for each term, with what it covers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from troth.kernel.operator import read_operator
from troth.kernel.ports import Words
from troth.rights.held import HeldTable, HolderPart, Standing


@dataclass(slots=True)
class Term:
    """One length of time.

    Arguments:
        words: how long, in words.
        what: the names of what is kept so long.
        first_goes_on: the date on which the first of it goes, where that is known.
    """

    words: str
    what: list[Words] = field(default_factory=list)
    first_goes_on: date | None = None

    def add(self, what: Words, goes_on: date | None) -> None:
        """Put one more thing under this term."""
        if str(what) not in {str(known) for known in self.what}:
            self.what.append(what)
        if goes_on is not None:
            self.first_goes_on = min(self.first_goes_on or goes_on, goes_on)


def list_terms(tables: Sequence[HeldTable], holders: Sequence[HolderPart]) -> list[Term]:
    """Return the terms of all that the client has here, of the record, and of the backups."""
    terms: dict[str, Term] = {}

    def add(words: Words, what: Words, goes_on: date | None) -> None:
        terms.setdefault(str(words), Term(str(words))).add(what, goes_on)

    for table in tables:
        for row in table.rows:
            for value in row.values:
                if value.standing is not Standing.NOT_GIVEN:
                    add(value.attribute.keep.words, value.label, value.kept_until)
    for part in holders:
        for item in part.items:
            add(item.kept, item.label, _day_of(item.kept_until))
    add(
        _("for good; once your account is gone, with a number in place of you that leads nowhere"),
        _("The record of who looked and who received"),
        None,
    )
    days = read_operator().numbers.backup_days
    add(
        ngettext("%(count)d day after it is gone here", "%(count)d days after it is gone here", days) % {"count": days},
        _("Copies in our backups"),
        None,
    )
    return list(terms.values())


def _day_of(moment: datetime | None) -> date | None:
    return timezone.localtime(moment).date() if moment else None
