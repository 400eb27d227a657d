"""What stands above every page of a client while something announced is under way (F1)."""

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from troth.accounts.api import current_subject
from troth.announcements.queries import list_under_way, pick_text
from troth.ui.api import Banner, reverse_url_or_none


def announce(request: HttpRequest) -> Banner | None:
    """Return the banner of what is under way, for who is signed in; the one that begins first."""
    if current_subject(request) is None:
        return None
    for notice in list_under_way():
        text = pick_text(notice, get_language() or "")
        if text is not None:
            url = reverse_url_or_none("announcements:announcement", notice_id=notice.pk) or ""
            return Banner(kind="note", words=text.subject, url=url, url_words=_("Read the announcement"))
    return None
