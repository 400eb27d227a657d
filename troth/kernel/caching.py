"""The one cache of the program: it takes declared keys alone, so that nothing personal comes to lie in it unseen (A7).

What is cached is a copy that no erasure reaches and no key seals. So each kind of entry is declared once, with the
reason why it may lie there, and any other is refused (OWASP ASVS 5.0, 14.2.2):

    declare_cache_key("assessment:states", "The states of clauses; they are about nobody.")
    cache.set("assessment:states", states)

The start fails on a key in the source that is not declared, and on a cache of another kind (``check_cache_keys``).
"""

import re
from collections.abc import Iterator
from typing import Any

from django.core import checks
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache

from troth.kernel.errors import NotConfigured
from troth.kernel.named_calls import find_calls
from troth.kernel.ports import Registry

_PREFIX = re.compile(r"[a-z_]+:[a-z_]+")
_METHODS = frozenset({"add", "decr", "get", "get_many", "get_or_set", "incr", "set", "set_many", "touch"})
"""What reads or writes an entry by its key."""
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
        if not _is_declared(str(key)):
            raise NotConfigured("A key of the cache is declared by nobody; see kernel.caching.declare_cache_key.")
        made: Any = super().make_and_validate_key(key, version=version)
        return str(made)


def check_cache_keys(**_options: Any) -> list[checks.CheckMessage]:
    """Refuse to start with a cache that takes any key, or with a key in the source that nobody declared."""
    return [*_check_caches(), *_check_keys()]


def _check_caches() -> Iterator[checks.CheckMessage]:
    for alias in caches:
        if not isinstance(caches[alias], DeclaredCache):
            yield checks.Error(f"The cache “{alias}” takes keys that nobody declared.", id="troth.E015")


def _check_keys() -> Iterator[checks.CheckMessage]:
    for call in find_calls(_METHODS, of="django.core.cache"):
        if call.name is None:
            yield checks.Error(
                f"{call.place} uses a key of the cache whose beginning the source does not tell.", id="troth.E017"
            )
        elif not _is_declared(call.name):
            yield checks.Error(
                f"{call.place} uses a key of the cache that is declared by nobody.",
                hint="Declare its prefix with kernel.caching.declare_cache_key, with the reason.",
                id="troth.E016",
            )


def _is_declared(key: str) -> bool:
    return ":".join(key.split(":")[:2]) in _reasons
