"""Dates, times, money and numbers as the reader writes them: in the current language and time zone, by CLDR (Babel).

Spaces inside a value do not break, so that no line ends between a number and its unit.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date as babel_date
from babel.dates import format_datetime as babel_datetime
from babel.dates import format_timedelta, get_timezone_location
from babel.numbers import format_decimal, get_currency_name
from babel.numbers import format_percent as babel_percent
from babel.units import format_unit
from django.utils import timezone
from django.utils.translation import get_language

from troth.kernel.money import Money

NO_BREAK_SPACE = "\u00a0"
ENGLISH_DAY = "d MMMM y"
"""The house writes *3 December 2026* in every English, so that no reader takes the day for the month."""


def current_locale() -> Locale:
    """Return Babel's locale of the current language, English where it is not known."""
    try:
        return Locale.parse((get_language() or "en").replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def format_date(value: date | datetime) -> str:
    """Return the day, such as *3 December 2026*; a moment is first brought into the reader's time zone."""
    locale = current_locale()
    day = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return _join(babel_date(day, format=_day_pattern(locale), locale=locale))


def format_datetime(value: datetime) -> str:
    """Return the moment in the reader's time zone, named: *3 December 2026, 14:05 (New York)*."""
    locale = current_locale()
    local = timezone.localtime(value)
    day = babel_date(local.date(), format=_day_pattern(locale), locale=locale)
    clock = babel_datetime(local, format="HH:mm", tzinfo=local.tzinfo, locale=locale)
    return f"{_join(day)}, {_join(f'{clock} ({_name_zone(locale)})')}"


def format_money(value: Money) -> str:
    """Return the amount with its currency."""
    return _join(value.show(str(current_locale())))


def name_currency(code: str) -> str:
    """Return the currency's name with its code, such as *US Dollar (USD)*."""
    return f"{get_currency_name(code, locale=current_locale())} ({code})"


def name_country(code: str) -> str:
    """Return the country's name; the code where it is not known."""
    return str(current_locale().territories.get(code, code))


def name_language(code: str) -> str:
    """Return the language's name; the code where it is not known."""
    return str(current_locale().languages.get(code.split("-", maxsplit=1)[0], code))


def format_number(value: int | float | Decimal) -> str:
    """Return the number with the reader's separators."""
    return _join(format_decimal(value, locale=current_locale()))


def format_percent(value: float) -> str:
    """Return a share between 0 and 1 as whole percent."""
    return _join(babel_percent(value, locale=current_locale()))


def format_size(octets: int) -> str:
    """Return a size in bytes as a person reads it: *1.2 MB*, in powers of ten (SI)."""
    size, unit = float(octets), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if size < 1000:
            break
        size, unit = size / 1000, larger
    return f"{format_number(round(size, 1) if unit != 'B' else octets)}{NO_BREAK_SPACE}{unit}"


def format_span(value: timedelta) -> str:
    """Return a length of time: *9.5 days*, *2 hours*. From a day on in days, as "a week" would hide two of nine."""
    if value >= timedelta(days=1):
        days = round(value / timedelta(days=1), 1)
        return _join(format_unit(int(days) if days.is_integer() else days, "duration-day", locale=current_locale()))
    return _join(format_timedelta(value, threshold=1, locale=current_locale()))


def _day_pattern(locale: Locale) -> str:
    return ENGLISH_DAY if locale.language == "en" else "long"


def _name_zone(locale: Locale) -> str:
    zone = timezone.get_current_timezone()
    key = getattr(zone, "key", "UTC")
    return "UTC" if key == "UTC" else str(get_timezone_location(key, locale=locale, return_city=True))


def _join(text: str) -> str:
    return text.replace(" ", NO_BREAK_SPACE)
