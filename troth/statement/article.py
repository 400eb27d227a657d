"""The words of a version with the label of each clause: drawn once for each set of words and states, then remembered.

The memory is keyed by everything that is shown (text, states, dates, language, zone), so that it is never late.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from troth.statement import queries
from troth.statement.models import StatementVersion
from troth.statement.states import ClauseState, read_clause_states
from troth.statement.text import Paragraph, Text
from troth.ui.api import format_date, mark_outgoing


@dataclass(frozen=True, slots=True)
class Label:
    """What the margin says of a clause.

    Arguments:
        clause: its id.
        state: its live state.
        since: since when its words stand, in words; empty where that is not known.
    """

    clause: str
    state: ClauseState
    since: str


def show_article(version: StatementVersion, text: Text, *, current: bool) -> SafeString:
    """Return the HTML of a version's words.

    Arguments:
        version: which one.
        text: what it says in the language that is shown.
        current: whether it is in force; the live states belong to that one only.
    """
    states = read_clause_states() if current else {}
    since = _say_since(queries.read_since(version.pk).get(text.language, {}))
    labels = tuple(
        Label(clause=clause, state=states.get(clause, ClauseState()), since=since.get(clause, ""))
        for clause in text.by_clause
    )
    return _draw(text, labels, current, translation.get_language() or "", timezone.get_current_timezone_name())


def _say_since(since: Mapping[str, int]) -> dict[str, str]:
    """Return clause id → since when its words stand, in words."""
    words = {
        version.number: _("in these words since %(date)s") % {"date": format_date(version.in_force_on)}
        for version in queries.list_versions()
    }
    return {clause: words.get(number, "") for clause, number in since.items()}


@lru_cache(maxsize=32)
def _draw(text: Text, labels: tuple[Label, ...], current: bool, _language: str, _zone: str) -> SafeString:  # noqa: FBT001
    context = {
        "text": text,
        "labels": {label.clause: label for label in labels},
        "current": current,
        "clean": _trust_cleaned,
    }
    return mark_safe(render_to_string("statement/article.jinja", context))  # noqa: S308  our own template, escaped


def _trust_cleaned(paragraph: Paragraph) -> SafeString:
    """Return the paragraph's HTML, which ``text`` cleaned when it parsed it."""
    return mark_safe(mark_outgoing(paragraph.html))  # noqa: S308  see above
