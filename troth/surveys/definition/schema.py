"""What a survey may say, as a JSON Schema. It is the authority: a definition that it refuses is not stored.

There is no word in it to require an answer. A question can be asked, shown under a condition, and left empty; and no
property beyond these is taken, so that nobody can say otherwise (D3).
"""

from collections.abc import Mapping
from typing import Any, Final

KEY: Final = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$"}
_CODE: Final = {"type": "string", "pattern": "^[a-z0-9_]{1,40}$"}
_WORDS: Final = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": {"pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"},
    "additionalProperties": {"type": "string", "maxLength": 2000},
}
_OPTIONS: Final = {
    "type": "array",
    "minItems": 2,
    "maxItems": 40,
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["code", "words"],
        "properties": {"code": _CODE, "words": {"$ref": "#/$defs/words"}},
    },
}
_COMMON: Final[Mapping[str, Any]] = {
    "key": KEY,
    "kind": {"type": "string"},
    "words": {"$ref": "#/$defs/words"},
    "help": {"$ref": "#/$defs/words"},
    "show_if": {
        "type": "object",
        "additionalProperties": False,
        "required": ["question", "is_any_of"],
        "properties": {"question": KEY, "is_any_of": {"type": "array", "minItems": 1, "items": _CODE}},
    },
}


def _kind(*names: str, needs: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["key", "kind", "words", *needs],
        "properties": {**_COMMON, "kind": {"enum": list(names)}, **more},
    }


_PERSONAL: Final = {
    "type": "object",
    "additionalProperties": False,
    "required": ["key", "kind", "asks"],
    "properties": {
        "key": KEY,
        "kind": {"const": "personal"},
        "asks": {"type": "string", "pattern": "^[a-z_]{1,40}$"},
    },
}
_QUESTION: Final = {
    "oneOf": [
        _kind("single", "multiple", "ranking", needs=("options",), options=_OPTIONS),
        _kind(
            "scale",
            needs=("points",),
            points={"type": "integer", "minimum": 2, "maximum": 11},
            low={"$ref": "#/$defs/words"},
            high={"$ref": "#/$defs/words"},
        ),
        _kind("matrix", needs=("lines", "options"), lines=_OPTIONS | {"minItems": 1}, options=_OPTIONS),
        _kind(
            "number",
            needs=("least", "most"),
            least={"type": "integer"},
            most={"type": "integer"},
            unit={"$ref": "#/$defs/words"},
        ),
        _kind("date"),
        _kind("short", "long"),
        _PERSONAL,
    ]
}

DEFINITION: Final[Mapping[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A survey",
    "type": "object",
    "additionalProperties": False,
    "required": ["languages", "title", "purpose", "sections"],
    "$defs": {"words": _WORDS},
    "properties": {
        "languages": {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"type": "string"}},
        "title": {"$ref": "#/$defs/words"},
        "purpose": {"$ref": "#/$defs/words"},
        "sections": {
            "type": "array",
            "maxItems": 20,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["key", "words", "questions"],
                "properties": {
                    "key": KEY,
                    "words": {"$ref": "#/$defs/words"},
                    "questions": {"type": "array", "maxItems": 60, "items": _QUESTION},
                },
            },
        },
    },
}
