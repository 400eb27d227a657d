"""The words of a mail's HTML, and nothing else of it: nothing that runs, is fetched, is sent or looks like something.

It makes no tree. A tree can grow far beyond its source (each paragraph repeats the marks that are open), and the common
cleaners take minutes for half a megabyte of elements in each other; this goes over the source once. What comes out is
text, and every page escapes it like any other.
"""

import html
import re

LONGEST = 500_000
"""Signs of the source that are read."""
_UNSEEN = ("script", "style", "head", "title", "template", "noscript", "iframe", "object", "svg", "math", "textarea")
"""Elements that go with what is in them."""
_BREAKS = frozenset({"br", "p", "div", "tr", "li", "ul", "ol", "table", "blockquote", "hr", "pre"}) | {
    f"h{level}" for level in range(1, 7)
}
_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9]*")
_ENDS = {name: re.compile(rf"</\s*{name}\b[^>]*>?", re.IGNORECASE) for name in _UNSEEN}
_QUOTE = re.compile("[\"']")
_SPACES = re.compile(r"[ \t\r\n\f]+")


def html_to_text(source: str) -> str:
    """Return the words of a mail's HTML, with a line for each block."""
    return html.unescape("".join(_Walk(source[:LONGEST]).run()))


class _Walk:
    """One way through the source. Whatever is looked for and not found is not looked for again."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._missing: set[str] = set()

    def run(self) -> list[str]:
        """Return the pieces of text."""
        found: list[str] = []
        at = 0
        while (mark := self._source.find("<", at)) >= 0:
            found.append(_SPACES.sub(" ", self._source[at:mark]))
            at, piece = self._read_mark(mark)
            found.append(piece)
        found.append(_SPACES.sub(" ", self._source[at:]))
        return found

    def _read_mark(self, mark: int) -> tuple[int, str]:
        """Return where the text goes on after the mark that begins here, and what stands for it."""
        source = self._source
        if source.startswith("<!--", mark):
            # One that does not end hides all that follows, as it does in a browser.
            return self._after("-->", mark + 4), ""
        closing = source.startswith("</", mark)
        name = _NAME.match(source, mark + 1 + closing)
        if name is None:
            if source.startswith(("<!", "<?"), mark):
                return self._after(">", mark + 2), ""
            return mark + 1, "&lt;"
        word = name[0].lower()
        end = self._end_of_mark(name.end())
        if not closing and word in _ENDS:
            return self._after_element(word, end), " "
        return end, "\n" if word in _BREAKS else ""

    def _end_of_mark(self, at: int) -> int:
        """Return where a mark ends; a bracket within quotes does not end it."""
        end = self._find(">", at)
        while end >= 0 and (quote := self._quote_before(at, end)) >= 0:
            close = self._find(self._source[quote], quote + 1)
            if close < 0:
                break
            at = close + 1
            end = end if at <= end else self._find(">", at)
        return len(self._source) if end < 0 else end + 1

    def _quote_before(self, at: int, end: int) -> int:
        quote = _QUOTE.search(self._source, at, end)
        return quote.start() if quote else -1

    def _after_element(self, name: str, at: int) -> int:
        if name in self._missing:
            return at
        found = _ENDS[name].search(self._source, at)
        if found is None:
            self._missing.add(name)
            return len(self._source) if name in {"script", "style", "head", "title"} else at
        return found.end()

    def _after(self, sign: str, at: int) -> int:
        found = self._find(sign, at)
        return len(self._source) if found < 0 else found + len(sign)

    def _find(self, sign: str, at: int) -> int:
        if sign in self._missing:
            return -1
        found = self._source.find(sign, at)
        if found < 0:
            self._missing.add(sign)
        return found
