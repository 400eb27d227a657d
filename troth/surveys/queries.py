"""Reads: what a client is asked, what staff see, and results as everybody sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.surveys.definition.reading import Definition, read_definition
from troth.surveys.kinds import EXACT_FROM, Part, ReleaseState, SurveyState
from troth.surveys.models import Contact, Invitee, Participation, Release, Survey, Wish
from troth.surveys.release.counting import list_variables
from troth.surveys.release.gate import OTHERS
from troth.ui.api import Chart, Datum, draw_bars, format_number


@dataclass(frozen=True, slots=True)
class ClientSurvey:
    """One survey as a client's list shows it."""

    survey: Survey
    definition: Definition
    part: str

    @property
    def is_answered(self) -> bool:
        """Whether the client took part."""
        return self.part == Part.ANSWERED

    @property
    def is_declined(self) -> bool:
        """Whether the client declined."""
        return self.part == Part.DECLINED


def list_open_for(subject_id: UUID) -> list[ClientSurvey]:
    """Return the open surveys with what the client decided about each; none to whoever wishes never to be asked."""
    if is_never_asked(subject_id):
        return []
    parts = dict(Participation.objects.filter(subject_id=subject_id).values_list("survey_id", "part"))
    found = Survey.objects.filter(state=SurveyState.OPEN, closes_on__gt=clock.today()).order_by("closes_on")
    return [ClientSurvey(each, read_definition(each.definition), parts.get(each.pk, "")) for each in found]


def is_never_asked(subject_id: UUID) -> bool:
    """Return whether a client wishes never to be asked."""
    return Wish.objects.filter(subject_id=subject_id).exists()


def wishes_invitations(subject_id: UUID) -> bool:
    """Return whether a client wishes to be invited by mail."""
    return Invitee.objects.filter(subject_id=subject_id).exists()


def part_of(survey: Survey, subject_id: UUID) -> str:
    """Return what a client decided about a survey, or an empty string."""
    found = Participation.objects.filter(survey=survey, subject_id=subject_id).values_list("part", flat=True)
    return next(iter(found), "")


def list_published() -> QuerySet[Release]:
    """Return everything that was ever released, the newest first."""
    return Release.objects.filter(state=ReleaseState.SIGNED).select_related("survey").order_by("-decided_at")


def count_to_do() -> int:
    """Return how many surveys and releases wait for a second person."""
    waiting = Survey.objects.filter(state=SurveyState.IN_REVIEW).count()
    return waiting + Release.objects.filter(state=ReleaseState.PREPARED).count()


def count_contacts() -> int:
    """Return how many contact details nobody has in hand."""
    return Contact.objects.filter(taken_by=None, until__gte=clock.today()).count()


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table as it is published.

    Arguments:
        title: what was asked.
        chart: the shown shares as bars; None where it is crossed or held back.
        columns: the headings of a crossed table.
        rows: the name of each row, and its cells as text.
        total: how many answers it is made of, in words.
        held_back: whether nothing of it is shown.
    """

    title: str
    chart: Chart | None
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]
    total: str
    held_back: bool


def show_release(release: Release) -> list[ShownTable]:
    """Return the tables of a release in the reader's language, with rounded shares."""
    variables = {each.key: each for each in list_variables(read_definition(release.survey.definition))}
    return [_show(table, [variables[key] for key in table["of"]]) for table in release.tables]


def say_total(total: int) -> str:
    """Return a number of answers in words: exact where there are many, rounded where there are few."""
    if total >= EXACT_FROM:
        return _("%(many)s answers") % {"many": format_number(total)}
    return _("fewer than %(many)s answers") % {"many": EXACT_FROM}


def _show(table: Mapping[str, Any], variables: Sequence[Any]) -> ShownTable:
    title = " × ".join(variable.title for variable in variables)
    if "cells" not in table:
        return ShownTable(title, None, (), (), "", held_back=True)
    total = table["total"]
    if len(variables) == 1:
        pairs = list(zip(table["rows"], table["cells"][0], strict=True))
        words = variables[0].categories
        data = [Datum(words[code], round(100 * cell / total)) for code, cell in pairs if cell is not None]
        chart = draw_bars(
            title=title,
            description=_describe(data, len(pairs) - len(data)),
            name_words=_("Answer"),
            value_words=_("Percent"),
            data=data,
        )
        rows = [(words[code], [_percent(cell, total)]) for code, cell in pairs]
        return ShownTable(title, chart, (), rows, say_total(total), held_back=False)
    over, down = variables
    rows = [
        (_name(over, code), [_percent(cell, total) for cell in line])
        for code, line in zip(table["rows"], table["cells"], strict=True)
    ]
    columns = [_name(down, code) for code in table["columns"]]
    return ShownTable(title, None, columns, rows, say_total(total), held_back=False)


def _name(variable: Any, code: str) -> str:
    return _("all others") if code == OTHERS else variable.categories[code]


def _percent(cell: int | None, total: int) -> str:
    return _("hidden") if cell is None else f"{round(100 * cell / total)} %"


def _describe(data: Sequence[Datum], hidden: int) -> str:
    if not data:
        return _("All of it is hidden, so that nobody can be singled out.")
    most = max(data, key=lambda datum: datum.value)
    words = _("Most often: %(words)s, %(percent)s %%.") % {"words": most.words, "percent": format_number(most.value)}
    if hidden:
        words += " " + _("Hidden, so that nobody can be singled out: %(many)s.") % {"many": hidden}
    return words
