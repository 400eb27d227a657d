"""Addresses of static files, and the digests by which a browser refuses a changed one (Subresource Integrity, W3C)."""

import base64
import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

from troth.kernel.errors import NotConfigured


def find_url(path: str) -> str:
    """Return the address of the static file ``path``, such as ``ui/troth.css``."""
    return staticfiles_storage.url(path)


@cache
def read_integrity(path: str) -> str:
    """Return the ``integrity`` attribute of the static file ``path``: SHA-384, as the server sends it.

    Read once in a process, since a served file does not change while the process lives.
    """
    digest = hashlib.sha384(_read(path)).digest()
    return f"sha384-{base64.b64encode(digest).decode()}"


def _read(path: str) -> bytes:
    """Return the bytes that the server sends: the collected file where names carry hashes, else the app's own."""
    stored_name = getattr(staticfiles_storage, "stored_name", None)
    if stored_name is not None:
        with staticfiles_storage.open(stored_name(path)) as file:
            return bytes(file.read())
    found = finders.find(path)
    if not found:
        raise NotConfigured(f"The static file {path} does not exist.")
    return Path(str(found)).read_bytes()
