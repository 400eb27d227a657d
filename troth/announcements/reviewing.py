"""Who may say that a text goes to everybody: another person than its author, of exactly this text (F1, O3, N2)."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from troth.announcements.events import Event
from troth.announcements.kinds import BEYOND_REVIEWERS, NoticeState, rules_of
from troth.announcements.models import Notice, NoticeReview
from troth.announcements.texts import hash_content
from troth.kernel import clock
from troth.kernel.acting import ActorKind, require_acting
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.operator import read_operator
from troth.ledger.api import record
from troth.staff.api import Permission, keep_authorised, require_trained


def count_needed(notice: Notice) -> int:
    """Return how many others must have approved it."""
    return max(rules_of(notice.kind).reviewers, BEYOND_REVIEWERS if notice.beyond_budget else 0)


def count_approvals(notice: Notice) -> int:
    """Return how many others approved just the text that stands now; none where one of them turned it down.

    A word lapses after the operator's ``approval_days``, and with the authorisation of who gave it. What was begun
    keeps the words that it was begun with.
    """
    current = hash_content(notice)
    voices = NoticeReview.objects.filter(notice=notice, content_hash=current).exclude(reviewer=notice.written_by)
    if current != notice.content_hash or voices.filter(approved=False).exists():
        return 0
    at = notice.frozen_at or clock.now()
    fresh = voices.filter(approved=True, at__gt=at - timedelta(days=read_operator().numbers.approval_days))
    reviewers = set(fresh.values_list("reviewer", flat=True))
    if notice.frozen_at is None:
        reviewers = keep_authorised(reviewers, permission=Permission.REVIEW)
    return len(reviewers)


def take_back_lapsed(notice: Notice) -> bool:
    """Have an approved notice wait for others again where too few words still count; return whether it was so."""
    with transaction.atomic():
        found = Notice.objects.select_for_update().filter(pk=notice.pk, state=NoticeState.APPROVED).first()
        if found is None or count_approvals(found) >= count_needed(found):
            return False
        found.state = NoticeState.IN_REVIEW
        found.save(update_fields=["state"])
        record(event=Event.NOTICE_LAPSED, object_type="announcements.Notice", object_id=str(found.pk))
    return True


def require_reviewed(notice: Notice) -> None:
    """Return if enough others approved just this text; raise Refused if not."""
    if count_approvals(notice) < count_needed(notice):
        raise Refused(
            _("Nobody else has approved exactly this text, or an approval has lapsed."),
            kept=_("Nothing was sent."),
            next_step=_("Hand it to a second person again."),
        )


def review_notice(notice: Notice, *, approve: bool, content_hash: str, remark: str = "") -> NoticeReview:
    """Say of a text that it may be sent, or not.

    Arguments:
        notice: what waits for a second person.
        approve: whether it may be sent.
        content_hash: of the text that the reviewer read.
        remark: why not, or what else there is to say.

    Raises: AccessDenied for its author and for who is not trained; Refused where it is not this text any more.
    """
    context = require_acting()
    if context.actor.kind is not ActorKind.STAFF:
        raise AccessDenied(_("A notice is reviewed by a member of staff."))
    require_trained(context.actor.ref, at=clock.now())
    if context.actor.ref == notice.written_by:
        raise AccessDenied(_("You wrote this yourself; another reviews it."), kept=_("Nothing was changed."))
    with transaction.atomic():
        notice = Notice.objects.select_for_update().get(pk=notice.pk)
        if notice.state != NoticeState.IN_REVIEW or not content_hash == notice.content_hash == hash_content(notice):
            raise Refused(
                _("This is not the text that you read."), kept=_("Nothing was changed."), next_step=_("Read it again.")
            )
        review, _made = NoticeReview.objects.update_or_create(
            notice=notice,
            reviewer=context.actor.ref,
            content_hash=content_hash,
            defaults={"approved": approve, "remark": remark, "at": clock.now()},
        )
        if not approve:
            notice.state = NoticeState.DRAFT
        elif count_approvals(notice) >= count_needed(notice):
            notice.state = NoticeState.APPROVED
        notice.save()
        record(
            event=Event.NOTICE_REVIEWED,
            object_type="announcements.Notice",
            object_id=str(notice.pk),
            ground="approved" if approve else "refused",
        )
    return review
