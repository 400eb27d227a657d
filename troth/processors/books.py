"""The books of the demo's stand-ins: every call that reached them, with its body as it came.

They are the other side of the door: what a check compares the record of what left with. Only a stand-in shows them;
with real companies there is nothing to ask, and the check looks at nothing.
"""

import json
from typing import Any
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

from django.conf import settings

from troth.processors.network import speaking_to

_TIMEOUT = 5
_LOOPBACK = {"127.0.0.1", "localhost"}
_open = build_opener(ProxyHandler({})).open


def read_calls(kind: str) -> list[dict[str, Any]] | None:
    """Return the calls that reached the stand-in of this kind, the oldest first; None where none runs here.

    Arguments:
        kind: ``card`` or ``parcel``.
    """
    url = str(getattr(settings.ENVIRONMENT, f"{kind}_url"))
    parts = urlsplit(url)
    if parts.hostname not in _LOOPBACK or parts.scheme != "http":
        return None
    try:
        with speaking_to([parts.netloc]), _open(f"{url}/control/books.json", timeout=_TIMEOUT) as answer:
            found: list[dict[str, Any]] = json.loads(answer.read())["requests"]
    except (OSError, ValueError, KeyError):
        return None
    return found
