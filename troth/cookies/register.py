"""The register: each cookie of this site, declared once with its kind, purpose and life (J1)."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from troth.kernel.errors import NotConfigured
from troth.kernel.ports import Registry, Words

HOST_PREFIX = "__Host-"
"""A browser accepts this prefix only with Secure, Path=/ and without Domain (RFC 6265bis, 4.1.3.2)."""

_NAME = re.compile(r"__Host-[a-z][a-z0-9-]{0,40}")


class Kind(StrEnum):
    """How long a cookie stays."""

    SESSION = "session"
    PERSISTENT = "persistent"


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie of this site. All are Secure, HttpOnly, ``Path=/`` and without Domain; the guard sees to it.

    Arguments:
        name: starts with ``__Host-``, then lower-case letters, digits and hyphens.
        kind: ``SESSION`` ends with the browser (J2); ``PERSISTENT`` stays until ``life`` is over or it is removed (J3).
        purpose: what it is for, as a sentence for a client.
        set_when: what the client does that sets it, as a sentence.
        life: the longest Max-Age of a persistent cookie; None for a session cookie.
        same_site: ``Lax`` or ``Strict``.
    """

    name: str
    kind: Kind
    purpose: Words
    set_when: Words
    life: timedelta | None = None
    same_site: str = "Lax"

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise NotConfigured(f"The cookie {self.name!r} must be named {HOST_PREFIX} and lower-case letters.")
        if (self.kind is Kind.PERSISTENT) is not (self.life is not None):
            raise NotConfigured(f"The cookie {self.name} must have a life if it is persistent, and none if it is not.")
        if self.same_site not in {"Lax", "Strict"}:
            raise NotConfigured(f"The cookie {self.name} must be SameSite=Lax or SameSite=Strict.")


declared: Registry[str, Cookie] = Registry("cookie")


def register_cookie(cookie: Cookie) -> None:
    """Declare a cookie at start-up; raise NotConfigured where its name is taken by another."""
    declared.register(cookie.name, cookie)
