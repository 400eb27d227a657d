"""What a client agrees to, claim by claim, and takes back."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from troth.connect.actions.telling import PURPOSE, find_consent, is_connected
from troth.connect.actions.tokens import end_tokens
from troth.connect.claims import PSEUDONYM, Claim, claims_of
from troth.connect.events import Event
from troth.connect.models import Connection, Party
from troth.disclosures.api import authorise, withdraw
from troth.kernel import clock
from troth.kernel.acting import client, require_acting
from troth.kernel.errors import AccessDenied, Refused
from troth.ledger.api import record
from troth.ui.api import format_date

CONSENT_LIFE = timedelta(days=365)
"""How long a consent holds by itself; then the site asks again."""


def connect(*, party: Party, subject_id: UUID, asked: Iterable[str], agreed: Iterable[str]) -> list[str]:
    """Keep what the client said yes to, and return the scopes; act as the client.

    What was agreed before and is asked for again without a yes is taken back: the page shows it, and the client's last
    word counts.

    Arguments:
        party: the site.
        subject_id: the client.
        asked: the scopes that the site asked for.
        agreed: those of them that the client ticked; the pseudonym is part of every connection.
    """
    _require(subject_id)
    if party.ended_at is not None:
        raise Refused(_("This site may not ask any more."), kept=_("Nothing was told to it."))
    wanted = set(asked) & set(party.scope_names)
    yes = {PSEUDONYM.scope, *(set(agreed) & wanted)}
    with transaction.atomic():
        for claim in claims_of({*wanted, PSEUDONYM.scope}):
            known = find_consent(subject_id, party, claim)
            if known is not None:
                withdraw(subject_id=subject_id, authorisation_id=known.pk)
            if claim.scope in yes:
                _authorise(party, subject_id, claim)
        Connection.objects.update_or_create(
            subject_id=subject_id, party=party, defaults={"asked": " ".join(sorted({*wanted, PSEUDONYM.scope}))}
        )
        record(event=Event.CONNECTED, subject_id=subject_id, object_type="connect.Party", object_id=str(party.pk))
    return [claim.scope for claim in claims_of(yes)]


def take_back(*, party: Party, subject_id: UUID, claim: Claim) -> bool:
    """Take back one claim; return whether it was in force. The pseudonym is the connection. Act as the client."""
    _require(subject_id)
    if claim is PSEUDONYM:
        return disconnect(party=party, subject_id=subject_id)
    known = find_consent(subject_id, party, claim)
    return known is not None and withdraw(subject_id=subject_id, authorisation_id=known.pk)


def disconnect(*, party: Party, subject_id: UUID) -> bool:
    """End a connection: every consent, code and token; return whether there was one. Act as the client."""
    _require(subject_id)
    with transaction.atomic():
        before = is_connected(subject_id, party)
        for claim in claims_of({*party.scope_names, PSEUDONYM.scope}):
            known = find_consent(subject_id, party, claim)
            if known is not None:
                withdraw(subject_id=subject_id, authorisation_id=known.pk)
        end_tokens(subject_id, party)
        gone = Connection.objects.filter(subject_id=subject_id, party=party).delete()[0]
        if before or gone:
            record(
                event=Event.DISCONNECTED, subject_id=subject_id, object_type="connect.Party", object_id=str(party.pk)
            )
    return before or bool(gone)


def find_decided(*, party: Party, subject_id: UUID, asked: Iterable[str]) -> list[str] | None:
    """Return what the client agreed to where it has decided on all that is asked for; None where it is to be asked."""
    row = Connection.objects.filter(subject_id=subject_id, party=party).first()
    wanted = {*(set(asked) & set(party.scope_names)), PSEUDONYM.scope}
    if row is None or not wanted <= set(row.asked.split()) or not is_connected(subject_id, party):
        return None
    return [claim.scope for claim in claims_of(wanted) if find_consent(subject_id, party, claim) is not None]


def _authorise(party: Party, subject_id: UUID, claim: Claim) -> None:
    until = clock.now() + CONSENT_LIFE
    authorise(
        subject_id=subject_id,
        recipient=party.recipient,
        recipient_name=party.name,
        purpose=PURPOSE,
        fields=[claim.label],
        wording=_("{site} may learn {claim}, until {day}.").format(
            site=party.name, claim=claim.words, day=format_date(until.date())
        ),
        until=until,
    )


def _require(subject_id: UUID) -> None:
    if require_acting().actor != client(subject_id):
        raise AccessDenied(_("Only the client itself connects a site."))
