from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone, translation

from troth.kernel.money import Money
from troth.ui import api

MOMENT = datetime(2026, 12, 3, 19, 5, tzinfo=UTC)


def read(text: str) -> str:
    """Return the text with the spaces that do not break made visible."""
    return text.replace("\u00a0", "~").replace("\u202f", "~")


@pytest.mark.parametrize(
    ("language", "shown"), [("en", "3~December~2026"), ("de", "3.~Dezember~2026"), ("en-us", "3~December~2026")]
)
def test_a_date_is_written_in_the_readers_language(language: str, shown: str) -> None:
    with translation.override(language):
        assert read(api.format_date(date(2026, 12, 3))) == shown


@pytest.mark.parametrize(
    ("language", "zone", "shown"),
    [
        ("en", "America/New_York", "3~December~2026, 14:05~(New~York)"),
        ("de", "Europe/Zurich", "3.~Dezember~2026, 20:05~(Zürich)"),
        ("en", "UTC", "3~December~2026, 19:05~(UTC)"),
        ("en", "Asia/Tokyo", "4~December~2026, 04:05~(Tokyo)"),
    ],
)
def test_a_moment_is_written_in_the_readers_zone_and_names_it(language: str, zone: str, shown: str) -> None:
    with translation.override(language), timezone.override(zone):
        assert read(api.format_datetime(MOMENT)) == shown


def test_the_day_of_a_moment_is_the_readers_day() -> None:
    with translation.override("en"), timezone.override("Asia/Tokyo"):
        assert read(api.format_date(MOMENT)) == "4~December~2026"


def test_money_and_numbers_follow_the_language() -> None:
    with translation.override("de"):
        assert read(api.format_money(Money(123_450, "USD"))) == "1.234,50~$"
        assert api.format_number(12_345) == "12.345"
        assert read(api.format_percent(0.5)) == "50~%"
        assert read(api.format_span(timedelta(days=3))) == "3~Tage"
    with translation.override("en"):
        assert api.format_money(Money(123_450, "USD")) == "$1,234.50"


@pytest.mark.parametrize(("octets", "shown"), [(999, "999~B"), (1_500, "1.5~kB"), (2_000_000, "2~MB")])
def test_a_size_is_written_in_powers_of_ten(octets: int, shown: str) -> None:
    with translation.override("en"):
        assert read(api.format_size(octets)) == shown


def test_a_language_that_babel_does_not_know_falls_back_to_english() -> None:
    with translation.override("xx"):
        assert read(api.format_date(date(2026, 12, 3))) == "3~December~2026"
