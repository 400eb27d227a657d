"""The courses of the training: Markdown with front matter, one file a course and one folder a language.

A file of ``operator/training/<language>/`` begins with its facts between two lines of ``+++`` (TOML), goes on with
chapters (``## …``), and ends with the bank of questions after ``# Test``: each begins with its name (``### name``),
then the question, the answers (``- [x]`` for the one that is right, ``- [ ]`` for the others) and, as a quotation, why.
``{{ numbers.break_glass_minutes }}`` and the like are replaced as in the statement.
"""

import hashlib
import re
import secrets
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nh3
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from troth.kernel.errors import NotConfigured
from troth.kernel.operator import read_operator

_MARKDOWN = MarkdownIt("commonmark", {"html": False})
_TAGS = {"h2", "h3", "p", "ul", "ol", "li", "blockquote", "em", "strong", "a", "br"}
_VARIABLE = re.compile(r"\{\{\s*([a-z_.]+)\s*\}\}")
_QUESTION = re.compile(r"^### +([a-z0-9-]+)\s*$", re.MULTILINE)
_ANSWER = re.compile(r"^- \[([ x])\] +(.+)$", re.MULTILINE)
_WHY = re.compile(r"^> ?(.+)$", re.MULTILINE)
_NUMBERS = {"minutes": (1, 240), "drawn": (5, 50), "pass_mark": (50, 100), "tries": (1, 10), "pause_hours": (1, 720)}
LEAST_BANK = 2
"""A bank holds at least so many times the questions that are drawn, so that two sittings differ."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its answers in the file's order, the number of the right one, and why it is right."""

    name: str
    words: SafeString
    answers: tuple[str, ...]
    right: int
    why: str


@dataclass(frozen=True, slots=True)
class Course:
    """One course in one language.

    Arguments:
        key: the file's name without its ending; the same in every language.
        title: what it is called.
        minutes: how long reading takes.
        drawn: how many questions a sitting has.
        pass_mark: how many of a hundred must be right.
        tries: how many sittings there are before a pause.
        pause_hours: how long the pause is.
        text: the chapters as cleaned HTML.
        bank: all questions.
        version: the digest of what was read and asked.
    """

    key: str
    title: str
    minutes: int
    drawn: int
    pass_mark: int
    tries: int
    pause_hours: int
    text: SafeString
    bank: tuple[Question, ...]
    version: str

    def draw(self) -> list[str]:
        """Return the names of the questions of one sitting, drawn at random, each once."""
        names = [question.name for question in self.bank]
        secrets.SystemRandom().shuffle(names)
        return names[: self.drawn]

    def pick(self, names: Sequence[str]) -> list[Question]:
        """Return the questions of these names; those that the course no longer has are left out."""
        by_name = {question.name: question for question in self.bank}
        return [by_name[name] for name in names if name in by_name]


def list_courses(language: str) -> list[Course]:
    """Return every course in this language, or in the operator's first one where there is none in it."""
    folder = settings.ENVIRONMENT.operator / "training"
    for each in (language, read_operator().languages[0]):
        if found := [_read(path) for path in sorted((folder / each).glob("*.md"))]:
            return found
    return []


def find_course(key: str, language: str) -> Course | None:
    """Return the course of this key, or None."""
    return next((course for course in list_courses(language) if course.key == key), None)


def list_versions() -> set[str]:
    """Return the digest of every course in every language, as they stand now."""
    folder = settings.ENVIRONMENT.operator / "training"
    return {_read(path).version for path in folder.glob("*/*.md")}


@cache
def _read_cached(path: Path, _changed: int) -> Course:
    return parse_course(path.stem, path.read_text(encoding="utf-8"), source=f"{path.parent.name}/{path.name}")


def _read(path: Path) -> Course:
    """Read a course once for each state of its file: the operator edits it while the program runs."""
    return _read_cached(path, path.stat().st_mtime_ns)


def parse_course(key: str, text: str, *, source: str) -> Course:
    """Return the course that the text is; raise NotConfigured, with the file's name, where it is none."""
    parts = text.split("+++", maxsplit=2)
    if len(parts) != 3 or parts[0].strip():
        raise NotConfigured(f"{source}: a course begins with its facts between two lines of +++.")
    try:
        facts = tomllib.loads(parts[1])
    except tomllib.TOMLDecodeError as error:
        raise NotConfigured(f"{source}: the facts are no TOML: {error}") from None
    for name, (least, most) in _NUMBERS.items():
        if not isinstance(facts.get(name), int) or not least <= facts[name] <= most:
            raise NotConfigured(f"{source}: {name} is to be a whole number from {least} to {most}.")
    body = _fill_in(parts[2], source=source)
    chapters, mark, test = body.partition("\n# Test\n")
    bank = tuple(_read_bank(test, source=source))
    if not mark or len(bank) < LEAST_BANK * facts["drawn"]:
        raise NotConfigured(f"{source}: the bank needs {LEAST_BANK * facts['drawn']} questions, and has {len(bank)}.")
    return Course(
        key=key,
        title=str(facts.get("title", key)),
        **{name: facts[name] for name in _NUMBERS},
        text=_render(chapters),
        bank=bank,
        version=hashlib.sha256(f"{parts[1]}\0{body}".encode()).hexdigest(),
    )


def _fill_in(text: str, *, source: str) -> str:
    operator = read_operator()
    values = {f"numbers.{name}": str(getattr(operator.numbers, name)) for name in operator.numbers.__slots__}
    values |= {"operator.name": operator.name, "operator.short_name": operator.short_name}
    unknown = {found[1] for found in _VARIABLE.finditer(text)} - values.keys()
    if unknown:
        raise NotConfigured(f"{source}: unknown variable {', '.join(sorted(unknown))}.")
    return _VARIABLE.sub(lambda found: values[found[1]], text)


def _read_bank(test: str, *, source: str) -> list[Question]:
    pieces = _QUESTION.split(test)
    bank = []
    for name, body in zip(pieces[1::2], pieces[2::2], strict=True):
        answers = _ANSWER.findall(body)
        right = [number for number, (mark, _words) in enumerate(answers) if mark == "x"]
        if len(right) != 1 or len(answers) < 3:
            raise NotConfigured(f"{source}: the question {name} needs three answers or more, and one that is right.")
        words = body[: _ANSWER.search(body).start()]  # type: ignore[union-attr]
        why = " ".join(_WHY.findall(body))
        bank.append(Question(name, _render(words), tuple(words.strip() for _mark, words in answers), right[0], why))
    if len({question.name for question in bank}) != len(bank):
        raise NotConfigured(f"{source}: two questions have one name.")
    return bank


def _render(markdown: str) -> SafeString:
    html = nh3.clean(_MARKDOWN.render(markdown).strip(), tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"https"})
    return mark_safe(html)  # noqa: S308  cleaned in the line above
