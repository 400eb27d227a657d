"""What an answer to a survey may be: a JSON Schema made of the definition. Nothing in it is required (D3)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator

from troth.kernel.errors import Refused
from troth.surveys.definition.reading import Definition, Question
from troth.surveys.kinds import QuestionKind

SHORT = 200
LONG = 4000


def make_schema(definition: Definition) -> dict[str, Any]:
    """Return the schema of the answers, question key to what may stand there."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": False,
        "properties": {each.key: _describe(each) for each in definition.questions if not each.asks_contact},
    }


def require_answers(definition: Definition, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers that are kept: given, asked, and of their kind; raise Refused where one is not of its kind."""
    validator = Draft202012Validator(make_schema(definition), format_checker=Draft202012Validator.FORMAT_CHECKER)
    if next(validator.iter_errors(dict(answers)), None) is not None:
        raise Refused(_("An answer is not of the kind that its question asks for."), kept=_("Nothing was kept."))
    kept: dict[str, Any] = {}
    for question in definition.questions:
        value = answers.get(question.key)
        if value not in (None, "", [], {}) and question.is_asked(kept):
            kept[question.key] = value
    return kept


def _describe(question: Question) -> dict[str, Any]:
    codes = [option.code for option in question.options]
    kind = question.kind
    if kind in (QuestionKind.SINGLE, QuestionKind.SCALE):
        return {"enum": codes}
    if kind in (QuestionKind.MULTIPLE, QuestionKind.RANKING):
        return {"type": "array", "uniqueItems": True, "items": {"enum": codes}}
    if kind is QuestionKind.MATRIX:
        lines = {line.code: {"enum": codes} for line in question.lines}
        return {"type": "object", "additionalProperties": False, "properties": lines}
    if kind is QuestionKind.NUMBER:
        return {"type": "integer", "minimum": question.facts["least"], "maximum": question.facts["most"]}
    if kind is QuestionKind.DATE:
        return {"type": "string", "format": "date"}
    return {"type": "string", "maxLength": LONG if kind is QuestionKind.LONG else SHORT}
