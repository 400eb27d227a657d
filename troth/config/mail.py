"""Which mail server takes our mail: ``EMAIL_URL`` read into Django's ``MAILERS``.

``smtp://user:password@host:port`` speaks plainly, ``smtp://…?tls=starttls`` turns to TLS before anything is said,
``smtps://…`` speaks TLS from the first byte. ``timeout`` is in seconds. User name and password travel by TLS only.
"""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from troth.kernel.errors import NotConfigured

DEFAULT_TIMEOUT = 20
_DEFAULT_PORTS = {"smtp": 587, "smtps": 465}
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def configure_mailers(url: str) -> dict[str, dict[str, Any]]:
    """Return Django's MAILERS for an ``EMAIL_URL``; raise NotConfigured where it cannot be meant so.

    No message repeats the address: it may hold a password.
    """
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS:
        raise NotConfigured(f"EMAIL_URL starts with {parts.scheme or 'nothing'!r}, and must with smtp:// or smtps://.")
    if not parts.hostname:
        raise NotConfigured("EMAIL_URL names no host; write smtp://host:port.")
    try:
        port = parts.port or _DEFAULT_PORTS[parts.scheme]
    except ValueError:
        raise NotConfigured("The port in EMAIL_URL must be a whole number from 1 to 65535.") from None
    if parts.path not in ("", "/"):
        raise NotConfigured("EMAIL_URL has a path after the host; there is none in a mail server's address.")
    starttls, timeout = _read_options(parts.query)
    if starttls and parts.scheme == "smtps":
        raise NotConfigured("EMAIL_URL asks for smtps and for starttls; only one of them can be.")
    if parts.username and not (starttls or parts.scheme == "smtps" or parts.hostname in _LOOPBACK):
        raise NotConfigured("EMAIL_URL would send the password in clear; add ?tls=starttls or use smtps://.")
    options = {
        "host": parts.hostname,
        "port": port,
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_tls": starttls,
        "use_ssl": parts.scheme == "smtps",
        "timeout": timeout,
    }
    return {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}


def _read_options(query: str) -> tuple[bool, int]:
    """Return whether to turn to TLS, and the timeout in seconds."""
    try:
        options = parse_qs(query, strict_parsing=bool(query), max_num_fields=2)
    except ValueError:
        raise NotConfigured("What follows the ? in EMAIL_URL cannot be read; write ?tls=starttls.") from None
    if unknown := set(options) - {"tls", "timeout"}:
        raise NotConfigured(f"EMAIL_URL has the unknown option {min(unknown)!r}; there are tls and timeout.")
    tls = options.get("tls", [""])[0]
    if tls not in ("", "starttls"):
        raise NotConfigured("The option tls in EMAIL_URL can only be starttls.")
    timeout = options.get("timeout", [str(DEFAULT_TIMEOUT)])[0]
    if not timeout.isascii() or not timeout.isdigit() or not 1 <= int(timeout) <= 300:
        raise NotConfigured("The timeout in EMAIL_URL must be a whole number of seconds from 1 to 300.")
    return tls == "starttls", int(timeout)
