"""A survey's definition as objects, and what its schema alone cannot judge."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator

from troth.kernel.errors import Refused
from troth.surveys.definition.schema import DEFINITION
from troth.surveys.kinds import Mode, QuestionKind
from troth.surveys.models.personal import CONTACT, DETAILS

BRANCHING = (QuestionKind.SINGLE, QuestionKind.SCALE)
"""Kinds on whose answer another question can depend."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be chosen: a code that is the same in every language, and its words."""

    code: str
    words: Mapping[str, str]

    @property
    def label(self) -> str:
        """Its words in the reader's language."""
        return pick(self.words)


@dataclass(frozen=True, slots=True)
class Question:
    """One question; ``facts`` is its definition as it is stored."""

    key: str
    kind: QuestionKind
    facts: Mapping[str, Any]

    @property
    def label(self) -> str:
        """The question in the reader's language."""
        if self.kind is QuestionKind.PERSONAL:
            return str(self.attribute.label)
        return pick(self.facts["words"])

    @property
    def help(self) -> str:
        """What helps to answer it, or an empty string."""
        return pick(self.facts.get("help", {}))

    @property
    def attribute(self) -> Any:
        """The declaration of a personal question."""
        return {**DETAILS, **CONTACT}[self.facts["asks"]]

    @property
    def asks_contact(self) -> bool:
        """Whether it asks how to reach the person; such an answer is kept apart from all others."""
        return self.kind is QuestionKind.PERSONAL and self.facts["asks"] in CONTACT

    @property
    def options(self) -> Sequence[Option]:
        """What can be chosen, in the order of the definition."""
        if self.kind is QuestionKind.SCALE:
            return [_name_point(self.facts, number) for number in range(1, self.facts["points"] + 1)]
        return _read_options(self.facts.get("options", ()))

    @property
    def lines(self) -> Sequence[Option]:
        """The lines of a matrix."""
        return _read_options(self.facts.get("lines", ()))

    @property
    def condition(self) -> tuple[str, tuple[str, ...]] | None:
        """The question and the answers under which this one is shown, or None."""
        found = self.facts.get("show_if")
        return (found["question"], tuple(found["is_any_of"])) if found else None

    def is_asked(self, answers: Mapping[str, Any]) -> bool:
        """Return whether it is shown to somebody who gave these answers so far."""
        return self.condition is None or answers.get(self.condition[0]) in self.condition[1]


@dataclass(frozen=True, slots=True)
class Section:
    """A page of questions."""

    key: str
    words: Mapping[str, str]
    questions: tuple[Question, ...]

    @property
    def label(self) -> str:
        """Its heading in the reader's language."""
        return pick(self.words)


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole survey."""

    title: str
    purpose: str
    languages: tuple[str, ...]
    sections: tuple[Section, ...]

    @property
    def questions(self) -> list[Question]:
        """All questions, in order."""
        return [question for section in self.sections for question in section.questions]

    def find(self, key: str) -> Question | None:
        """Return the question of this key, or None."""
        return next((question for question in self.questions if question.key == key), None)


def pick(words: Mapping[str, str]) -> str:
    """Return the words in the reader's language, or in the first language that the survey has them in."""
    language = get_language() or ""
    return words.get(language) or words.get(language.split("-")[0]) or next(iter(words.values()), "")


def read_definition(facts: Mapping[str, Any]) -> Definition:
    """Return a stored definition as objects."""
    sections = tuple(
        Section(
            each["key"],
            each["words"],
            tuple(Question(one["key"], QuestionKind(one["kind"]), one) for one in each["questions"]),
        )
        for each in facts["sections"]
    )
    return Definition(pick(facts["title"]), pick(facts["purpose"]), tuple(facts["languages"]), sections)


def require_good(facts: Mapping[str, Any], *, mode: str) -> None:
    """Return where a survey of this mode may say this; raise Refused with all that is wrong."""
    problems = [_place(error) for error in _validator().iter_errors(facts)] or list(_judge(facts, mode))
    if problems:
        raise Refused(
            _("This is no survey that we can ask: %s") % " ".join(problems[:6]), kept=_("Nothing was changed.")
        )


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(DEFINITION)


def _place(error: Any) -> str:
    """Return where the schema says no. Its own message repeats what was typed, so the place alone is told."""
    where = "/".join(str(part) for part in error.absolute_path) or "/"
    return _("At %(where)s something is missing or stands that has no place there.") % {"where": where}


def _judge(facts: Mapping[str, Any], mode: str) -> Iterator[str]:
    keys: set[str] = set()
    earlier: dict[str, Question] = {}
    for section in read_definition(facts).sections:
        for question in section.questions:
            if question.key in keys:
                yield _("Two questions are called “%s”.") % question.key
            keys.add(question.key)
            yield from _judge_one(question, earlier, mode)
        earlier |= {question.key: question for question in section.questions}
    for words in _list_words(facts):
        if missing := [tag for tag in facts["languages"] if not words.get(tag, "").strip()]:
            yield _("Words are missing in: %s.") % ", ".join(missing)


def _judge_one(question: Question, earlier: Mapping[str, Question], mode: str) -> Iterator[str]:
    codes = [option.code for option in question.options]
    if len(set(codes)) != len(codes):
        yield _("“%s” has the same code twice.") % question.key
    if question.kind is QuestionKind.NUMBER and question.facts["least"] >= question.facts["most"]:
        yield _("“%s” has no room between its least and its most.") % question.key
    if question.kind is QuestionKind.PERSONAL:
        allowed = {**DETAILS, **(CONTACT if mode == Mode.CONTACTABLE else {})}
        if question.facts["asks"] not in allowed:
            yield _("“%s” is not among the declared questions of this kind of survey.") % question.facts["asks"]
    if question.condition is not None:
        cause = earlier.get(question.condition[0])
        if cause is None or cause.kind not in BRANCHING:
            yield _("“%s” may depend on a choice of an earlier part alone.") % question.key
        elif not set(question.condition[1]) <= {option.code for option in cause.options}:
            yield _("“%s” depends on an answer that does not exist.") % question.key


def _list_words(facts: Any) -> Iterator[Mapping[str, str]]:
    """Yield every bundle of words, wherever it stands."""
    if isinstance(facts, Mapping):
        for key, value in facts.items():
            if key in {"words", "title", "purpose", "help", "low", "high", "unit"}:
                yield value
            else:
                yield from _list_words(value)
    elif isinstance(facts, list):
        for item in facts:
            yield from _list_words(item)


def _read_options(found: Any) -> list[Option]:
    return [Option(each["code"], each["words"]) for each in found]


def _name_point(facts: Mapping[str, Any], number: int) -> Option:
    ends = {1: facts.get("low"), facts["points"]: facts.get("high")}
    words = ends.get(number)
    named = {tag: f"{number} – {text}" for tag, text in words.items()} if words else {"en": str(number)}
    return Option(str(number), named)
