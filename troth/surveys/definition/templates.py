"""Surveys to begin with: satisfaction, an event, who our clients are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import Words

Make = Callable[[Sequence[str]], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Template:
    """A survey to begin with.

    Arguments:
        words: what it is called.
        make: returns its parts in the languages given.
    """

    words: Words
    make: Make


def _say(words: Words, languages: Sequence[str]) -> dict[str, str]:
    said = {}
    for tag in languages:
        with translation.override(tag):
            said[tag] = str(words)
    return said


def _scale(key: str, words: Words, languages: Sequence[str]) -> dict[str, Any]:
    ends = {"low": _say(_("not at all"), languages), "high": _say(_("very much"), languages)}
    return {"key": key, "kind": "scale", "points": 5, "words": _say(words, languages), **ends}


def _options(languages: Sequence[str], *words: Words) -> list[dict[str, Any]]:
    return [{"code": str(number), "words": _say(each, languages)} for number, each in enumerate(words, start=1)]


def _satisfaction(languages: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {
            "key": "service",
            "words": _say(_("Our service"), languages),
            "questions": [
                _scale("content", _("How content are you with us?"), languages),
                _scale("recommend", _("Would you recommend us to a friend?"), languages),
                {
                    "key": "aspects",
                    "kind": "matrix",
                    "words": _say(_("How do you find …"), languages),
                    "lines": _options(languages, _("our answers"), _("our events"), _("this site")),
                    "options": _options(languages, _("good"), _("fair"), _("poor")),
                },
                {"key": "better", "kind": "long", "words": _say(_("What should we do better?"), languages)},
            ],
        }
    ]


def _event(languages: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {
            "key": "event",
            "words": _say(_("The event"), languages),
            "questions": [
                {
                    "key": "came",
                    "kind": "single",
                    "words": _say(_("Were you there?"), languages),
                    "options": _options(languages, _("yes"), _("no")),
                },
            ],
        },
        {
            "key": "after",
            "words": _say(_("How it was"), languages),
            "questions": [
                _scale("liked", _("How did you like it?"), languages)
                | {"show_if": {"question": "came", "is_any_of": ["1"]}},
                {
                    "key": "heard",
                    "kind": "multiple",
                    "words": _say(_("How did you hear of it?"), languages),
                    "options": _options(languages, _("our mail"), _("this site"), _("friends"), _("elsewhere")),
                },
            ],
        },
    ]


def _demographics(languages: Sequence[str]) -> list[dict[str, Any]]:
    asked = ("age_group", "post_code", "distance", "household")
    return [
        {
            "key": "about",
            "words": _say(_("About you, if you like"), languages),
            "questions": [{"key": name, "kind": "personal", "asks": name} for name in asked],
        }
    ]


TEMPLATES: Mapping[str, Template] = MappingProxyType(
    {
        "satisfaction": Template(_("how content clients are"), _satisfaction),
        "event": Template(_("an event"), _event),
        "demographics": Template(_("who our clients are"), _demographics),
    }
)
