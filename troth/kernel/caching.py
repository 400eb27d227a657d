"""The one cache of the program: it takes declared keys alone, so that nothing personal comes to lie in it unseen (A7).

What is cached is a copy that no erasure reaches and no key seals. So each kind of entry is declared once, with the
reason why it may lie there, and any other is refused (OWASP ASVS 5.0, 14.2.2):

    declare_cache_key("assessment:states", "The states of clauses; they are about nobody.")
    cache.set("assessment:states", states)
"""

import re
from typing import Any

from django.core.cache.backends.locmem import LocMemCache

from troth.kernel.errors import NotConfigured
from troth.kernel.ports import Registry

_PREFIX = re.compile(r"[a-z_]+:[a-z_]+")
_reasons: Registry[str, str] = Registry("cache key")


def declare_cache_key(prefix: str, reason: str) -> None:
    """Declare what may lie in the cache; called once for each kind of entry, at start-up.

    Arguments:
        prefix: ``<app>:<what>``; an entry's key is the prefix itself, or goes on after one more colon.
        reason: why it may lie in a cache, in a sentence.

    Raises NotConfigured for a prefix of another form, one without a reason, and one that is declared already.
    """
    if not _PREFIX.fullmatch(prefix):
        raise NotConfigured(f"The cache key {prefix!r} is not named <app>:<what>.")
    if not reason.strip():
        raise NotConfigured(f"The cache key {prefix!r} is declared without a reason.")
    if prefix in _reasons:
        raise NotConfigured(f"The cache key {prefix!r} is declared twice.")
    _reasons.register(prefix, reason)


class DeclaredCache(LocMemCache):
    """A cache in the memory of one process, for declared keys alone."""

    def make_and_validate_key(self, key: str, version: int | None = None) -> str:
        """Return the key under which an entry lies; every way to read, write or remove one passes here.

        Raises NotConfigured for a key that nobody declared; its text is not repeated, as it may hold a value.
        """
        if ":".join(str(key).split(":")[:2]) not in _reasons:
            raise NotConfigured("A key of the cache is declared by nobody; see kernel.caching.declare_cache_key.")
        made: Any = super().make_and_validate_key(key, version=version)
        return str(made)
