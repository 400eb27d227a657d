"""Erasures of which a hold keeps a part back: whose they are, for a check; and one planted, for its drill."""

from uuid import UUID

from troth.kernel import clock
from troth.vault import keyring
from troth.vault.models import Erasure, ErasureState


def find_waiting_for_holds() -> set[UUID]:
    """Return whose erasure is done but for what a hold kept back."""
    rows = Erasure.objects.filter(state=ErasureState.DONE, deferred=True, subject_id__isnull=False)
    return {subject_id for subject_id in rows.values_list("subject_id", flat=True) if subject_id is not None}


def plant_waiting_erasure(subject_id: UUID) -> None:
    """Write the row of an erasure that waits for a hold to end, for a drill; nothing is erased."""
    Erasure.objects.create(
        subject_id=subject_id,
        subject_digest=keyring.digest_subject(subject_id),
        state=ErasureState.DONE,
        deferred=True,
        requested_on=clock.today(),
        erased_on=clock.today(),
    )
