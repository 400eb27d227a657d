"""One mail, rendered from its three parts: the subject, the text, and the HTML that says the same.

A message is a folder ``<app>/emails/<message>/`` with ``subject.txt``, ``body.txt`` and ``body.html``; the bodies
extend ``ui/emails/base.txt`` and ``ui/emails/base.html``, whose foot says why the mail came and links the Admin page
(A10).
"""

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from troth.kernel.operator import read_operator
from troth.ui.frame import Link, Place, links, reverse_url_or_none

WIDTH = 72
"""Characters in a line of a text mail: RFC 5322 asks for at most 78, and quoting adds some."""

SIGNATURE = "-- "
"""The line above a foot; its space at the end is what mail programs know it by (RFC 3676, 4.3)."""


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """A mail ready to be put into a ``Letter``."""

    subject: str
    text: str
    html: str


def render_mail(*, template: str, context: Mapping[str, Any], language: str) -> RenderedMail:
    """Render a mail in the reader's language.

    Arguments:
        template: the folder, such as ``accounts/emails/welcome``.
        context: what the parts name; ``operator``, ``site``, ``admin_url`` and ``language`` are added.
        language: a BCP 47 tag, such as ``de``.

    Raises:
        jinja2.UndefinedError: where a part names what the context lacks.
        TemplateDoesNotExist: where a part is missing.
    """
    with translation.override(language):
        full = {
            **context,
            "operator": read_operator(),
            "site": settings.ENVIRONMENT.site,
            "admin_url": absolute_url(find_admin_path()),
            "language": language,
            "direction": "rtl" if translation.get_language_bidi() else "ltr",
        }
        return RenderedMail(
            subject=" ".join(render_to_string(f"{template}/subject.txt", full).split()),
            text=_tidy(render_to_string(f"{template}/body.txt", full)),
            html=render_to_string(f"{template}/body.html", full),
        )


def render_subject(template: str) -> str:
    """Return the subject of a mail in the language of the moment; it names the operator and no person.

    Arguments:
        template: the folder, such as ``accounts/emails/welcome``.
    """
    return " ".join(render_to_string(f"{template}/subject.txt", {"operator": read_operator()}).split())


def name_boundaries(message: Message) -> None:
    """Name the borders between a mail's parts by random letters and digits.

    The standard library names them by nineteen random digits, of which one in some hundred is the number of a card that
    nobody has: the search for such numbers would find it.
    """
    for part in message.walk():
        if part.is_multipart():
            part.set_boundary(f"part-{uuid4().hex}")


def absolute_url(path: str) -> str:
    """Return ``path`` on the site's public address, for mails and feeds."""
    return f"{settings.ENVIRONMENT.site}{path}"


def find_admin_path() -> str:
    """Return the path of the Admin page: the footer's link named ``admin``, or the home page until there is one."""
    link: Link | None = links.get((Place.FOOTER, "admin"))
    if link is None:
        return "/"
    return link.url if link.url.startswith("/") else reverse_url_or_none(link.url) or "/"


def _tidy(text: str) -> str:
    """Wrap the paragraphs, leave addresses whole, and let one empty line stand between two."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join("\n".join(_wrap(line) for line in paragraph.splitlines()) for paragraph in paragraphs) + "\n"


def _wrap(line: str) -> str:
    if line.rstrip() == "--":
        return SIGNATURE
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.fill(
        line.strip(),
        width=WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
