"""A parcel that came back, or an address that no carrier knows, makes the file doubtful; its owner is asked (A9)."""

from uuid import UUID

from troth.accounts.api import Account, DoubtCause, doubt_detail

WHAT = "address"


def note_doubt(subject_id: UUID, *, cause: str) -> None:
    """Mark the address of a client as doubtful, as long as there is an account whose details could be mended."""
    if Account.objects.filter(pk=subject_id).exists():
        doubt_detail(subject_id, what=WHAT, cause=DoubtCause(cause))
