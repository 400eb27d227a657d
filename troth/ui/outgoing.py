"""Links to other sites: marked, without a trace of where the reader came from, past a notice the first time (K1, K2).

A page never names another site's address itself. It names ours (``cookies:leaving``) with the address signed, so that
nobody can use us to send people elsewhere; the notice there says what changes, and goes on.
"""

import re
from html import unescape
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core import signing
from django.utils.html import escape

from troth.ui.frame import reverse_url_or_none

NOTICE = "cookies:leaving"
REL = "external noopener noreferrer"
_SIGNER = signing.Signer(salt="ui.outgoing")
_ANCHOR = re.compile(r'<a\s[^>]*?href="(?P<href>[^"]*)"[^>]*>(?P<words>.*?)</a>', re.IGNORECASE | re.DOTALL)
LONGEST = 2000
"""Characters of an address; longer ones are not linked."""


def is_outgoing(address: str) -> bool:
    """Return whether a link leads to another site, by whichever way a browser would read the address."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return True
    return (parts.scheme in {"http", "https"} and parts.netloc != urlsplit(settings.ENVIRONMENT.site).netloc) or (
        not parts.scheme and bool(parts.netloc)
    )


def leaving_url(address: str) -> str:
    """Return the address of the notice that leads to another site; an empty text where the address is no web page's."""
    parts = urlsplit(address)
    notice = reverse_url_or_none(NOTICE)
    if notice is None or parts.scheme not in {"http", "https"} or not parts.hostname or len(address) > LONGEST:
        return ""
    return f"{notice}?{urlencode({'to': _SIGNER.sign(address)})}"


def read_target(token: str) -> str | None:
    """Return the address that we signed, or None for anything else."""
    try:
        address = str(_SIGNER.unsign(token))
    except signing.BadSignature:
        return None
    return address if urlsplit(address).scheme in {"http", "https"} else None


def mark_outgoing(html: str) -> str:
    """Return cleaned HTML with each link to another site led past the notice, and marked as leaving.

    For text that people wrote: the statement, descriptions, answers. Links within the site stay as they are.
    """

    def mark(found: re.Match[str]) -> str:
        address = unescape(found["href"])
        if not is_outgoing(address):
            return found[0]
        way = leaving_url(address)
        if not way:
            return found["words"]
        host = escape(urlsplit(address).hostname or "")
        return f'<a class="outgoing" rel="{REL}" href="{escape(way)}">{found["words"]} <small>({host})</small></a>'

    return _ANCHOR.sub(mark, html)
