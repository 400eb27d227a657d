"""The Atom feed of the statement's versions (RFC 4287), with ids that never change (RFC 4151)."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from troth.kernel.operator import read_operator
from troth.statement.comparison import compare_texts
from troth.statement.models import StatementVersion
from troth.statement.queries import read_text
from troth.ui.api import format_date

_ATOM = "http://www.w3.org/2005/Atom"


def make_feed(versions: Sequence[StatementVersion], language: str) -> bytes:
    """Return the feed as XML.

    Arguments:
        versions: all versions, the newest first; at least one.
        language: the language of its words.
    """
    ET.register_namespace("", _ATOM)
    operator = read_operator()
    tag = f"tag:{operator.site},{versions[-1].published_on:%Y-%m-%d}:statement"
    feed = ET.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": language})
    _add(feed, "id", tag)
    _add(feed, "title", _("The statement of %(name)s") % {"name": operator.name})
    _add(feed, "updated", versions[0].published_at.isoformat())
    _add(feed, "link", rel="self", type="application/atom+xml", href=_address("statement:feed"))
    _add(feed, "link", rel="alternate", type="text/html", href=_address("statement:current"))
    _add(_add(feed, "author"), "name", operator.name)
    for place, version in enumerate(versions):
        previous = next((older for older in versions[place + 1 :] if older.withdrawn_at is None), None)
        _add_entry(feed, tag, version, previous, language)
    document: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def _add_entry(
    feed: ET.Element, tag: str, version: StatementVersion, previous: StatementVersion | None, language: str
) -> None:
    entry = _add(feed, "entry")
    _add(entry, "id", f"{tag}/{version.number}")
    _add(entry, "title", _("Version %(number)s") % {"number": version.number})
    _add(entry, "published", version.published_at.isoformat())
    _add(entry, "updated", version.published_at.isoformat())
    page = _address("statement:version", number=version.number)
    summary = version.reasons_words
    if version.is_coming:
        summary = _("It takes effect on %(date)s.") % {"date": format_date(version.in_force_on)} + f" {summary}"
    if previous:
        page = _address("statement:compare", old=previous.number, new=version.number)
        summary = f"{summary} {_summarise(previous, version, language)}"
    _add(entry, "link", rel="alternate", type="text/html", href=page)
    _add(entry, "summary", summary, type="text")


def _summarise(old: StatementVersion, new: StatementVersion, language: str) -> str:
    changes = compare_texts(read_text(old, language), read_text(new, language))
    clauses = [clause for change in changes if change.kind != "same" for clause in change.clauses]
    if not clauses:
        return _("The words of no clause changed in this language.")
    return _("Changed clauses: %(clauses)s.") % {"clauses": ", ".join(clauses)}


def _add(parent: ET.Element, name: str, words: str = "", **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    child.text = words or None
    return child


def _address(name: str, **kwargs: int) -> str:
    return settings.ENVIRONMENT.site + reverse(name, kwargs=kwargs or None)
