"""Adding and removing second factors, making and using recovery codes; the owner is told of each (ASVS 6.3.7)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from troth.accounts import limits, mails
from troth.accounts.events import Event
from troth.accounts.factors import codes, recovery
from troth.accounts.models import Factor, FactorKind, RecoveryCode
from troth.kernel.errors import Refused
from troth.ledger.api import record

FACTOR_ADDED = "factor_added"
FACTOR_REMOVED = "factor_removed"
CODES_MADE = "recovery_codes_made"
CODE_USED = "recovery_code_used"
MOST_PASSKEYS = 20


def add_codes(*, subject_id: UUID, seed: str, code: str, label: str = "") -> Factor | None:
    """Add a generator of codes after its first code was shown, in the place of an older one; None for a wrong code."""
    step = codes.find_step(seed, "".join(code.split()))
    if step is None:
        return None
    with transaction.atomic():
        for older in Factor.objects.filter(subject_id=subject_id, kind=FactorKind.CODES):
            older.delete()
        return add_factor(
            subject_id=subject_id, kind=FactorKind.CODES, credential={"seed": seed}, label=label, counter=step
        )


def add_factor(  # noqa: PLR0913  the parts of one factor, each by its name
    *,
    subject_id: UUID,
    kind: FactorKind,
    credential: Mapping[str, Any],
    credential_id: str = "",
    label: str = "",
    counter: int = 0,
) -> Factor:
    """Add a factor that was shown to work, with its ledger row and mail. Must run with the client acting.

    Arguments:
        subject_id: whose.
        kind: passkey or codes.
        credential: what a use is checked with.
        credential_id: a passkey's number, in hexadecimal.
        label: what the client calls it, or empty.
        counter: the first use's count or step.

    Raises: Taken where the passkey is registered already; Refused where there are too many.
    """
    with transaction.atomic():
        if Factor.objects.filter(subject_id=subject_id, kind=FactorKind.PASSKEY).count() >= MOST_PASSKEYS:
            raise Refused(
                _("There are as many passkeys as an account can have."), next_step=_("Remove one that you do not use.")
            )
        factor = Factor(subject_id=subject_id, kind=kind, counter=counter)
        factor.credential = dict(credential)
        if credential_id:
            factor.credential_id = credential_id
        if label:
            factor.label = label
        factor.save()
        record(
            event=Event.FACTOR_ADDED, subject_id=subject_id, object_type=Factor._meta.label, object_id=str(factor.pk)
        )
        mails.ask_for_mail(subject_id=subject_id, kind=FACTOR_ADDED, facts={"factor": kind.value})
    return factor


def remove_factor(*, subject_id: UUID, factor_id: UUID) -> None:
    """Remove a factor; with the last one the recovery codes go too, as there is nothing left to recover.

    Raises Refused where the client has no such factor.
    """
    with transaction.atomic():
        factor = Factor.objects.select_for_update().filter(pk=factor_id, subject_id=subject_id).first()
        if factor is None:
            raise Refused(_("There is no such passkey or generator."), kept=_("Nothing was changed."))
        kind = factor.kind
        factor.delete()
        if not Factor.objects.filter(subject_id=subject_id).exists():
            RecoveryCode.objects.filter(subject_id=subject_id).delete()
        record(
            event=Event.FACTOR_REMOVED, subject_id=subject_id, object_type="accounts.Factor", object_id=str(factor_id)
        )
        mails.ask_for_mail(subject_id=subject_id, kind=FACTOR_REMOVED, facts={"factor": kind})


def make_recovery_codes(*, subject_id: UUID) -> list[str]:
    """Make new recovery codes in the place of the older ones, and return them to be shown once."""
    if not Factor.objects.filter(subject_id=subject_id).exists():
        raise Refused(
            _("Recovery codes stand in for a passkey or a generator of codes."), next_step=_("Add one of those first.")
        )
    with transaction.atomic():
        made = recovery.make_codes(subject_id)
        record(event=Event.RECOVERY_CODES_MADE, subject_id=subject_id, count=len(made))
        mails.ask_for_mail(subject_id=subject_id, kind=CODES_MADE)
    return made


def use_recovery_code(*, subject_id: UUID, code: str) -> bool:
    """Use a recovery code up; return whether it was a good one. Must run with the client acting.

    Its 120 bits cannot be guessed, so the wrong ones of a generator do not bar it; it clears their count.
    """
    with transaction.atomic():
        if not recovery.use_code(subject_id, code):
            return False
        record(event=Event.RECOVERY_CODE_USED, subject_id=subject_id)
        mails.ask_for_mail(subject_id=subject_id, kind=CODE_USED, facts={"left": recovery.count_left(subject_id)})
    limits.forget_tries(codes.TRIES, str(subject_id))
    return True
