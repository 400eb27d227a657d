"""Reads HTML back into the words that a person sees: what a version's digest, its comparison and its PDF are made of.

The digest is taken of the words and link targets, not of the markup, so that the page that is served can be read and
measured in the same way as the text that was published (O1).
"""

import hashlib
import json
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import NamedTuple

_ENDS_LINE = frozenset({"p", "li", "br", "blockquote"})
_HAS_NO_END = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})


class ReadParagraph(NamedTuple):
    """The clauses of a paragraph, in their order, and its words with the targets of its links."""

    clauses: tuple[str, ...]
    words: str


class ReadSection(NamedTuple):
    """A section as it is read: its slug, its title and its paragraphs."""

    slug: str
    title: str
    paragraphs: tuple[ReadParagraph, ...]


class _WordReader(HTMLParser):
    """Gathers the words of a piece of HTML, one line for each paragraph, list item and line break."""

    def __init__(self, *, with_links: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._with_links = with_links
        self._pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "li":
            self._pieces.append("• ")
        if tag == "br":
            self._pieces.append("\n")
        target = dict(attrs).get("href")
        if self._with_links and tag == "a" and target:
            self._pieces.append(f"<{target}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in _ENDS_LINE:
            self._pieces.append("\n")

    def handle_data(self, data: str) -> None:
        self._pieces.append(data.replace("\n", " "))

    @property
    def words(self) -> str:
        """The words, with single spaces, without empty lines."""
        lines = (" ".join(line.split(" ")).strip(" ") for line in "".join(self._pieces).split("\n"))
        return "\n".join(line for line in lines if line.strip("• "))


def read_words(html: str, *, with_links: bool = False) -> str:
    """Return the words of ``html``, one line for each paragraph, list item and line break.

    Arguments:
        html: a cleaned fragment.
        with_links: whether each link's target stands before its words, in angle brackets.
    """
    reader = _WordReader(with_links=with_links)
    reader.feed(html)
    reader.close()
    return reader.words


class _PageReader(HTMLParser):
    """Finds the statement in a served page: ``data-section``, ``data-title`` and ``data-clauses`` mark its parts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.sections: list[tuple[str, str, list[ReadParagraph]]] = []
        self._depth = 0
        self._open: tuple[str, str, int] | None = None
        self._pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._keep(self.get_starttag_text() or "")
        found = dict(attrs)
        if "data-section" in found:
            self.sections.append((found["data-section"] or "", "", []))
        if tag not in _HAS_NO_END:
            self._depth += 1
        if self._open is None and self.sections:
            kind = next((name for name in ("data-title", "data-clauses") if name in found), None)
            if kind:
                self._open, self._pieces = (kind, found[kind] or "", self._depth), []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._keep(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._depth == self._open[2]:
            self._close(*self._open[:2])
        self._keep(f"</{tag}>")
        self._depth -= 1

    def handle_data(self, data: str) -> None:
        self._keep(data)

    def handle_entityref(self, name: str) -> None:
        self._keep(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._keep(f"&#{name};")

    def _keep(self, piece: str) -> None:
        if self._open:
            self._pieces.append(piece)

    def _close(self, kind: str, value: str) -> None:
        words = read_words("".join(self._pieces), with_links=True)
        slug, _title, paragraphs = self.sections[-1]
        if kind == "data-title":
            self.sections[-1] = (slug, words, paragraphs)
        else:
            paragraphs.append(ReadParagraph(clauses=tuple(value.split()), words=words))
        self._open = None


def read_served_page(html: str) -> tuple[ReadSection, ...]:
    """Return the statement that a served page shows, section by section; empty where it shows none."""
    reader = _PageReader()
    reader.feed(html)
    reader.close()
    return tuple(ReadSection(slug, title, tuple(paragraphs)) for slug, title, paragraphs in reader.sections)


def digest_sections(sections: Sequence[ReadSection]) -> str:
    """Return the SHA-256, in hex, of the sections' titles, clauses, words and link targets."""
    content = [
        [slug, title, [[list(paragraph.clauses), paragraph.words] for paragraph in paragraphs]]
        for slug, title, paragraphs in sections
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def digest_languages(digests: dict[str, str]) -> str:
    """Return the SHA-256, in hex, of all languages' digests together: the content hash of a version."""
    lines = "".join(f"{language} {digests[language]}\n" for language in sorted(digests))
    return hashlib.sha256(lines.encode()).hexdigest()
