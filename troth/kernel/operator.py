"""Who runs this site, how they are reached, and the numbers that they promise: ``operator.toml``, read and checked.

Statement text and code read the same numbers from here (CLAUSES, "Operator"). A wrong file stops the start, with one
line for each problem that names file, line, key, what was found and what is expected.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import available_timezones

import phonenumbers
from babel import Locale, UnknownLocaleError
from babel.numbers import list_currencies
from django.conf import settings
from email_validator import EmailNotValidError, validate_email

from troth.kernel.tomlfile import (
    Check,
    Finding,
    TomlReader,
    check_country,
    check_text,
    find_line,
    list_names,
    parse_toml,
    read_file,
    show_value,
)

__all__ = ["Contacts", "Finding", "Mail", "Numbers", "Operator", "find_line", "parse_operator", "read_operator"]

PLACEHOLDER = "PLACEHOLDER"


@dataclass(frozen=True, slots=True)
class Contacts:
    """How a client reaches the operator; each appears wherever the statement tells a client to use it."""

    support_email: str
    information_email: str
    security_telephone: str
    postal_address: str

    def telephone_uri(self, country: str) -> str:
        """Return the security telephone as a ``tel:`` link (RFC 3966), read as a number of ``country``."""
        number = phonenumbers.parse(self.security_telephone, country)
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.RFC3966)


@dataclass(frozen=True, slots=True)
class Mail:
    """How mail is addressed, and whose word about the senders of incoming mail counts.

    Arguments:
        from_address: the address in From:.
        authserv_id: the name under which the operator's own mail server writes Authentication-Results (RFC 8601).
        dkim_selector: the name under which the relay's key for signing stands (RFC 6376, 3.1); empty where unknown.
    """

    from_address: str
    authserv_id: str
    dkim_selector: str


@dataclass(frozen=True, slots=True)
class Hours:
    """When the help desk works, in the operator's time zone.

    Arguments:
        opens, closes: times such as ``09:00``; it works from the one to the other.
        days: the days of the week on which it works, ``mon`` to ``sun``.
    """

    opens: str
    closes: str
    days: tuple[str, ...]


def _between(least: int, most: int) -> int:
    """Declare a number with its range, ends included; the value comes from the file, so there is no default."""
    return field(metadata={"least": least, "most": most})  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers that the operator promises; the unit is the end of each name."""

    service_announcements_per_year: int = _between(0, 52)
    renewal_notice_days: int = _between(3, 60)
    renewal_grace_days: int = _between(0, 365)
    renewal_tries: int = _between(1, 10)
    certificate_months: int = _between(1, 36)
    break_glass_minutes: int = _between(5, 240)
    challenge_days: int = _between(1, 30)
    incident_days: int = _between(1, 60)
    review_hours: int = _between(1, 240)
    approval_days: int = _between(1, 365)
    invitation_days: int = _between(1, 14)
    correction_working_days: int = _between(1, 30)
    answer_hours: int = _between(1, 200)
    request_days: int = _between(1, 45)
    suppression_threshold: int = _between(2, 1000)
    weblog_address_days: int = _between(0, 90)
    backup_days: int = _between(1, 365)
    welcome_link_hours: int = _between(1, 168)
    welcome_reminder_hours: int = _between(1, 167)
    unverified_account_days: int = _between(1, 90)
    reset_link_minutes: int = _between(5, 120)
    deletion_grace_days: int = _between(0, 30)
    keep_signed_in_days: int = _between(1, 365)
    session_idle_days: int = _between(1, 30)
    confirm_details_months: int = _between(1, 60)
    key_epoch_days: int = _between(1, 30)
    statement_notice_days: int = _between(30, 365)
    refund_two_people_above: int = _between(0, 1_000_000)
    unpaid_order_days: int = _between(1, 365)
    mails_per_minute: int = _between(0, 10_000_000)
    mails_per_hour: int = _between(0, 100_000_000)
    mails_per_day: int = _between(0, 1_000_000_000)


@dataclass(frozen=True, slots=True)
class Operator:
    """The operator of this site.

    Arguments:
        name: the full legal name; ``short_name`` the one for headings and mails.
        site: the public host name, without scheme.
        country: ISO 3166-1 alpha-2. time_zone: IANA name. currency: ISO 4217. languages: BCP 47, the first one first.
        contacts, mail, hours, numbers: see their classes.
        interests: key → name in the first language, in the file's order (B3). interest_names: key → language → name.
        placeholders: findings that do not stop the start, but must be mended before the site opens.
    """

    name: str
    short_name: str
    site: str
    country: str
    time_zone: str
    currency: str
    languages: tuple[str, ...]
    contacts: Contacts
    mail: Mail
    hours: Hours
    interests: Mapping[str, str]
    interest_names: Mapping[str, Mapping[str, str]]
    numbers: Numbers
    placeholders: tuple[Finding, ...] = ()

    def name_interests(self, language: str) -> dict[str, str]:
        """Return key → name in ``language``; in the first language where the file gives none in that."""
        return {key: names.get(language, self.interests[key]) for key, names in self.interest_names.items()}


@cache
def read_operator() -> Operator:
    """Return the operator of this site, read once a process.

    Raises NotConfigured with all problems at once where ``operator.toml`` is missing or wrong.
    """
    path: Path = settings.ENVIRONMENT.operator / "operator.toml"
    return parse_operator(read_file(path, what="operator's configuration"), path.name)


def parse_operator(text: str, source: str) -> Operator:
    """Return the operator that ``text`` describes.

    Arguments:
        text: the content of an ``operator.toml``.
        source: the name to use in messages.

    Raises NotConfigured with one line for each problem.
    """
    reader = _Reader(text=text, source=source, found=parse_toml(text, source))
    operator = reader.read()
    reader.raise_problems()
    assert operator is not None  # noqa: S101  there is one where there are no problems
    return operator


# -- What each value must be: a check returns what is expected, or an empty string where the value is right ------------


def _check_host(value: Any) -> str:
    label = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
    right = isinstance(value, str) and re.fullmatch(rf"{label}(\.{label})+", value.lower())
    return "" if right else "a host name such as www.example.org, without https://"


def _check_selector(value: Any) -> str:
    label = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?"
    right = isinstance(value, str) and (value == "" or re.fullmatch(rf"{label}(\.{label})*", value.lower()))
    return "" if right else 'a selector such as "mail2026", or an empty text'


def _check_time_zone(value: Any) -> str:
    known = isinstance(value, str) and value in available_timezones()
    return "" if known else "the IANA name of a time zone, such as America/New_York"


def _check_currency(value: Any) -> str:
    known = isinstance(value, str) and value in list_currencies()
    return "" if known else "three capitals of ISO 4217, such as USD"


def _check_languages(value: Any) -> str:
    expected = 'a list of BCP 47 tags, each once, such as ["en", "de"]'
    if not isinstance(value, list) or not value or not all(isinstance(tag, str) for tag in value):
        return expected
    try:
        for tag in value:
            Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return expected
    return "" if len(set(value)) == len(value) else expected


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _check_time(value: Any) -> str:
    right = isinstance(value, str) and re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value)
    return "" if right else 'a time of the day such as "09:00"'


def _check_days(value: Any) -> str:
    right = isinstance(value, list) and value and all(day in DAYS for day in value) and len(set(value)) == len(value)
    return "" if right else 'a list of days, each once, such as ["mon", "tue"]'


def _check_email(value: Any) -> str:
    try:
        validate_email(value if isinstance(value, str) else "", check_deliverability=False)
    except EmailNotValidError:
        return "an e-mail address such as support@example.org"
    return ""


def _check_telephone(value: Any) -> str:
    expected = "a telephone number, as dialled in your country or with + and the country's code"
    if not isinstance(value, str) or not re.fullmatch(r"[+0-9 ()./-]+", value):
        return expected
    return "" if 7 <= len(re.sub(r"\D", "", value)) <= 15 else expected


def _check_number(least: int, most: int) -> Check:
    def check(value: Any) -> str:
        right = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
        return "" if right else f"a whole number from {least} to {most}"

    return check


_TABLES: dict[str, dict[str, Check]] = {
    "operator": {
        "name": check_text,
        "short_name": check_text,
        "site": _check_host,
        "country": check_country,
        "time_zone": _check_time_zone,
        "currency": _check_currency,
        "languages": _check_languages,
    },
    "contacts": {
        "support_email": _check_email,
        "information_email": _check_email,
        "security_telephone": _check_telephone,
        "postal_address": check_text,
    },
    "mail": {"from_address": _check_email, "authserv_id": _check_host, "dkim_selector": _check_selector},
    "hours": {"opens": _check_time, "closes": _check_time, "days": _check_days},
    "interests": {},
    "numbers": {
        number.name: _check_number(number.metadata["least"], number.metadata["most"])
        for number in fields(Numbers)
        if number.default is MISSING
    },
}


@dataclass
class _Reader(TomlReader):
    """Checks one parsed file and gathers all problems before it gives up."""

    def read(self) -> Operator | None:
        """Return the operator, or None where there are problems."""
        for name in self.found.keys() - _TABLES.keys():
            self.report((name,), f"unknown table or key {name}; expected one of {list_names(_TABLES)}")
        for name, checks in _TABLES.items():
            self._check_named(name, checks)
        if not self.problems:
            self._check_together()
        return None if self.problems else self._make()

    def _check_named(self, name: str, checks: dict[str, Check]) -> None:
        if not isinstance(self.found.get(name), dict):
            self.report((name,), f"the table [{name}] is missing")
            return
        table = self.found[name]
        if name == "interests":
            self._check_interests(table)
            return
        self.check_table((name,), table, checks)

    def _check_interests(self, table: dict[str, Any]) -> None:
        if not table:
            self.report(("interests",), "[interests] is empty; expected at least one service, key = name")
        for key, value in table.items():
            if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", key):
                self.report(("interests", key), f"[interests] {key}: expected a key of small letters, digits and _")
            names = value if isinstance(value, dict) else {self._first_language: value}
            if self._first_language not in names or any(check_text(name) for name in names.values()):
                expected = "text that is not empty, or such a text for each language, the first one among them"
                self.report(("interests", key), f"[interests] {key}: found {show_value(value)}, expected {expected}")

    @property
    def _first_language(self) -> str:
        operator = self.found.get("operator")
        languages = operator.get("languages") if isinstance(operator, dict) else None
        return str(languages[0]) if isinstance(languages, list) and languages else ""

    def _check_together(self) -> None:
        """Check what only two values together can tell."""
        numbers, country = self.found["numbers"], self.found["operator"]["country"]
        if numbers["welcome_reminder_hours"] >= numbers["welcome_link_hours"]:
            self.report(
                ("numbers", "welcome_reminder_hours"),
                f"[numbers] welcome_reminder_hours: found {numbers['welcome_reminder_hours']}, expected less than "
                f"welcome_link_hours ({numbers['welcome_link_hours']})",
            )
        if numbers["unverified_account_days"] * 24 < numbers["welcome_link_hours"]:
            self.report(
                ("numbers", "unverified_account_days"),
                f"[numbers] unverified_account_days: found {numbers['unverified_account_days']}, expected at least the "
                f"life of the welcome link ({numbers['welcome_link_hours']} hours)",
            )
        hours = self.found["hours"]
        if hours["opens"] >= hours["closes"]:
            found, opens = show_value(hours["closes"]), show_value(hours["opens"])
            words = f"[hours] closes: found {found}, expected a time after {opens}"
            self.report(("hours", "closes"), words)
        telephone = self.found["contacts"]["security_telephone"]
        try:
            possible = phonenumbers.is_possible_number(phonenumbers.parse(telephone, country))
        except phonenumbers.NumberParseException:
            possible = False
        if not possible:
            self.report(
                ("contacts", "security_telephone"),
                f"[contacts] security_telephone: found {show_value(telephone)}, expected a number that can be dialled "
                f"in {country}",
            )

    def _make(self) -> Operator:
        found, first = self.found, self._first_language
        contacts = {key: value.strip() for key, value in found["contacts"].items()}
        names = {key: value if isinstance(value, dict) else {first: value} for key, value in found["interests"].items()}
        return Operator(
            **{key: value for key, value in found["operator"].items() if key != "languages"},
            languages=tuple(found["operator"]["languages"]),
            contacts=Contacts(**contacts),
            mail=Mail(**found["mail"]),
            hours=Hours(**{**found["hours"], "days": tuple(found["hours"]["days"])}),
            interests=MappingProxyType({key: value[first] for key, value in names.items()}),
            interest_names=MappingProxyType(names),
            numbers=Numbers(**found["numbers"]),
            placeholders=tuple(self._find_placeholders()),
        )

    def _find_placeholders(self) -> Iterator[Finding]:
        for name, table in self.found.items():
            for key, value in table.items():
                if isinstance(value, str) and PLACEHOLDER in value:
                    words = f"[{name}] {key}: still holds a placeholder; put the real text before you open"
                    yield Finding(self.source, self.find_line((name, key)), words)
