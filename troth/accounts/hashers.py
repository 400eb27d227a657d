"""How passwords are hashed: argon2id over a password mixed with a secret key, and never many at once.

Figures: t = 2, m = 46 MiB, p = 1 (OWASP Password Storage: at least as hard as t = 2, m = 19 MiB); each hash holds its
46 MiB for a tenth of a second, so at most four run at a time in a process.
"""

import base64
import hashlib
import hmac
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

from troth.accounts.keys import read_pepper
from troth.kernel.lanes import make_busy, slow_lane

HASHES_AT_ONCE = 4
LONGEST_WAIT = 8.0
"""Seconds to wait for a free place before the visitor is asked to come again; pages do not wait behind it."""

_places = BoundedSemaphore(HASHES_AT_ONCE)


class PepperedArgon2(Argon2PasswordHasher):
    """Argon2id of an HMAC of the password; see the module's docstring."""

    algorithm = "argon2id_pepper1"
    time_cost = 2
    memory_cost = 46 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Return the hash to store."""
        with _take_place():
            return str(super().encode(mix_pepper(password), salt))

    def verify(self, password: str, encoded: str) -> bool:
        """Return whether the password is the one."""
        with _take_place():
            return bool(super().verify(mix_pepper(password), encoded))

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Nothing to add: an older cost is renewed at the next sign-in."""


def mix_pepper(password: str) -> str:
    """Return the password in one form (Unicode NFKC, NIST SP 800-63B-4, 3.1.1.2) mixed with the secret key."""
    normal = unicodedata.normalize("NFKC", password)
    return base64.b64encode(hmac.digest(read_pepper(), normal.encode(), hashlib.sha256)).decode()


@contextmanager
def _take_place() -> Iterator[None]:
    with slow_lane():
        if not _places.acquire(timeout=LONGEST_WAIT):
            raise make_busy()
        try:
            yield
        finally:
            _places.release()
