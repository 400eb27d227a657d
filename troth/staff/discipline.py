"""The operator's disciplinary table and the limits of the detectors: ``operator/conduct.toml``, read and checked."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from troth.kernel.errors import NotConfigured
from troth.kernel.operator import read_operator

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of something is still in place; more is flagged."""

    clients_an_hour: int
    searches_an_hour: int
    empty_searches_an_hour: int
    glass_in_seven_days: int
    closed_cases_an_hour: int
    looks_after_hours: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line of the disciplinary table.

    Arguments:
        key: its name, for good.
        names: language → what it is called.
        suspends: whether it shuts the member out for good.
        trains: whether the training is taken again before anything opens.
    """

    key: str
    names: Mapping[str, str]
    suspends: bool = False
    trains: bool = False

    @property
    def words(self) -> str:
        """What it is called in the reader's language, or in the operator's first one."""
        return self.names.get(get_language() or "") or self.names[read_operator().languages[0]]


@dataclass(frozen=True, slots=True)
class Conduct:
    """The whole file.

    Arguments:
        opens_at: the hour at which work begins; ``closes_at`` the one at which it ends.
        days: the numbers of the days on which people work, Monday is 0.
        limits: see ``Limits``.
        grave: the detectors that shut a member out at once.
        outcomes: key → outcome, in the file's order.
    """

    opens_at: int
    closes_at: int
    days: frozenset[int]
    limits: Limits
    grave: frozenset[str]
    outcomes: Mapping[str, Outcome]


def read_conduct() -> Conduct:
    """Return the operator's file; raise NotConfigured, with its name, where it is wrong."""
    path = settings.ENVIRONMENT.operator / "conduct.toml"
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        raise NotConfigured("conduct.toml is missing in the operator's folder; the shipped one is a start.") from None


@cache
def _read(path: Path, _changed: int) -> Conduct:
    return parse_conduct(path.read_text(encoding="utf-8"))


def parse_conduct(text: str) -> Conduct:
    """Return what the text says; raise NotConfigured with what is wrong."""
    try:
        found = tomllib.loads(text)
        hours, limits = found["hours"], found["limits"]
        outcomes = {key: _read_outcome(key, table) for key, table in found["outcomes"].items()}
        conduct = Conduct(
            opens_at=hours["from"],
            closes_at=hours["until"],
            days=frozenset(_DAYS.index(day) for day in hours["days"]),
            limits=Limits(**{field.name: limits[field.name] for field in fields(Limits)}),
            grave=frozenset(found["grave"]["detectors"]),
            outcomes=MappingProxyType(outcomes),
        )
    except tomllib.TOMLDecodeError as error:
        raise NotConfigured(f"conduct.toml is no TOML: {error}") from None
    except (KeyError, TypeError, ValueError) as error:
        raise NotConfigured(f"conduct.toml: something is missing or wrong near {error}.") from None
    if not 0 <= conduct.opens_at < conduct.closes_at <= 24:
        raise NotConfigured("conduct.toml: [hours] from is to be less than until, both from 0 to 24.")
    if not all(isinstance(getattr(conduct.limits, field.name), int) for field in fields(Limits)):
        raise NotConfigured("conduct.toml: [limits] takes whole numbers.")
    if not outcomes:
        raise NotConfigured("conduct.toml: [outcomes] is empty; a violation needs an outcome.")
    return conduct


def _read_outcome(key: str, table: Mapping[str, Any]) -> Outcome:
    first = read_operator().languages[0]
    if not table["name"].get(first):
        raise ValueError(f"[outcomes.{key}] name.{first}")
    return Outcome(key, table["name"], bool(table.get("suspends")), bool(table.get("trains")))
