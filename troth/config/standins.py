"""The demo's stand-ins of outside companies, as children of ``troth serve``: other programs, on other origins."""

from urllib.parse import urlsplit

from troth.config.environment import Environment
from troth.kernel.secrets import make_private_folder
from troth.standins.running import Place, run


def standin_ports(environment: Environment) -> list[int]:
    """Return the loopback ports of the stand-ins; none of one that was pointed elsewhere."""
    urls = (urlsplit(url) for url in (environment.card_url, environment.parcel_url))
    return [url.port for url in urls if url.hostname == "127.0.0.1" and url.port]


def run_standin(environment: Environment, kind: str) -> None:
    """Run one until told to stop; it posts its events to this site, as the real one would."""
    url = environment.card_url if kind == "card" else environment.parcel_url
    folder = environment.data / "standins"
    make_private_folder(folder)
    run(
        Place(
            kind=kind,
            folder=folder,
            port=urlsplit(url).port or 80,
            key=environment.card_key if kind == "card" else environment.parcel_key,
            secret=environment.card_webhook_secret if kind == "card" else environment.parcel_webhook_secret,
            target=f"https://localhost:{environment.port}/hooks/{kind}/",
            authority=environment.data / "tls" / "authority.pem",
        )
    )
