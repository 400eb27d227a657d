"""The end of codes and tokens: by a client, by a replay, by time."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from troth.connect import jobs
from troth.connect.events import Event
from troth.connect.models import AccessToken, Code, Party, RefreshToken
from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.purposes import Purpose
from troth.ledger.api import record

REFRESH_LIFE = timedelta(days=30)
"""How long after its last use a site can still renew its token."""


def end_tokens(subject_id: UUID, party: Party) -> int:
    """End every code and token of a site about a client; return how many."""
    ended = Code.objects.filter(user_id=subject_id, application=party).delete()[0]
    ended += RefreshToken.objects.filter(user_id=subject_id, application=party).delete()[0]
    return ended + AccessToken.objects.filter(user_id=subject_id, application=party).delete()[0]


def end_after_replay(code: Code) -> None:
    """End all that a site holds about a client: a used code was shown again, so somebody else may have the tokens."""
    with acting(actor=system(jobs.ANSWERS), purpose=Purpose.ORDERS):
        RefreshToken.objects.filter(user_id=code.user_id, application_id=code.application_id).delete()
        AccessToken.objects.filter(user_id=code.user_id, application_id=code.application_id).delete()
        record(
            event=Event.REPLAYED,
            subject_id=code.user_id,
            object_type="connect.Party",
            object_id=str(code.application_id),
        )


def count_old() -> int:
    """Return how many codes and tokens are past their time."""
    return sum(rows.count() for rows in _old())


def purge_old() -> int:
    """Remove codes and tokens that are past their time; return how many."""
    return sum(rows.delete()[0] for rows in _old())


def _old() -> tuple[QuerySet[Code], QuerySet[RefreshToken], QuerySet[AccessToken]]:
    now = clock.now()
    idle = now - REFRESH_LIFE
    return (
        Code.objects.filter(expires__lt=now - timedelta(hours=1)),
        RefreshToken.objects.filter(Q(access_token__expires__lt=idle) | Q(revoked__lt=idle)),
        AccessToken.objects.filter(expires__lt=idle),
    )
