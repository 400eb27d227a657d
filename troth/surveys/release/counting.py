"""From answers to counts: each question as one or more variables with their categories."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from troth.surveys.definition.reading import Definition, Question
from troth.surveys.kinds import QuestionKind
from troth.vault.api import Choice

NONE = "-"
"""The category of those who were asked and gave no answer."""
GIVEN = "given"
_BINS = 5


@dataclass(frozen=True, slots=True)
class Variable:
    """Something that can be counted.

    Arguments:
        key: its name in the codebook, such as ``visit`` or ``topics.history``.
        question: the key of its question.
        title: what it is, in the reader's language.
        categories: code to words, in order; the last one is ``NONE``.
        code_of: returns the category of what was said to the question, or None where nothing was said.
        depends_on: the question that decides who is asked, or an empty string.
        is_asked: whether somebody who gave these answers was asked.
    """

    key: str
    question: str
    title: str
    categories: Mapping[str, str]
    code_of: Callable[[Any], str | None]
    depends_on: str
    is_asked: Callable[[Mapping[str, Any]], bool]

    def place(self, answers: Mapping[str, Any]) -> str | None:
        """Return the category of one person's answers, or None where it was not asked."""
        if not self.is_asked(answers):
            return None
        value = answers.get(self.question)
        code = self.code_of(value) if value is not None else None
        return code if code in self.categories else NONE


def list_variables(definition: Definition) -> list[Variable]:
    """Return all that can be counted of a survey. Free text counts as given or not; its words are never released."""
    return [variable for question in definition.questions for variable in _variables_of(question)]


def count_one(variable: Variable, answers: Sequence[Mapping[str, Any]]) -> list[int]:
    """Return how many stand in each category."""
    counted = Counter(variable.place(each) for each in answers)
    return [counted[code] for code in variable.categories]


def count_two(first: Variable, second: Variable, answers: Sequence[Mapping[str, Any]]) -> list[list[int]]:
    """Return how many stand in each pair of categories; the first one's are the rows."""
    counted = Counter((first.place(each), second.place(each)) for each in answers)
    return [[counted[row, column] for column in second.categories] for row in first.categories]


def _variables_of(question: Question) -> list[Variable]:
    kind, options = question.kind, {option.code: option.label for option in question.options}
    if question.asks_contact:
        return []
    if kind in (QuestionKind.SINGLE, QuestionKind.SCALE):
        return [_make(question, options, lambda value: value)]
    if kind is QuestionKind.MULTIPLE:
        return [_make(question, {GIVEN: _("chosen")}, _has(code), code, words) for code, words in options.items()]
    if kind is QuestionKind.MATRIX:
        return [_make(question, options, _line(line.code), line.code, line.label) for line in question.lines]
    if kind is QuestionKind.RANKING:
        return [_make(question, options, lambda value: value[0] if value else None, words=_("put first"))]
    return [_make_from_value(question)]


def _make_from_value(question: Question) -> Variable:
    if question.kind is QuestionKind.NUMBER:
        least, most = question.facts["least"], question.facts["most"]
        width = max(1, -(-(most - least + 1) // _BINS))
        ends = [(begin, min(begin + width - 1, most)) for begin in range(least, most + 1, width)]
        words = {f"{a}..{b}": str(a) if a == b else f"{a}–{b}" for a, b in ends}
        return _make(question, words, lambda value: next((f"{a}..{b}" for a, b in ends if a <= value <= b), None))
    if question.kind is QuestionKind.PERSONAL and isinstance(question.attribute, Choice):
        choices = {code: str(words) for code, words in question.attribute.choices}
        return _make(question, choices, lambda value: value)
    return _make(question, {GIVEN: _("answered")}, lambda _value: GIVEN)


def _has(code: str) -> Callable[[Any], str | None]:
    return lambda value: GIVEN if code in value else None


def _line(code: str) -> Callable[[Any], str | None]:
    return lambda value: value.get(code)


def _make(
    question: Question,
    categories: Mapping[str, str],
    code_of: Callable[[Any], str | None],
    below: str = "",
    words: str = "",
) -> Variable:
    none = _("not chosen, or no answer") if below and GIVEN in categories else _("no answer")
    return Variable(
        key=f"{question.key}.{below}" if below else question.key,
        question=question.key,
        title=f"{question.label} – {words}" if words else question.label,
        categories={**categories, NONE: none},
        code_of=code_of,
        depends_on=question.condition[0] if question.condition else "",
        is_asked=question.is_asked,
    )
