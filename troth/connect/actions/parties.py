"""The list of sites that may ask, kept by staff."""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from troth.connect.claims import PSEUDONYM, SCOPES
from troth.connect.digests import digest
from troth.connect.events import Event
from troth.connect.models import AccessToken, Code, Party, RefreshToken
from troth.kernel import clock
from troth.kernel.acting import require_acting
from troth.kernel.errors import Refused
from troth.ledger.api import record

_KEY = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Registered:
    """A site with its secret, which is shown once and kept nowhere.

    Arguments:
        party: the site.
        secret: its secret; empty for a program that can keep none.
    """

    party: Party
    secret: str

    def __repr__(self) -> str:
        return f"<Registered {self.party.key}>"


def register_party(  # noqa: PLR0913  one keyword for each thing that is registered
    *,
    key: str,
    name: str,
    what_for: str,
    statement_url: str,
    redirect_uris: Iterable[str],
    scopes: Iterable[str],
    keeps_secret: bool = True,
) -> Registered:
    """Register a site that may ask; act as staff, or as the system.

    Arguments:
        key: its short name, for good.
        name: as clients know it.
        what_for: what it does with the answer, which the client reads before it agrees.
        statement_url: the address of its own privacy statement.
        redirect_uris: where answers may go: whole addresses of one host.
        scopes: what it may ask for.
        keeps_secret: whether its program can keep a secret.

    Raises Refused, with words for who enters it, where an address is not safe or nothing is asked for.
    """
    require_acting()
    uris = tuple(dict.fromkeys(redirect_uris))
    wanted = {PSEUDONYM.scope, *scopes}
    if not _KEY.fullmatch(key) or Party.objects.filter(key=key).exists():
        raise Refused(_("The short name is taken, or has other signs than small letters, digits and hyphens."))
    if not uris or wanted - set(SCOPES):
        raise Refused(_("A site has an address for answers, and asks for what there is."))
    for uri in uris:
        check_redirect_uri(uri)
    hosts = {urlsplit(uri).hostname or "" for uri in uris}
    if len(hosts) != 1:
        raise Refused(
            _("All addresses of a site have the same host."), next_step=_("Register each host as a site of its own.")
        )
    secret = _draw_secret() if keeps_secret else ""
    with transaction.atomic():
        party = Party.objects.create(
            key=key,
            name=name,
            what_for=what_for,
            statement_url=statement_url,
            sector=hosts.pop(),
            client_id=secrets.token_urlsafe(24),
            client_secret=_digest(secret),
            redirect_uris="\n".join(uris),
            scopes=" ".join(scope for scope in SCOPES if scope in wanted),
        )
        _record(Event.PARTY_REGISTERED, party)
    return Registered(party, secret)


def renew_secret(party: Party) -> Registered:
    """Give a site a new secret; the one before counts no more. Act as staff."""
    require_acting()
    if not party.client_secret:
        raise Refused(_("This site’s program keeps no secret."))
    secret = _draw_secret()
    with transaction.atomic():
        party.client_secret = _digest(secret)
        party.save(update_fields=["client_secret"])
        _record(Event.PARTY_CHANGED, party)
    return Registered(party, secret)


def end_party(party: Party) -> bool:
    """End a site: it is told nothing more, by no token; return whether it might still ask. Act as staff."""
    require_acting()
    with transaction.atomic():
        if not Party.objects.filter(pk=party.pk, ended_at=None).update(ended_at=clock.now()):
            return False
        for model in (Code, RefreshToken, AccessToken):
            model.objects.filter(application=party).delete()
        _record(Event.PARTY_ENDED, party)
    party.refresh_from_db()
    return True


def check_redirect_uri(uri: str) -> None:
    """Raise Refused where an answer could be read or led astray on its way to this address."""
    parts = urlsplit(uri)
    is_plain = not any(sign in uri for sign in "#@*\\ \t\r\n") and uri.isascii() and len(uri) <= 300
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(parts.hostname))
    if not (is_plain and is_safe and parts.hostname and "/../" not in parts.path):
        raise Refused(
            _("An answer cannot go to this address safely."),
            next_step=_("Give a whole https address, without a fragment, a name or a star in it."),
        )


def _is_this_machine(host: str | None) -> bool:
    """Return whether this is a loopback address, as programs on the client's own machine use (RFC 8252, 7.3)."""
    try:
        return host is not None and ip_address(host).is_loopback
    except ValueError:
        return False


def _draw_secret() -> str:
    return secrets.token_urlsafe(32)


def _digest(secret: str) -> str:
    return digest(secret) if secret else ""


def _record(event: Event, party: Party) -> None:
    record(event=event, object_type="connect.Party", object_id=str(party.pk))
