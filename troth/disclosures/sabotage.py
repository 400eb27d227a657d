"""What the drills do to rows that nobody may touch; inside a transaction that they undo."""

from typing import Any
from uuid import UUID

from troth.disclosures.models import Disclosure


def drop_row(disclosure_id: UUID) -> None:
    """Delete the row of a disclosure."""
    Disclosure.objects.filter(pk=disclosure_id).delete()


def rewrite_row(disclosure_id: UUID, **changes: Any) -> None:
    """Change the row of a disclosure."""
    Disclosure.objects.filter(pk=disclosure_id).update(**changes)
