"""The key that signs, over time: made once, checked at each start, and replaced so that readers can follow.

The record names the next key under the old one's seal.
"""

from django.conf import settings

from troth.kernel.acting import acting, system
from troth.kernel.purposes import Purpose
from troth.ledger.actions import record
from troth.ledger.events import Event
from troth.ledger.keys import ensure_key, prepare_next_key, read_key, read_trusted_key
from troth.ledger.models import Checkpoint, EntryRow
from troth.ledger.sealing import seal_entries
from troth.ledger.verify_export import PublicKey

JOB = "ledger"
"""The ledger's own name as an actor."""


def rotate_key() -> PublicKey:
    """Hand over to a fresh key and destroy the old one; return the new public key. May be run again after a crash."""
    folder = settings.ENVIRONMENT.secrets
    following = str(prepare_next_key(folder).public)
    if not EntryRow.objects.filter(event=Event.KEY_ROTATED, object_id=following).exists():
        with acting(actor=system(JOB), purpose=Purpose.UPKEEP):
            record(event=Event.KEY_ROTATED, object_id=following)
    seal_entries()
    return read_trusted_key(folder, trusted=_read_trusted()).public


def ensure_signing_key() -> PublicKey:
    """Make the key of a log that has not begun; of one that has, only look that its key is there.

    Errors: NotConfigured where it is missing. A new one would fork the trust that readers follow.
    """
    folder = settings.ENVIRONMENT.secrets
    return read_key(folder).public if _read_trusted() else ensure_key(folder)


def _read_trusted() -> str:
    """Return the public key that may sign now; empty before the first checkpoint."""
    latest = Checkpoint.objects.order_by("-size").first()
    return (latest.next_key or latest.key) if latest else ""
