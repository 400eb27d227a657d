"""Posts that a service of the operator signs, by the Standard Webhooks scheme (standardwebhooks.com, version 1).

Three headers come with the body: ``webhook-id``, ``webhook-timestamp`` and ``webhook-signature``, which holds one or
more ``v1,<base64>`` of HMAC-SHA-256 over ``id.timestamp.body``. Several are there while a secret is being changed.
"""

import base64
import binascii
import hmac
from collections.abc import Mapping

from troth.kernel import clock

TOLERANCE = 300
"""Seconds that the sender's clock may differ, and that a recorded post can be repeated in."""
_PREFIX = "whsec_"
_SHORTEST = 24


def read_secret(text: str) -> bytes | None:
    """Return the key of a ``whsec_…`` secret; None for an empty one or one that is too short to be a secret."""
    try:
        key = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) >= _SHORTEST else None


def is_genuine(body: bytes, headers: Mapping[str, str], *, secret: str) -> bool:
    """Return whether the holder of the secret posted just this body, within the last minutes.

    Arguments:
        body: the bytes as they came.
        headers: the request's headers, names in any case as the mapping allows.
        secret: ``whsec_`` and the key in Base64; an empty one makes nothing genuine.
    """
    key = read_secret(secret)
    post_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if key is None or not post_id or not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
        return False
    if abs(clock.now().timestamp() - int(stamp)) > TOLERANCE:
        return False
    wanted = hmac.digest(key, b".".join((post_id.encode(), stamp.encode(), body)), "sha256")
    return any(
        hmac.compare_digest(wanted, found) for found in _read_signatures(headers.get("webhook-signature", "")[:2000])
    )


def _read_signatures(text: str) -> list[bytes]:
    found = []
    for each in text.split(" "):
        version, _comma, digits = each.partition(",")
        if version == "v1":
            try:
                found.append(base64.b64decode(digits, validate=True))
            except (binascii.Error, ValueError):
                continue
    return found
