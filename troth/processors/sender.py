"""``operator/parcels.toml``: where parcels are sent from, read and checked with line numbers."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from troth.kernel.tomlfile import TomlReader, check_country, check_text, parse_toml, read_file


@dataclass(frozen=True, slots=True)
class Sender:
    """The operator's packing table, as it stands on a label."""

    company: str
    street: str
    city: str
    state: str
    postal_code: str
    country: str

    @property
    def lines(self) -> list[str]:
        """The address in lines, for a label."""
        town = " ".join(part for part in (self.city, self.state, self.postal_code) if part)
        return [self.company, self.street, town, self.country]


def _check_state(value: Any) -> str:
    return "" if isinstance(value, str) else 'the code of a state, such as "NY", or an empty text'


_CHECKS = {
    "company": check_text,
    "street": check_text,
    "city": check_text,
    "state": _check_state,
    "postal_code": _check_state,
    "country": check_country,
}


@cache
def read_sender() -> Sender:
    """Return where parcels are sent from, read once a process.

    Raises NotConfigured with one line for each problem where the file is missing or wrong.
    """
    path: Path = settings.ENVIRONMENT.operator / "parcels.toml"
    return parse_sender(read_file(path, what="address that parcels are sent from"), path.name)


def parse_sender(text: str, source: str) -> Sender:
    """Return the sender that ``text`` describes; raise NotConfigured with one line for each problem."""
    reader = TomlReader(text=text, source=source, found=parse_toml(text, source))
    for name in reader.found.keys() - {"sender"}:
        reader.report((name,), f"unknown table or key {name}; expected [sender]")
    table = reader.found.get("sender")
    if isinstance(table, dict):
        reader.check_table(("sender",), table, _CHECKS)
    else:
        reader.report(("sender",), "the table [sender] is missing")
    reader.raise_problems()
    return Sender(**reader.found["sender"])
