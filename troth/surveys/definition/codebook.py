"""One codebook for all languages: what each code means, as a table for a file."""

import csv
import io
from collections.abc import Iterator

from troth.surveys.definition.reading import Definition, Option, Question


def count_codes(many: int) -> list[str]:
    """Return codes for so many options; they are numbers, so that no language owns them."""
    return [str(number) for number in range(1, many + 1)]


def write_codebook(definition: Definition) -> str:
    """Return the codebook as CSV: a row for each question, line and option, with its words in every language."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["question", "kind", "line", "code", *definition.languages])
    for question in definition.questions:
        writer.writerows(_rows_of(question, definition.languages))
    return out.getvalue()


def _rows_of(question: Question, languages: tuple[str, ...]) -> Iterator[list[str]]:
    words = question.facts.get("words") or dict.fromkeys(languages, question.label)
    yield [question.key, question.kind, "", "", *(words.get(tag, "") for tag in languages)]
    for line in question.lines:
        yield [question.key, question.kind, line.code, "", *_words(line, languages)]
    for option in question.options:
        yield [question.key, question.kind, "", option.code, *_words(option, languages)]


def _words(option: Option, languages: tuple[str, ...]) -> list[str]:
    return [option.words.get(tag, option.label) for tag in languages]
