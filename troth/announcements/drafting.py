"""Writing a notice: in blocks, in every language of the operator. An edit takes back every review of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from troth.announcements.events import Event
from troth.announcements.kinds import LONGEST_CORRECTION, PUBLISHED, NoticeClass, NoticeState, Reason
from troth.announcements.models import Notice, NoticeText
from troth.announcements.texts import hash_content
from troth.kernel.acting import require_acting
from troth.kernel.errors import Refused
from troth.kernel.operator import read_operator
from troth.ledger.api import record

_OPEN = (NoticeState.DRAFT, NoticeState.IN_REVIEW, NoticeState.APPROVED)


@dataclass(frozen=True, slots=True)
class Blocks:
    """What a notice says in one language; see ``NoticeText``."""

    subject: str
    what: str
    effect: str = ""
    to_do: str = ""


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a notice is about, beside its words; see ``Notice``."""

    reason: str = ""
    interest: str = ""
    about: str = ""
    corrects: Notice | None = None
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    beyond_budget: bool = False


def write_notice(kind: NoticeClass, particulars: Particulars, texts: Mapping[str, Blocks]) -> Notice:
    """Make a draft; its class cannot be changed after.

    Raises Refused where a language is missing, or what the class asks for.
    """
    _judge(kind, particulars, texts)
    with transaction.atomic():
        notice = Notice.objects.create(kind=kind, written_by=require_acting().actor.ref, **_facts(particulars))
        return _store(notice, texts)


def edit_notice(notice: Notice, particulars: Particulars, texts: Mapping[str, Blocks]) -> Notice:
    """Change a notice that is not being sent; whoever changed it is its author now, and it must be reviewed again."""
    _judge(NoticeClass(notice.kind), particulars, texts)
    with transaction.atomic():
        notice = _lock_open(notice)
        for name, value in _facts(particulars).items():
            setattr(notice, name, value)
        notice.state, notice.written_by = NoticeState.DRAFT, require_acting().actor.ref
        notice.save()
        return _store(notice, texts)


def submit_notice(notice: Notice) -> Notice:
    """Hand a draft to a second person, as it stands."""
    with transaction.atomic():
        notice = _lock_open(notice)
        notice.content_hash, notice.state = hash_content(notice), NoticeState.IN_REVIEW
        notice.save()
        _record(notice)
    return notice


def discard_notice(notice: Notice) -> None:
    """Throw away a notice that was never sent."""
    with transaction.atomic():
        _lock_open(notice).delete()


def _store(notice: Notice, texts: Mapping[str, Blocks]) -> Notice:
    for language, blocks in texts.items():
        NoticeText.objects.update_or_create(
            notice=notice,
            language=language,
            defaults={
                "subject": " ".join(blocks.subject.split()),
                "what": blocks.what.strip(),
                "effect": blocks.effect.strip(),
                "to_do": blocks.to_do.strip(),
            },
        )
    NoticeText.objects.filter(notice=notice).exclude(language__in=list(texts)).delete()
    notice.content_hash = hash_content(notice)
    notice.save(update_fields=["content_hash"])
    _record(notice)
    return notice


def _facts(particulars: Particulars) -> dict[str, object]:
    return {name: getattr(particulars, name) for name in Particulars.__slots__}


def _judge(kind: NoticeClass, particulars: Particulars, texts: Mapping[str, Blocks]) -> None:
    operator = read_operator()
    _require(not (missing := _list_missing(operator.languages, texts)), _("The text is missing in: %s.") % missing)
    if kind == NoticeClass.SERVICE:
        _require(particulars.reason in Reason.values, _("A service announcement needs a reason of the list."))
    if particulars.corrects is not None:
        _judge_correction(kind, particulars, particulars.corrects, texts)
    if kind == NoticeClass.NEWS:
        _require(particulars.interest in operator.name_interests(""), _("News is of one of the services."))
    if particulars.beyond_budget:
        _require(
            kind == NoticeClass.SERVICE and particulars.reason == Reason.SECURITY,
            _("Only a notice about safety or security may go beyond the number of the year."),
        )
    ends_first = particulars.begins_at and particulars.ends_at and particulars.ends_at < particulars.begins_at
    _require(not ends_first, _("It ends before it begins."))


def _judge_correction(
    kind: NoticeClass, particulars: Particulars, corrected: Notice, texts: Mapping[str, Blocks]
) -> None:
    """Raise Refused where it corrects nothing that was announced, or is more than a correction."""
    was_announced = corrected.kind == kind == NoticeClass.SERVICE and corrected.state in PUBLISHED
    _require(was_announced and corrected.corrects_id is None, _("Only a service announcement can be corrected."))
    _require(particulars.reason == corrected.reason, _("A correction has the reason of what it corrects."))
    is_short = all(
        len(blocks.what) <= LONGEST_CORRECTION and not blocks.effect and not blocks.to_do for blocks in texts.values()
    )
    _require(is_short, _("A correction says in %(most)s letters what is otherwise.") % {"most": LONGEST_CORRECTION})


def _list_missing(languages: Sequence[str], texts: Mapping[str, Blocks]) -> str:
    lacking = [name for name in languages if name not in texts or not texts[name].subject or not texts[name].what]
    return ", ".join(lacking)


def _require(good: object, words: str) -> None:
    if not good:
        raise Refused(words, kept=_("Nothing was changed."))


def _lock_open(notice: Notice) -> Notice:
    found = Notice.objects.select_for_update().get(pk=notice.pk)
    _require(found.state in _OPEN, _("What is being sent, or was, is changed no more."))
    return found


def _record(notice: Notice) -> None:
    record(event=Event.NOTICE_WRITTEN, object_type="announcements.Notice", object_id=str(notice.pk), ground=notice.kind)
