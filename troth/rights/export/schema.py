"""The published shape of the copy (JSON Schema 2020-12), so that another program can rely on it."""

from typing import Any

from troth.rights.export.document import VERSION
from troth.rights.held import Standing

_TEXT = {"type": "string"}
_MOMENT = {"type": "string", "format": "date-time"}
_DAY = {"type": "string", "format": "date"}


def _thing(title: str, /, **properties: Any) -> dict[str, Any]:
    """Describe an object that has exactly these members, all of them always there."""
    return {
        "type": "object",
        "title": title,
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


def _maybe(of: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [of, {"type": "null"}]}


_VALUE = _thing(
    "One declared value, with its declaration",
    name=_TEXT,
    label=_TEXT,
    standing={"enum": [str(standing) for standing in Standing]},
    value={"description": "The value in its own type; null unless standing is “given”."},
    shown={"type": "string", "description": "The value as a person reads it."},
    why=_TEXT,
    purposes=_list(_TEXT),
    category={"type": "string", "description": "A key of the fideslang taxonomy of data categories."},
    required={"type": "boolean"},
    kept=_TEXT,
    kept_until=_maybe(_DAY),
    given_on=_maybe(_DAY),
    withheld=_maybe(_thing("What the law withholds, and until when", decision=_TEXT, until=_MOMENT)),
)

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Everything that is held about one client",
    **_thing(
        "The copy",
        version={"const": VERSION},
        made_at=_MOMENT,
        language=_TEXT,
        operator=_thing("Who holds it", name=_TEXT, site=_TEXT, support_email=_TEXT, postal_address=_TEXT),
        statements=_list(_thing("One version of the statement", version={"type": "integer"}, published_at=_MOMENT)),
        account=_thing("The account", id={"type": "string", "format": "uuid"}, state=_TEXT, client_since=_DAY),
        tables=_list(
            _thing(
                "One kind of record",
                name=_TEXT,
                title=_TEXT,
                rows=_list(_thing("One record", id=_TEXT, facts={"type": "object"}, values=_list(_VALUE))),
            )
        ),
        holders=_list(
            _thing(
                "One store outside the sealed records",
                name=_TEXT,
                title=_TEXT,
                items=_list(
                    _thing(
                        "One thing that is held",
                        kind=_TEXT,
                        label=_TEXT,
                        facts={"type": "object"},
                        why=_TEXT,
                        kept=_TEXT,
                        kept_until=_maybe(_MOMENT),
                    )
                ),
            )
        ),
        disclosures=_list(
            _thing(
                "One time that something left for another organisation",
                id=_TEXT,
                at=_MOMENT,
                recipient=_TEXT,
                recipient_name=_TEXT,
                operation=_TEXT,
                purpose=_TEXT,
                ground=_TEXT,
                evidence=_TEXT,
                values=_list(_TEXT),
                fields=_list(_TEXT),
                outcome=_TEXT,
            )
        ),
        record=_list(
            _thing(
                "One line of the record of who did what with it",
                id=_TEXT,
                at=_MOMENT,
                event=_TEXT,
                who=_TEXT,
                did=_TEXT,
                why=_TEXT,
                values=_list(_TEXT),
                case=_TEXT,
                recipient=_TEXT,
                ground=_TEXT,
                is_look={"type": "boolean"},
            )
        ),
    ),
}
