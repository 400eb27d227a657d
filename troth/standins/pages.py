"""The pages of the stand-ins: plain HTML from small functions, no scripts, and on each that nothing of it is real."""

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path

STYLE = (Path(__file__).parent / "pages.css").read_text(encoding="utf-8")


def page(*, title: str, invented: str, body: str, kind: str = "") -> str:
    """Return a whole page.

    Arguments:
        title: for the browser's tab.
        invented: what it is that is not real, said first on each page.
        body: HTML.
        kind: the class of the main part.
    """
    main = f'<main class="{kind}">' if kind else "<main>"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<style>{STYLE}</style></head><body>"
        f'<p class="invented" role="note">{escape(invented)}</p>{main}{body}</main></body></html>'
    )


def table(heads: Iterable[str], rows: Iterable[Iterable[str]], *, empty: str) -> str:
    """Return a table; cells are HTML already."""
    lines = ["<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows]
    if not lines:
        return f'<p class="help">{escape(empty)}</p>'
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="Table">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def entry(name: str, label: str, help_line: str) -> str:
    """Return a field in which digits are typed; a browser keeps nothing of it."""
    return (
        f'<div><label for="{name}">{escape(label)}</label><p class="help" id="{name}-help">{escape(help_line)}</p>'
        f'<input id="{name}" name="{name}" inputmode="numeric" autocomplete="off" aria-describedby="{name}-help"'
        " required></div>"
    )


def button(action: str, words: str, *, quiet: bool = True, fields: Mapping[str, str]) -> str:
    """Return a form of one button."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in fields.items()
    )
    kind = ' class="quiet"' if quiet else ""
    form = f'<form class="row" method="post" action="{escape(action)}">'
    return f"{form}{hidden}<button{kind}>{escape(words)}</button></form>"


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Return pairs of a name and a value; both are escaped here."""
    return "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in pairs) + "</dl>"
