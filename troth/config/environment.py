"""What differs between two places to run, read from the environment in this one module, each with a default.

``TROTH_DATA`` folder of all state · ``TROTH_SECRETS`` folder of the key-encrypting keys (default: inside the data
folder) · ``TROTH_PORT`` · ``TROTH_SITE`` public address · ``TROTH_OPERATOR`` folder of operator.toml and statement ·
``TROTH_DEMO`` ``0`` turns the demo off · ``DATABASE_URL`` · ``KEYS_DATABASE_URL`` · ``INDEX_DATABASE_URL`` ·
``EMAIL_URL`` (``smtp://user:password@host:port?tls=starttls``; the demo's own mailbox by default).
"""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Environment:
    """The place to run. Paths are absolute."""

    data: Path
    secrets: Path
    operator: Path
    port: int
    site: str
    demo: bool
    database_url: str
    keys_database_url: str
    index_database_url: str
    email_url: str

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
    """Read the environment; the numbers are checked by ``troth doctor`` and at start."""
    data = Path(os.environ.get("TROTH_DATA", "data")).resolve()
    port = int(os.environ.get("TROTH_PORT", "8443"))
    return Environment(
        data=data,
        secrets=Path(os.environ.get("TROTH_SECRETS", data / "secrets")).resolve(),
        operator=find_operator_folder(),
        port=port,
        site=os.environ.get("TROTH_SITE", f"https://troth.localhost:{port}").rstrip("/"),
        demo=os.environ.get("TROTH_DEMO", "1") != "0",
        database_url=os.environ.get("DATABASE_URL", f"sqlite:///{data / 'troth.db'}"),
        keys_database_url=os.environ.get("KEYS_DATABASE_URL", f"sqlite:///{data / 'keys.db'}"),
        index_database_url=os.environ.get("INDEX_DATABASE_URL", f"sqlite:///{data / 'index.db'}"),
        email_url=os.environ.get("EMAIL_URL", f"smtp://127.0.0.1:{port + 3}"),
    )
