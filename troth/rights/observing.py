"""What several checks of this room share: notes of what was seen, and reading a page's inputs and links."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from troth.kernel.ports import Observation


@dataclass
class Notes:
    """Counts what was looked at, and keeps what broke."""

    examined: int = 0
    failures: list[str] = field(default_factory=list)

    def expect(self, held: object, otherwise: str) -> None:
        """Note one look, and ``otherwise`` where it did not hold."""
        self.examined += 1
        if not held:
            self.failures.append(otherwise)

    def observation(self, **evidence: Any) -> Observation:
        """Return what was seen."""
        return Observation(examined=self.examined, failures=tuple(self.failures), evidence=evidence)


class _Reader(HTMLParser):
    """Gathers a page's inputs and the addresses of its links."""

    def __init__(self) -> None:
        super().__init__()
        self.inputs: set[str] = set()
        self.links: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take one element."""
        found = dict(attrs)
        if tag in {"input", "select", "textarea"} and found.get("name"):
            self.inputs.add(str(found["name"]))
        if tag == "a" and found.get("href"):
            self.links.add(str(found["href"]))

    def handle_data(self, data: str) -> None:
        """Take a piece of text."""
        self.text.append(data)


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    return reader


def read_inputs(html: str) -> set[str]:
    """Return the names of all inputs of a page, apart from the mark against forged forms."""
    return _read(html).inputs - {"csrfmiddlewaretoken"}


def read_links(html: str) -> set[str]:
    """Return the addresses of all links of a page."""
    return _read(html).links


def read_words(html: str) -> str:
    """Return the text of a page as a person reads it, spaces made single."""
    return squeeze(_read(html).text)


def squeeze(texts: Iterable[str]) -> str:
    """Return the texts as one, with single spaces, so that a line break in a template makes no difference."""
    return " ".join(" ".join(texts).split())
