"""Who is signed in where. No address, no browser's name, no finer time than is needed (I3)."""

from typing import ClassVar

from django.db import models

from troth.kernel import clock
from troth.kernel.ids import new_id


class SessionKind(models.TextChoices):
    """Whose session it is; each kind has its own limits (see ``accounts.sessions``)."""

    VISITOR = "visitor"
    CLIENT = "client"
    STAFF = "staff"


class Session(models.Model):
    """One browser's session.

    The cookie's value is not stored: ``digest`` is its SHA-256, and ``sealed`` opens only with a key derived from it. A
    copy of this table signs nobody in and tells nothing of what a session holds.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    digest = models.BinaryField(max_length=32, unique=True)
    subject_id = models.UUIDField(null=True, db_index=True)
    kind = models.CharField(max_length=8, choices=SessionKind, default=SessionKind.VISITOR)
    sealed = models.BinaryField()
    started_on = models.DateField(default=clock.today)
    seen_on = models.DateField(default=clock.today)
    idle_ends_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    kept_sign_in_id = models.UUIDField(null=True, db_index=True)

    not_backed_up = "After a restore everybody signs in again."
    not_personal: ClassVar[dict[str, str]] = {
        "digest": "The SHA-256 of 256 random bits.",
        "kind": "One of a closed list.",
        "sealed": "Encrypted under a key that only the browser's cookie gives.",
    }

    class Meta:
        """Somebody's session is somebody's, and a visitor's is nobody's."""

        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind=SessionKind.VISITOR, subject_id__isnull=True)
                | (~models.Q(kind=SessionKind.VISITOR) & models.Q(subject_id__isnull=False)),
                name="session_kind_fits_subject",
            ),
        ]

    def __str__(self) -> str:
        return f"session {self.pk}"


class KeptSignIn(models.Model):
    """One browser's wish to be kept signed in (J3, J4): a series of tokens, each good for one use.

    The cookie holds the series' id and the present token; here stands the token's SHA-256. A token of the series that
    is not the present one was copied, so the whole series ends.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_id = models.UUIDField(db_index=True)
    digest = models.BinaryField(max_length=32)
    digest_before = models.BinaryField(max_length=32, null=True)
    rotated_at = models.DateTimeField(default=clock.now)
    started_on = models.DateField(default=clock.today)
    used_on = models.DateField(default=clock.today)
    ends_at = models.DateTimeField(db_index=True)

    not_backed_up = "A token that was used since would count again."
    not_personal: ClassVar[dict[str, str]] = {
        "digest": "The SHA-256 of 256 random bits.",
        "digest_before": "The SHA-256 of 256 random bits.",
    }

    def __str__(self) -> str:
        return f"kept sign-in {self.pk}"
