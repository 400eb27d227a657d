"""From the approval to the day: published, told to everybody, and put into force when both are done (O3)."""

from django.db import transaction
from django.utils.translation import gettext as _

from troth.amendments import practice
from troth.amendments.drafting import find_findings, find_moment, read_amended
from troth.amendments.events import Event
from troth.amendments.governing import find_governing
from troth.amendments.kinds import OPEN, AmendmentState
from troth.amendments.models import Amendment
from troth.amendments.reviewing import require_decided
from troth.amendments.telling import count_untold
from troth.announcements.api import NoticeState, begin_notice, cancel_notice
from troth.kernel.acting import require_acting
from troth.kernel.errors import Refused
from troth.kernel.operator import read_operator
from troth.ledger.api import record
from troth.statement import api as statement
from troth.statement.api import StatementVersion

_MOVING = (NoticeState.FREEZING, NoticeState.SENDING, NoticeState.PAUSED, NoticeState.HELD)


def publish_amendment(amendment: Amendment) -> Amendment:
    """Publish a change that two others approved: at once in force, or, if material, announced and mailed to everybody.

    Everything is judged again, of what stands now: the decisions, the text, the opinion of the checks, the day.
    """
    require_acting()
    with transaction.atomic():
        amendment = Amendment.objects.select_for_update().get(pk=amendment.pk)
        if amendment.state != AmendmentState.APPROVED:
            raise Refused(_("Two others have not approved this."), kept=_("Nothing was published."))
        require_decided(amendment)
        draft = read_amended(amendment)
        if practice.read_practice(practice.promised_of(draft)) != amendment.facts:
            raise Refused(
                _("What the program or the register does has changed since this was handed over."),
                kept=_("Nothing was published."),
                next_step=_("Change it, if only a word, and hand it over again: the opinion is made anew."),
            )
        version = statement.publish_draft(
            draft,
            material=amendment.material,
            reasons=amendment.reasons[read_operator().languages[0]],
            terms=statement.Terms(
                planned_for=find_moment(amendment.planned_on) if amendment.planned_on else None,
                reasons_by_language=amendment.reasons,
                findings=find_findings(amendment),
                against_opinion=amendment.against_opinion,
            ),
        )
        practice.note_practice(version, amendment.facts)
        amendment.version = version
        amendment.state = AmendmentState.ANNOUNCED if version.is_coming else AmendmentState.IN_FORCE
        amendment.save(update_fields=["version", "state"])
        if amendment.notice:
            begin_notice(amendment.notice)
        _record(Event.ANNOUNCED, amendment)
    return amendment


def withdraw_amendment(amendment: Amendment) -> Amendment:
    """Give up a change that was announced; the mails of it that have not left do not leave."""
    require_acting()
    with transaction.atomic():
        amendment = Amendment.objects.select_for_update().get(pk=amendment.pk)
        if amendment.state != AmendmentState.ANNOUNCED or amendment.version is None:
            raise Refused(_("Only what is announced can be withdrawn."), kept=_("Nothing was changed."))
        statement.withdraw_version(amendment.version)
        if amendment.notice and amendment.notice.state in _MOVING:
            cancel_notice(amendment.notice)
        amendment.state = AmendmentState.WITHDRAWN
        amendment.save(update_fields=["state"])
        transaction.on_commit(find_governing.forget)
    return amendment


def bring_due_into_force(version: StatementVersion) -> bool:
    """Put an announced version into force if its day has come and everybody was told; return whether it governs now."""
    try:
        with transaction.atomic():
            statement.bring_into_force(version)
            Amendment.objects.filter(version=version).update(state=AmendmentState.IN_FORCE)
            transaction.on_commit(find_governing.forget)
    except Refused:
        return False
    return True


def judge_force(version: StatementVersion) -> None:
    """Return if a version may take effect: decided by two, and told to everybody (``statement.force_judges``)."""
    amendment = Amendment.objects.filter(version=version).select_related("notice").first()
    if amendment is None or amendment.state in OPEN:
        raise Refused(_("Nobody decided on this version."), kept=_("The version before it governs."))
    require_decided(amendment)
    untold = count_untold(amendment)
    if untold:
        raise Refused(
            _("It was not told to everybody yet; still to tell: %(many)s.") % {"many": untold},
            kept=_("The version before it governs."),
            next_step=_("It takes effect by itself once the last mail and the last letter have left."),
        )


def _record(event: Event, amendment: Amendment) -> None:
    transaction.on_commit(find_governing.forget)
    record(event=event, object_type="amendments.Amendment", object_id=str(amendment.pk))
