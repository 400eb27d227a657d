"""The keys that ``accounts`` derives from the root: each has one use, so that none can be turned to another's."""

from functools import cache

from django.conf import settings

from troth.kernel.secrets import derive_key, read_root


@cache
def read_pepper() -> bytes:
    """Return the key that is mixed into each password before it is hashed: a stolen table alone says nothing."""
    return derive_key(read_root(settings.ENVIRONMENT.secrets), "pepper")


@cache
def read_link_key(kind: str) -> bytes:
    """Return the key that signs mailed links of this kind."""
    return derive_key(read_root(settings.ENVIRONMENT.secrets), f"sign/{kind}/1")


@cache
def read_limits_key() -> bytes:
    """Return the key under which failures are counted."""
    return derive_key(read_root(settings.ENVIRONMENT.secrets), "limits/1")
