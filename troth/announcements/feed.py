"""The Atom feed of announcements (RFC 4287), with ids that never change (RFC 4151)."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from troth.announcements.models import Notice
from troth.announcements.queries import pick_text
from troth.announcements.texts import notice_url
from troth.kernel import clock
from troth.kernel.operator import read_operator

_ATOM = "http://www.w3.org/2005/Atom"


def make_feed(notices: Sequence[Notice], language: str) -> bytes:
    """Return the feed as XML.

    Arguments:
        notices: the newest first; may be none.
        language: the language of its words.
    """
    ET.register_namespace("", _ATOM)
    operator = read_operator()
    feed = ET.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": language})
    _add(feed, "id", f"tag:{operator.site},2026:announcements")
    _add(feed, "title", _("Announcements of %(name)s") % {"name": operator.name})
    newest = notices[0].frozen_at if notices and notices[0].frozen_at else clock.now()
    _add(feed, "updated", newest.isoformat())
    _add(feed, "link", rel="self", type="application/atom+xml", href=_address("announcements:feed"))
    _add(feed, "link", rel="alternate", type="text/html", href=_address("announcements:past"))
    _add(_add(feed, "author"), "name", operator.name)
    for notice in notices:
        _add_entry(feed, notice, language)
    document: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def _add_entry(feed: ET.Element, notice: Notice, language: str) -> None:
    text, at = pick_text(notice, language), notice.frozen_at or notice.made_at
    if text is None:
        return
    entry = _add(feed, "entry")
    _add(entry, "id", f"urn:uuid:{notice.pk}")
    _add(entry, "title", text.subject)
    _add(entry, "published", at.isoformat())
    _add(entry, "updated", at.isoformat())
    _add(entry, "link", rel="alternate", type="text/html", href=notice_url(notice))
    _add(entry, "summary", text.what, type="text")


def _add(parent: ET.Element, name: str, words: str = "", **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    child.text = words or None
    return child


def _address(name: str) -> str:
    return settings.ENVIRONMENT.site + reverse(name)
