"""The name under which a page of a log is counted: the site's own route, or the address without what tells."""

import re
from functools import lru_cache

_TELLING = re.compile(r"\d|@|%40|^[0-9a-f-]{8,}$|^.{25,}$", re.IGNORECASE)
_STATIC = re.compile(
    r"\.(?:css|js|mjs|map|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|eot|mp4|webm|mp3|pdf|zip|gz|txt|xml|json)$",
    re.IGNORECASE,
)
SIGN_IN = re.compile(
    r"sign-?in|log-?in|sign-?up|register|account|checkout|password|admin|member|profile|logout", re.IGNORECASE
)
"""Words of an address by which somebody may have signed in; such a visit is counted by its routes alone."""
MOST_PARTS = 3
_UNNAMED = re.compile(r"^/(?:console/)?surveys(?:/|$)")
"""Pages that are named nowhere, since who takes part in a survey is nobody's to count (D3)."""


@lru_cache(maxsize=200_000)
def name_path(path: str) -> tuple[str, bool, bool]:
    """Return the name of a path, whether a person sees it as a page, and whether somebody may have signed in there."""
    plain = path.partition("?")[0].partition("#")[0]
    if _UNNAMED.match(plain):
        return "unknown", False, True
    if _STATIC.search(plain):
        return "static", False, False
    parts = [part for part in plain.split("/") if part][:MOST_PARTS]
    named = "/" + "/".join("*" if _TELLING.search(part) else part for part in parts)
    return named[:80], True, bool(SIGN_IN.search(plain))
