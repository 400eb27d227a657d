"""The check of K1 where nobody crawls: every mail is drawn with texts in which somebody wrote links, and read.

A text that staff or clients wrote (an answer, an announcement, a question of a survey) is words to us: nothing in it
becomes a link by itself, in a mail or on a page. A link of a mail leads to our own site, or past the notice.
"""

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from jinja2 import BaseLoader, ChainableUndefined, Environment, TemplateError
from markupsafe import escape

from troth.cookies import written_sabotages as sabotages
from troth.kernel.operator import read_operator
from troth.kernel.ports import Control, Observation, Sabotage, controls
from troth.ui.api import is_outgoing

WRITTEN = '<a href="https://partner.example.net/x">our partner</a> https://partner.example.net/y'
"""What stands in place of every text: a link as HTML, and an address that a machine might make one of."""
_MAKES_LINKS = re.compile(r"\|\s*(?:safe|urlize)\b|\bautoescape\s+false\b|\bMarkup\(")
OWN_READING = {"config/mail.jinja"}
"""The demo's mailbox shows the mail of the machine's owner with its links, as a mail program does."""


class _Text(ChainableUndefined):
    """Stands for any value: a text with links in it, or an address of ours where its name says so, a list or a call."""

    def __getattr__(self, name: str) -> "_Text":
        if name.startswith("__"):
            raise AttributeError(name)
        return _Text(name=name)

    def __getitem__(self, _key: object) -> "_Text":  # type: ignore[override]
        return _Text(name=self._undefined_name)

    def __call__(self, *_given: object, **_named: object) -> "_Text":  # type: ignore[override]
        return self

    def __iter__(self) -> Iterator["_Text"]:
        yield _Text(name="each")

    def __len__(self) -> int:
        return 1

    def __bool__(self) -> bool:
        return True

    def __str__(self) -> str:
        name = self._undefined_name or ""
        return f"{settings.ENVIRONMENT.site}/" if name.endswith("url") else WRITTEN

    def __html__(self) -> str:
        return str(escape(str(self)))

    def __add__(self, other: object) -> str:  # type: ignore[override]
        return f"{self}{other}"

    def __radd__(self, other: object) -> str:  # type: ignore[override]
        return f"{other}{self}"

    def __lt__(self, _other: object) -> bool:  # type: ignore[override]
        return False

    __gt__ = __le__ = __ge__ = __lt__  # type: ignore[assignment]


class _Nothing(_Text):
    """The same where a condition asks: it is not there, so that the other branch is drawn."""

    def __bool__(self) -> bool:
        return False

    def __iter__(self) -> Iterator[_Text]:
        return iter(())


class _Anchors(HTMLParser):
    """Collects where the anchors of a mail lead."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the address of an anchor."""
        if tag in {"a", "area", "img", "link", "form"}:
            self.found += [value or "" for name, value in attrs if name in {"href", "src", "action"}]


def list_mails(environment: Environment) -> list[str]:
    """Return the names of the HTML parts of all mails of the program."""
    names = environment.list_templates(filter_func=lambda name: "/emails/" in name and name.endswith(".html"))
    return [name for name in names if name.endswith("/body.html")]


def observe_written() -> Observation:
    """Draw every mail, in each language and by each branch, and read where its links lead; read the pages' sources."""
    environment = sabotages.find_environment()
    failures: list[str] = []
    examined = links = 0
    for language, _name in settings.LANGUAGES:
        for kind in (_Text, _Nothing):
            drawing = environment.overlay(undefined=kind, cache_size=0)
            for name in list_mails(environment):
                with translation.override(language):
                    addresses = _read_links(drawing, name, language)
                if addresses is None:
                    failures.append(f"{name} could not be drawn")
                    continue
                examined += 1
                links += len(addresses)
                failures += [f"{name}: a link leads to another site" for each in addresses if _is_bare(each)]
    for name in environment.list_templates(extensions=["jinja", "html"]):
        examined += 1
        source, _file, _current = cast("BaseLoader", environment.loader).get_source(environment, name)
        if name not in OWN_READING and _MAKES_LINKS.search(source):
            failures.append(f"{name} could make links of what somebody wrote")
    return Observation(examined=examined, failures=sorted(set(failures)), evidence={"links": links})


def _is_bare(address: str) -> bool:
    """Return whether an address leads to another site past no notice of ours."""
    return is_outgoing(address) and urlsplit(address).path != reverse("cookies:leaving")


def _read_links(environment: Environment, name: str, language: str) -> list[str] | None:
    """Return where the links of one mail lead, or None where it cannot be drawn so."""
    shown = dict.fromkeys(("format_date", "format_datetime", "format_money", "format_span", "format_number"), _shown)
    context: Mapping[str, Any] = {
        **shown,
        "format_percent": _shown,
        "format_size": _shown,
        "operator": read_operator(),
        "site": settings.ENVIRONMENT.site,
        "url": f"{settings.ENVIRONMENT.site}/",
        "admin_url": f"{settings.ENVIRONMENT.site}/",
        "language": language,
        "direction": "ltr",
    }
    try:
        html = environment.get_template(name).render(context)
    except (TemplateError, TypeError, ValueError, KeyError):
        return None
    reader = _Anchors()
    reader.feed(html)
    return reader.found


def _shown(*_given: object, **_named: object) -> str:
    return "3 December 2026"


def register() -> None:
    """Register the check."""
    controls.register(CONTROL.key, CONTROL)


CONTROL = Control(
    key="cookies.written",
    clauses=("K1",),
    words=_("No mail leads to another site, and nothing that somebody writes becomes a link by itself."),
    observe=observe_written,
    sabotages=(
        Sabotage("frame", _("A partner's link is put at the foot of every mail."), sabotages.add_link_to_mails),
        Sabotage("markup", _("What staff write is taken for HTML."), sabotages.take_words_for_html),
        Sabotage("urlize", _("Addresses in answers are made links."), sabotages.make_links_of_addresses),
    ),
)
