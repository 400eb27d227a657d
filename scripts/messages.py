"""Gathers every translatable string of the program into the catalogues, and compiles them; ``make messages`` runs it.

    messages.py            bring troth/locale/*/LC_MESSAGES/django.po up to date, and compile each into django.mo
    messages.py --check    change nothing; exit 1 where a catalogue is not up to date or not whole, and say what to do

A string whose English changed is a new string: it is never matched with one that looks alike, because a translation
that is nearly right reads as if it were right.
"""

import argparse
import io
import re
import string
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

HOUSE = Path(__file__).resolve().parent.parent
PACKAGE = HOUSE / "troth"
LOCALES = PACKAGE / "locale"

METHODS = [
    ("**.py", "python"),
    ("**/templates/**.*", "jinja2"),
    ("**/emails/**.*", "jinja2"),
]
TEMPLATE_OPTIONS = {
    "extensions": "jinja2.ext.do",
    "trimmed": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "newstyle_gettext": "true",
    "silent": "false",
}
"""How ``troth.ui.jinja`` reads templates; the strings found here must be those it asks for, to the last space."""
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
WIDTH = 120


@cache
def gather() -> Catalog:
    """Return a catalogue of every translatable string of the package, in the order of its files."""
    template = Catalog(fuzzy=False)
    options = {pattern: TEMPLATE_OPTIONS for pattern, method in METHODS if method == "jinja2"}
    found = extract_from_dir(
        PACKAGE, METHODS, options, keywords=KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    )
    for name, line, message, comments, context in found:
        place = (PACKAGE / name).relative_to(HOUSE).as_posix()
        template.add(message, None, [(place, line)], auto_comments=comments, context=context)
    return template


def list_catalogues(locales: Path = LOCALES) -> list[Path]:
    """Return the path of each language's catalogue."""
    return sorted(locales.glob("*/LC_MESSAGES/django.po"))


def read_catalogue(path: Path) -> Catalog:
    """Return the catalogue at ``path``, in the language of its folder."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def update(catalogue: Catalog, template: Catalog) -> Catalog:
    """Give the catalogue exactly the strings of the template; it keeps its translations of those that it knew."""
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    return catalogue


def render_po(catalogue: Catalog) -> bytes:
    """Return the catalogue as a person edits it; files are named, but no lines, which move with every change."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=WIDTH, include_lineno=False)
    return buffer.getvalue()


def render_mo(catalogue: Catalog) -> bytes:
    """Return the catalogue as the program reads it."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def find_faults(catalogue: Catalog) -> Iterator[str]:
    """Name each string of the catalogue that a reader would not meet whole in its language."""
    for message in catalogue:
        if not message.id:
            continue
        english, translated = _list_forms(message.id), _list_forms(message.string)
        if not all(translated):
            yield f"not translated: {english[0]}"
        elif message.fuzzy:
            yield f"marked as doubtful: {english[0]}"
        elif {name for form in translated for name in list_placeholders(form)} != _list_wanted(message):
            yield f"other placeholders than in English: {english[0]}"


def list_placeholders(text: str) -> set[str]:
    """Return the placeholders of a string, of both kinds: ``%(name)s`` and ``{name}``."""
    braces = {f"{{{name}}}" for _, name, _, _ in string.Formatter().parse(text) if name} if "{" in text else set()
    return braces | set(re.findall(r"%\(\w+\)[a-z]", text))


def _list_wanted(message: Message) -> set[str]:
    return {name for form in _list_forms(message.id) for name in list_placeholders(form)}


def _list_forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text or ""] if text is None or isinstance(text, str) else list(text)


def check(locales: Path = LOCALES) -> list[str]:
    """Return what keeps the catalogues from being whole and up to date; empty where nothing does."""
    template, faults = gather(), []
    for path in list_catalogues(locales):
        language, compiled = path.parent.parent.name, path.with_suffix(".mo")
        catalogue = update(read_catalogue(path), template)
        faults += [f"{language}: {fault}" for fault in find_faults(catalogue)]
        if render_po(catalogue) != path.read_bytes():
            faults.append(f"{language}: {path.name} does not have the strings of the program; run `make messages`")
        if not compiled.exists() or render_mo(catalogue) != compiled.read_bytes():
            faults.append(f"{language}: {compiled.name} was not made of {path.name}; run `make messages`")
    return faults


def main() -> int:
    """Update and compile, or check; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="change nothing, and exit 1 where something is to be done")
    if parser.parse_args().check:
        faults = check()
        sys.stdout.write("".join(f"{fault}\n" for fault in faults))
        return 1 if faults else 0
    template = gather()
    for path in list_catalogues():
        catalogue = update(read_catalogue(path), template)
        path.write_bytes(render_po(catalogue))
        path.with_suffix(".mo").write_bytes(render_mo(catalogue))
        faults = list(find_faults(catalogue))
        sys.stdout.write("".join(f"{fault}\n" for fault in faults))
        sys.stdout.write(f"{path.parent.parent.name}: {len(catalogue)} strings, {len(faults)} to be mended\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
