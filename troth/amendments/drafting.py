"""Writing a change of the statement. An edit takes back every decision on it, and who made it decides on it no more."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from troth.amendments import mails, practice
from troth.amendments.events import Event
from troth.amendments.kinds import OPEN, AmendmentState
from troth.amendments.models import Amendment, AmendmentText
from troth.announcements.api import discard_notice, submit_notice
from troth.kernel import clock
from troth.kernel.acting import require_acting
from troth.kernel.errors import Refused
from troth.kernel.operator import read_operator
from troth.ledger.api import record
from troth.statement.api import (
    Draft,
    SectionSource,
    current_version,
    find_coming_version,
    make_draft,
    read_draft,
    read_raw,
)

type Sections = Mapping[str, Sequence[SectionSource]]


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a change is proposed; see ``Amendment``."""

    material: bool
    reasons: Mapping[str, str]
    planned_on: date | None = None
    against_opinion: str = ""


def begin_amendment(*, from_files: bool = False) -> Amendment:
    """Begin a change: from the version in force as it was written, or from the operator's files.

    Raises Refused where another change is open or announced: one is decided at a time.
    """
    actor = require_acting().actor
    version = current_version()
    _require(version is not None, _("No version is in force yet, so there is nothing to change."))
    assert version is not None  # noqa: S101  said above
    written = {} if from_files else read_raw(version)
    written = written or read_draft().raw
    with transaction.atomic():
        _require(not Amendment.objects.filter(state__in=OPEN).exists(), _("Another change is being written already."))
        _require(find_coming_version() is None, _("A change is announced; its day comes first, or it is withdrawn."))
        amendment = Amendment.objects.create(base=version.number, written_by=actor.ref, editors=[actor.ref])
        _store(amendment, written)
    return amendment


def edit_section(amendment: Amendment, slug: str, markdown: Mapping[str, str]) -> Amendment:
    """Put other words in place of a section, by language; ``read_amended`` finds what is wrong in them."""
    with transaction.atomic():
        amendment = _open_again(amendment)
        for text in amendment.texts.all():
            for section in text.sections:
                if section["slug"] == slug and text.language in markdown:
                    section["markdown"] = markdown[text.language].replace("\r\n", "\n").strip() + "\n"
            text.save(update_fields=["sections"])
        _record(Event.WRITTEN, amendment)
    return amendment


def set_terms(amendment: Amendment, terms: Terms) -> Amendment:
    """Say whether it is material, why it is made, and from when it is to govern."""
    with transaction.atomic():
        amendment = _open_again(amendment)
        amendment.material, amendment.planned_on = terms.material, terms.planned_on if terms.material else None
        amendment.reasons = {language: words.strip() for language, words in terms.reasons.items()}
        amendment.against_opinion = terms.against_opinion.strip()
        amendment.save()
        _record(Event.WRITTEN, amendment)
    return amendment


def submit_amendment(amendment: Amendment) -> Amendment:
    """Hand a change to two others, with the opinion of the checks, and with the mail that everybody would get.

    Raises Refused where the text has problems, a reason is missing, the day is too soon, or the checks found something
    new and nobody says why the change is not material all the same.
    """
    with transaction.atomic():
        amendment = _lock(amendment)
        _require(amendment.state == AmendmentState.DRAFT, _("It is with the others already."))
        draft = read_amended(amendment)
        amendment.facts = practice.read_practice(practice.promised_of(draft))
        amendment.findings = find_findings(amendment)
        _judge(amendment, draft)
        if amendment.material:
            amendment.notice = submit_notice(mails.write_mail(amendment, draft))
        amendment.content_hash = hash_amendment(amendment)
        amendment.state = AmendmentState.IN_REVIEW
        amendment.save()
        _record(Event.SUBMITTED, amendment)
    return amendment


def discard_amendment(amendment: Amendment) -> None:
    """Throw away a change that was never published."""
    with transaction.atomic():
        amendment = _open_again(amendment)
        amendment.delete()


def read_amended(amendment: Amendment) -> Draft:
    """Return what would be published of it, with all that is wrong or unbound in it."""
    return make_draft(
        {
            text.language: [
                SectionSource(slug=part["slug"], markdown=part["markdown"], name=f"{text.language}/{part['slug']}")
                for part in text.sections
            ]
            for text in amendment.texts.all()
        }
    )


def find_findings(amendment: Amendment) -> list[dict[str, str]]:
    """Return what the checks find new in it, beside the version in force: of the facts that were noted with it."""
    version = current_version()
    before = practice.find_practice(version) if version else None
    now = amendment.facts or practice.read_practice(practice.promised_of(read_amended(amendment)))
    return practice.compare_practices(before, now) if before else []


def hash_amendment(amendment: Amendment) -> str:
    """Return the hash of all that is decided on: words, class, day, reasons, opinion, practice, and the mail."""
    facts = [
        [[text.language, text.sections] for text in amendment.texts.all()],
        amendment.material,
        amendment.planned_on.isoformat() if amendment.planned_on else "",
        amendment.reasons,
        amendment.against_opinion,
        amendment.findings,
        amendment.facts,
        amendment.notice.content_hash if amendment.notice else "",
    ]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def find_moment(day: date) -> datetime:
    """Return the moment at which a day begins at the operator's office."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(read_operator().time_zone))


def earliest_day(now: datetime | None = None) -> date:
    """Return the first day that is far enough off for a material change."""
    days = timedelta(days=read_operator().numbers.statement_notice_days)
    at = ((now or clock.now()) + days).astimezone(ZoneInfo(read_operator().time_zone))
    return at.date() + timedelta(days=1)


def _judge(amendment: Amendment, draft: Draft) -> None:
    first = draft.problems[0] if draft.problems else None
    _require(first is None, _("The text has problems, the first is: %s") % first)
    missing = [tag for tag in read_operator().languages if not amendment.reasons.get(tag)]
    _require(not missing, _("Why it changes is not said in: %s.") % ", ".join(missing))
    version = current_version()
    _require(version and version.content_hash != draft.content_hash, _("It says what the version in force says."))
    if amendment.material:
        soon = amendment.planned_on is None or amendment.planned_on < earliest_day()
        _require(not soon, _("A material change takes effect on a later day; choose one that is far enough off."))
    elif amendment.findings:
        _require(
            amendment.against_opinion,
            _("Our checks found something new in it. Say why it is not material all the same; everybody will read it."),
        )


def _open_again(amendment: Amendment) -> Amendment:
    """Lock a change that was not published, and make a draft of it whose decisions and mail are void."""
    actor, amendment = require_acting().actor, _lock(amendment)
    _require(amendment.state in OPEN, _("What was published is changed no more; begin another change."))
    old, amendment.notice = amendment.notice, None
    amendment.state, amendment.written_by, amendment.content_hash = AmendmentState.DRAFT, actor.ref, ""
    amendment.editors = sorted({*amendment.editors, actor.ref})
    amendment.facts, amendment.findings = {}, []
    amendment.save()
    if old:
        discard_notice(old)
    return amendment


def _store(amendment: Amendment, written: Sections) -> None:
    for language, sections in written.items():
        parts = [{"slug": section.slug, "markdown": section.markdown} for section in sections]
        AmendmentText.objects.create(amendment=amendment, language=language, sections=parts)
    _record(Event.WRITTEN, amendment)


def _lock(amendment: Amendment) -> Amendment:
    return Amendment.objects.select_for_update().get(pk=amendment.pk)


def _require(good: object, words: str) -> None:
    if not good:
        raise Refused(words, kept=_("Nothing was changed."))


def _record(event: Event, amendment: Amendment) -> None:
    record(event=event, object_type="amendments.Amendment", object_id=str(amendment.pk))
