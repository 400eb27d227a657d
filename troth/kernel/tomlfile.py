"""A TOML file that an operator edits: read, checked, and its faults told with their lines, all at once.

``operator.toml`` and ``processors.toml`` are read by it. Each reader says what its keys must be by checks: functions
that return what is expected, or an empty string where the value is right.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from babel import Locale

from troth.kernel.errors import NotConfigured

Check = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell the operator about a file.

    Arguments:
        source: the file's name.
        line: the line, from 1.
        words: what is found there and what is expected.
    """

    source: str
    line: int
    words: str

    def __str__(self) -> str:
        return f"{self.source}:{self.line}: {self.words}"


def read_file(path: Path, *, what: str) -> str:
    """Return the text of an operator's file; raise NotConfigured where it is missing or cannot be read.

    Arguments:
        path: where it lies.
        what: what it is, for the message, such as "operator's configuration".
    """
    try:
        return path.read_text(encoding="utf-8-sig")  # some editors put a mark of the byte order before the text
    except FileNotFoundError:
        raise NotConfigured(f"The {what} {path} is missing.") from None
    except UnicodeDecodeError as error:
        raise NotConfigured(f"The {what} {path} is not UTF-8 text at byte {error.start}.") from None
    except OSError as error:
        raise NotConfigured(f"The {what} {path} cannot be read: {error.strerror}.") from None


def parse_toml(text: str, source: str) -> dict[str, Any]:
    """Return what the text holds; raise NotConfigured with the line where it is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        raise NotConfigured(str(Finding(source, line, f"this is not TOML: {error}"))) from None


@dataclass
class TomlReader:
    """One parsed file, and the problems that were found in it so far.

    Arguments:
        text: the file's content.
        source: the file's name, for messages.
        found: what ``parse_toml`` made of it.
    """

    text: str
    source: str
    found: dict[str, Any]
    problems: list[Finding] = field(default_factory=list)

    def check_table(
        self,
        path: tuple[str, ...],
        table: Mapping[str, Any],
        checks: Mapping[str, Check],
        *,
        optional: Iterable[str] = (),
    ) -> None:
        """Report each key of a table that is unknown, missing, or not what its check expects.

        Arguments:
            path: the keys that lead to the table.
            table: what was found there.
            checks: key to check.
            optional: keys that may be left out.
        """
        name = ".".join(path)
        for key in table.keys() - checks.keys():
            self.report((*path, key), f"[{name}] {key}: unknown key; expected one of {list_names(checks)}")
        for key, check in checks.items():
            if key not in table:
                if key not in optional:
                    self.report(path, f"[{name}] {key}: missing; expected {check(None)}")
            elif expected := check(table[key]):
                self.report((*path, key), f"[{name}] {key}: found {show_value(table[key])}, expected {expected}")

    def report(self, path: tuple[str, ...], words: str) -> None:
        """Keep a problem with the line of the key at ``path``."""
        self.problems.append(Finding(self.source, self.find_line(path), words))

    def raise_problems(self) -> None:
        """Raise NotConfigured with one line for each problem, if there is one."""
        if self.problems:
            ordered = sorted(self.problems, key=lambda problem: problem.line)
            raise NotConfigured("\n".join(str(problem) for problem in ordered))

    def find_line(self, path: tuple[str, ...]) -> int:
        """Return the line on which the key at ``path`` begins."""
        return find_line(self.text, path)


def find_line(text: str, path: tuple[str | int, ...]) -> int:
    """Return the line of a TOML text on which the key at ``path`` begins; the last line where there is none.

    ``tomllib`` keeps no lines. But a file's first n lines are TOML by themselves just where an entry ends, so the
    first such n at which the key is there ends its entry, and the one before ends the entry before it.

    Arguments:
        text: a text that is TOML as a whole.
        path: the keys from the outside in; a number is a place in a list of tables.
    """
    lines = text.splitlines(keepends=True)
    complete = 0
    for count in range(1, len(lines) + 1):
        try:
            found = tomllib.loads("".join(lines[:count]))
        except tomllib.TOMLDecodeError:
            continue
        if _has(found, path):
            return complete + 1
        complete = count
    return max(len(lines), 1)


def _has(found: Any, path: tuple[str | int, ...]) -> bool:
    for key in path:
        if isinstance(key, int):
            if not isinstance(found, list) or key >= len(found):
                return False
        elif not isinstance(found, dict) or key not in found:
            return False
        found = found[key]
    return True


def show_value(value: Any) -> str:
    """Return a value as a message shows it, cut where it is long."""
    text = repr(value) if not isinstance(value, str) else f"“{value}”"
    return text if len(text) <= 60 else text[:59] + "…"


def list_names(names: Mapping[str, Any]) -> str:
    """Return the names, for "expected one of"."""
    return ", ".join(names)


# -- What a value must be, for more than one file ----------------------------------------------------------------------


def check_text(value: Any) -> str:
    """Expect text that is not empty."""
    return "" if isinstance(value, str) and value.strip() else "text that is not empty"


def check_country(value: Any) -> str:
    """Expect the code of a country."""
    known = isinstance(value, str) and re.fullmatch("[A-Z]{2}", value) and value in Locale("en").territories
    return "" if known else "two capitals of ISO 3166-1, such as US"


def check_date(value: Any) -> str:
    """Expect a day."""
    return "" if type(value) is date else "a day, such as 2027-06-30"


def check_words(value: Any) -> str:
    """Expect text, or a text for each language."""
    texts = list(value.values()) if isinstance(value, dict) else [value]
    right = texts and all(isinstance(text, str) and text.strip() for text in texts)
    return "" if right else 'text, or a text for each language, such as { en = "…" }'
