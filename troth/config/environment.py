"""What differs between two places to run, read from the environment in this one module, each with a default.

``TROTH_DATA`` folder of all state · ``TROTH_SECRETS`` folder of the key-encrypting keys (default: inside the data
folder) · ``TROTH_PORT`` · ``TROTH_BIND`` the address to listen at · ``TROTH_WEB_WORKERS`` · ``TROTH_SITE`` public
address · ``TROTH_PROXIES`` whom we believe when it says for whom it asks (none by default) · ``TROTH_LOG`` the file of
the log, or ``-`` for the error stream · ``TROTH_CERTIFICATE`` and ``TROTH_CERTIFICATE_KEY`` of a public authority
(default: the local one) · ``TROTH_OPERATOR`` folder of operator.toml and statement · ``TROTH_DEMO`` ``1`` or ``0``
(default: on where only this machine reaches the site, since anybody can sign in as its invented staff) ·
``DATABASE_URL`` · ``KEYS_DATABASE_URL`` · ``INDEX_DATABASE_URL`` · ``EMAIL_URL``
(``smtp://user:password@host:port?tls=starttls``; the demo's own mailbox by default) · ``MAIL_IN_URL`` the mailbox of
the help desk (``imaps://user:password@host/INBOX?done=Archive``; or ``lmtp://127.0.0.1:2424``, where it then listens
for a mail server; none by default) · ``TROTH_MAIL_WEBHOOK_SECRET`` signs mails that are posted to ``/hooks/mail/``
(``whsec_`` and at least 24 bytes in Base64; none by default) · ``TROTH_RELAY_LOG`` the log of an own Postfix, by which
mails of unknown fate are settled (none by default) · ``TROTH_CARD_URL`` and ``TROTH_PARCEL_URL`` where the
card processor and the parcel carrier answer (the demo's stand-ins by default), with ``TROTH_CARD_KEY``,
``TROTH_CARD_WEBHOOK_SECRET``, ``TROTH_PARCEL_KEY`` and ``TROTH_PARCEL_WEBHOOK_SECRET`` · ``TROTH_BACKUP_KEY`` the
public keys of ``age`` that backups are sealed to, with commas between them (none by default, and then none are made;
the demo makes one) · ``TROTH_BACKUPS`` the folder of the backups (default: inside the data folder).
"""

import os
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from troth.config.log_file import ERROR_STREAM
from troth.config.proxies import Network, read_proxies
from troth.kernel.errors import NotConfigured

_DEMO_KEY, _DEMO_SECRET = "sk_test_of_the_demo", "whsec_of_the_demo"
"""What the demo's stand-ins are shown and sign with: invented companies on this machine, so no secret is in it."""

PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Environment:
    """The place to run. Paths are absolute."""

    data: Path
    secrets: Path
    operator: Path
    port: int
    bind: str
    web_workers: int
    site: str
    demo: bool
    certificate: Path | None
    certificate_key: Path | None
    database_url: str
    keys_database_url: str
    index_database_url: str
    email_url: str
    card_url: str
    parcel_url: str
    card_key: str
    card_webhook_secret: str
    parcel_key: str
    parcel_webhook_secret: str
    proxies: tuple[Network, ...] = ()
    log: Path | None = None
    mail_in_url: str = ""
    mail_webhook_secret: str = ""
    backup_key: str = ""
    backups: Path | None = None
    relay_log: Path | None = None

    @property
    def backup_folder(self) -> Path:
        """The folder of the backups."""
        return self.backups or self.data / "backups"

    @property
    def site_host(self) -> str:
        """The host name of the public address."""
        return urlsplit(self.site).hostname or "troth.localhost"

    @property
    def mailbox_port(self) -> int:
        """The loopback port on which the demo's mailbox takes mail by SMTP."""
        return self.port + 3

    @property
    def redirect_port(self) -> int:
        """The port that answers plain HTTP, only to redirect."""
        return self.port - 443 if self.port >= 1443 else self.port + 1


def find_operator_folder() -> Path:
    """Return the operator's folder: ``TROTH_OPERATOR``, the checkout's, or the copy that the wheel brings."""
    if given := os.environ.get("TROTH_OPERATOR"):
        return Path(given).resolve()
    checkout = PACKAGE.parent / "operator"
    return checkout if (checkout / "operator.toml").is_file() else PACKAGE / "operator_default"


def read_environment() -> Environment:
    """Read the environment; raise NotConfigured where a value cannot be what it should be."""
    data = Path(os.environ.get("TROTH_DATA", "data")).resolve()
    port = _read_number("TROTH_PORT", 8443, least=2, most=65529)
    bind = os.environ.get("TROTH_BIND", "127.0.0.1")
    site = _read_site(f"https://troth.localhost:{port}")
    demo = _read_demo(bind=bind, site=site)
    if (_read_path("TROTH_CERTIFICATE") is None) != (_read_path("TROTH_CERTIFICATE_KEY") is None):
        raise NotConfigured("TROTH_CERTIFICATE and TROTH_CERTIFICATE_KEY belong together: give both or neither.")
    return Environment(
        data=data,
        secrets=Path(os.environ.get("TROTH_SECRETS", data / "secrets")).resolve(),
        operator=find_operator_folder(),
        port=port,
        bind=bind,
        web_workers=_read_number("TROTH_WEB_WORKERS", 1, least=1, most=64),
        site=site,
        demo=demo,
        certificate=_read_path("TROTH_CERTIFICATE"),
        certificate_key=_read_path("TROTH_CERTIFICATE_KEY"),
        database_url=os.environ.get("DATABASE_URL", f"sqlite:///{data / 'troth.db'}"),
        keys_database_url=os.environ.get("KEYS_DATABASE_URL", f"sqlite:///{data / 'keys.db'}"),
        index_database_url=os.environ.get("INDEX_DATABASE_URL", f"sqlite:///{data / 'index.db'}"),
        email_url=os.environ.get("EMAIL_URL", f"smtp://127.0.0.1:{port + 3}"),
        card_url=os.environ.get("TROTH_CARD_URL", f"http://127.0.0.1:{port + 5}").rstrip("/"),
        parcel_url=os.environ.get("TROTH_PARCEL_URL", f"http://127.0.0.1:{port + 6}").rstrip("/"),
        card_key=os.environ.get("TROTH_CARD_KEY", _DEMO_KEY if demo else ""),
        card_webhook_secret=os.environ.get("TROTH_CARD_WEBHOOK_SECRET", _DEMO_SECRET if demo else ""),
        parcel_key=os.environ.get("TROTH_PARCEL_KEY", _DEMO_KEY if demo else ""),
        parcel_webhook_secret=os.environ.get("TROTH_PARCEL_WEBHOOK_SECRET", _DEMO_SECRET if demo else ""),
        log=None if os.environ.get("TROTH_LOG") == ERROR_STREAM else _read_path("TROTH_LOG"),
        proxies=read_proxies(os.environ.get("TROTH_PROXIES", "")),
        mail_in_url=os.environ.get("MAIL_IN_URL", ""),
        mail_webhook_secret=os.environ.get("TROTH_MAIL_WEBHOOK_SECRET", ""),
        backup_key=os.environ.get("TROTH_BACKUP_KEY", ""),
        backups=_read_path("TROTH_BACKUPS"),
        relay_log=_read_path("TROTH_RELAY_LOG"),
    )


def _read_site(default: str) -> str:
    """Return the public address, without a slash at its end.

    Raises NotConfigured where it is no address at the root of a host by HTTPS: cookies go by nothing else, and the
    links in mails are made of it.
    """
    site = os.environ.get("TROTH_SITE", default).rstrip("/")
    try:
        parts = urlsplit(site)
        complete = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        complete = False
    if not complete or site != f"https://{parts.netloc}" or "@" in site or not site.isascii() or " " in site:
        raise NotConfigured(
            f"TROTH_SITE is {site!r}, and must be https://, a host and, where it is not 443, a port, such as "
            "https://members.example.org; an international host in its ASCII form, xn--…."
        )
    return site


def _read_demo(*, bind: str, site: str) -> bool:
    """Return whether invented people are made. All know their passwords: where others can come, it is to be asked for.

    Raises NotConfigured for a word that is neither yes nor no.
    """
    given = os.environ.get("TROTH_DEMO")
    if given not in {None, "0", "1"}:
        raise NotConfigured(f"TROTH_DEMO is {given!r}, and must be 1 or 0.")
    return _is_loopback(bind) and _is_loopback(urlsplit(site).hostname or "") if given is None else given == "1"


def _is_loopback(host: str) -> bool:
    """Return whether only this machine reaches a host of this name (RFC 6761, 6.3) or address."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _read_path(name: str) -> Path | None:
    given = os.environ.get(name)
    return Path(given).resolve() if given else None


def _read_number(name: str, default: int, *, least: int, most: int) -> int:
    given = os.environ.get(name, str(default))
    if not given.isascii() or not given.isdigit() or not least <= int(given) <= most:
        raise NotConfigured(f"{name} is {given!r}, and must be a whole number from {least} to {most}.")
    return int(given)
