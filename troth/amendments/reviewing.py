"""Who decides on a change and its class: two others than those who wrote it, on exactly this text (O3)."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from troth.amendments.drafting import hash_amendment, read_amended
from troth.amendments.events import Event
from troth.amendments.kinds import NEEDED, AmendmentState
from troth.amendments.models import Amendment, AmendmentReview
from troth.announcements import api as announcements
from troth.announcements.api import review_notice
from troth.kernel import clock
from troth.kernel.acting import ActorKind, require_acting
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.operator import read_operator
from troth.ledger.api import record
from troth.staff.api import Permission, keep_authorised, require_trained
from troth.statement.api import Draft


def count_voices(amendment: Amendment) -> int:
    """Return how many others approved just this text and class; none where one of them turned it down.

    A word lapses after the operator's ``approval_days``, and with the authorisation of who gave it. What was published
    keeps the words that it was published with.
    """
    current = hash_amendment(amendment)
    voices = AmendmentReview.objects.filter(amendment=amendment, content_hash=current).exclude(
        reviewer__in=[*amendment.editors, amendment.written_by]
    )
    if current != amendment.content_hash or voices.filter(approved=False).exists():
        return 0
    at = amendment.version.published_at if amendment.version else clock.now()
    fresh = voices.filter(approved=True, at__gt=at - timedelta(days=read_operator().numbers.approval_days))
    reviewers = set(fresh.values_list("reviewer", flat=True))
    if amendment.version is None:
        reviewers = keep_authorised(reviewers, permission=Permission.REVIEW)
    return len(reviewers)


def take_back_lapsed(amendment: Amendment) -> bool:
    """Have an approved change wait for others again where too few words still count; return whether it was so."""
    with transaction.atomic():
        found = Amendment.objects.select_for_update().filter(pk=amendment.pk, state=AmendmentState.APPROVED).first()
        if found is None:
            return False
        lapsed = found.notice is not None and announcements.take_back_lapsed(found.notice)
        if not lapsed and count_voices(found) >= NEEDED:
            return False
        if found.notice is not None:
            announcements.submit_notice(found.notice)
        found.state = AmendmentState.IN_REVIEW
        found.save(update_fields=["state"])
        record(event=Event.LAPSED, object_type="amendments.Amendment", object_id=str(found.pk))
    return True


def require_decided(amendment: Amendment) -> None:
    """Return if two others decided on just this; raise Refused if not."""
    if count_voices(amendment) < NEEDED:
        raise Refused(
            _("Two others have not approved exactly this text and class, or an approval has lapsed."),
            kept=_("Nothing was published."),
            next_step=_("Hand it to them again."),
        )


def review_amendment(amendment: Amendment, *, approve: bool, content_hash: str, remark: str = "") -> AmendmentReview:
    """Say of a change that it may be published, in this class and from this day, or not.

    Arguments:
        amendment: what waits for two others.
        approve: whether text, class and day are right.
        content_hash: of what the decider read.
        remark: why not.

    Raises: AccessDenied for whoever wrote any of it and for who is not trained; Refused where it is not this text any
    more, or was decided by this person already.
    """
    actor = require_acting().actor
    if actor.kind is not ActorKind.STAFF:
        raise AccessDenied(_("A change of the statement is decided by members of staff."))
    require_trained(actor.ref, at=clock.now())
    with transaction.atomic():
        amendment = Amendment.objects.select_for_update().get(pk=amendment.pk)
        if actor.ref in {*amendment.editors, amendment.written_by}:
            raise AccessDenied(
                _("You wrote some of this yourself; others decide on it."), kept=_("Nothing was changed.")
            )
        if amendment.state != AmendmentState.IN_REVIEW or not (
            content_hash == amendment.content_hash == hash_amendment(amendment)
        ):
            raise Refused(
                _("This is not the text that you read."), kept=_("Nothing was changed."), next_step=_("Read it again.")
            )
        review, _made = AmendmentReview.objects.update_or_create(
            amendment=amendment,
            reviewer=actor.ref,
            content_hash=content_hash,
            defaults={"approved": approve, "remark": remark, "at": clock.now()},
        )
        if amendment.notice:
            review_notice(amendment.notice, approve=approve, content_hash=amendment.notice.content_hash, remark=remark)
        if not approve:
            amendment.state = AmendmentState.DRAFT
        elif count_voices(amendment) >= NEEDED:
            amendment.state = AmendmentState.APPROVED
        amendment.save(update_fields=["state"])
        record(
            event=Event.REVIEWED,
            object_type="amendments.Amendment",
            object_id=str(amendment.pk),
            ground="approved" if approve else "refused",
        )
    return review


def judge_publication(draft: Draft, material: bool) -> None:  # noqa: FBT001  the port calls it so
    """Return if two others approved just this text and class; raise Refused if not (``publication_judges``)."""
    approved = Amendment.objects.filter(state=AmendmentState.APPROVED, material=material)
    found = next((each for each in approved if read_amended(each).content_hash == draft.content_hash), None)
    if found is None:
        raise Refused(
            _("A change of the statement is decided by two others, in the console."),
            kept=_("Nothing was published."),
            next_step=_("Open “Changes of the statement” in the console; it can begin with the text of your files."),
        )
    require_decided(found)
