"""Publishing: a draft becomes a version that is never changed again (O1, O2), and governs when it may (O3).

Who may publish, and whether a version may take effect, is judged by rooms above, which register at
``publication_judges`` and ``force_judges``. The first version is published by whoever sets the site up; with nobody to
judge, no other is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.acting import acting, require_acting, system
from troth.kernel.errors import NotConfigured, Refused
from troth.kernel.operator import read_operator
from troth.kernel.ports import Registry
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.statement.drafts import Draft, read_draft
from troth.statement.events import PUBLISHER, Event
from troth.statement.models import StatementText, StatementVersion
from troth.statement.queries import forget_current_version, parse_row
from troth.statement.text import Text

publication_judges: Registry[str, Callable[[Draft, bool], None]] = Registry("judge of publications")
"""Name → returns if this draft may be published as material or not by whoever acts; raises Refused if not."""

force_judges: Registry[str, Callable[[StatementVersion], None]] = Registry("judge of what takes effect")
"""Name → returns if this version may take effect now; raises Refused if not."""


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a version is published; see ``StatementVersion``."""

    planned_for: datetime | None = None
    reasons_by_language: Mapping[str, str] = field(default_factory=dict)
    findings: Sequence[Mapping[str, str]] = ()
    against_opinion: str = ""


def publish_draft(draft: Draft, *, material: bool, reasons: str, terms: Terms | None = None) -> StatementVersion:
    """Publish ``draft`` as the next version: in force at once, or, where it is material, announced for a later day.

    Arguments:
        draft: what to publish, without problems.
        material: whether it changes what is collected, how it is used, or when it is disclosed (O3).
        reasons: why it changes, in words for clients.
        terms: from when it may govern, and what else is published with it.

    Raises Refused where the draft has problems, says what the last version says, no reason is given, the day of a
    material change is too soon, another version is announced already, or a judge says no; AccessDenied where nobody
    acts.
    """
    actor, terms = require_acting().actor, terms or Terms()
    _judge(draft, reasons)
    with transaction.atomic():
        last = StatementVersion.objects.select_for_update().order_by("-number").first()
        if last and last.content_hash == draft.content_hash and last.withdrawn_at is None:
            raise Refused(f"The text says what version {last.number} says, so there is nothing to publish.")
        now = clock.now()
        waits = material and last is not None
        if last:
            _judge_next(draft, terms=terms, material=material, now=now)
        version = StatementVersion.objects.create(
            number=last.number + 1 if last else 1,
            published_at=now,
            in_force_at=None if waits else now,
            planned_for=terms.planned_for if waits else None,
            reasons_by_language=dict(terms.reasons_by_language),
            findings=[dict(finding) for finding in terms.findings],
            against_opinion=terms.against_opinion.strip(),
            material=material,
            reasons=reasons.strip(),
            published_by=f"{actor.kind}:{actor.ref}",
            content_hash=draft.content_hash,
            values=draft.values,
        )
        for language, text in draft.texts.items():
            _keep_text(version, last, draft, text, language)
        _record(Event.VERSION_PUBLISHED, version)
    return version


def bring_into_force(version: StatementVersion) -> StatementVersion:
    """Let an announced version govern from now on.

    Raises Refused before its day, where a judge says no (somebody was not told), and where it was withdrawn.
    """
    require_acting()
    with transaction.atomic():
        version = StatementVersion.objects.select_for_update().get(pk=version.pk)
        now = clock.now()
        if not version.is_coming or version.planned_for is None or now < version.planned_for:
            raise Refused(_now("The day of this version has not come."), kept=_now("The version before it governs."))
        _ask(force_judges, version)
        version.in_force_at = now
        version.save(update_fields=["in_force_at"])
        _record(Event.VERSION_IN_FORCE, version)
    return version


def withdraw_version(version: StatementVersion) -> StatementVersion:
    """Give up a version that was announced; its text stays in the archive, and it never takes effect."""
    require_acting()
    with transaction.atomic():
        version = StatementVersion.objects.select_for_update().get(pk=version.pk)
        if not version.is_coming:
            raise Refused(_now("This version is not one that is to come."), kept=_now("Nothing was changed."))
        version.withdrawn_at = clock.now()
        version.save(update_fields=["withdrawn_at"])
        _record(Event.VERSION_WITHDRAWN, version)
    return version


def ensure_published() -> StatementVersion:
    """Return the newest version; on the first run, publish the operator's text as version 1.

    Raises NotConfigured with all problems of the text at once, each with file and line.
    """
    if last := StatementVersion.objects.order_by("-number").first():
        return last
    draft = read_draft()
    if draft.problems:
        raise NotConfigured("\n".join(str(problem) for problem in draft.problems))
    with acting(actor=system(PUBLISHER), purpose=Purpose.LEGAL):
        return publish_draft(draft, material=False, reasons=str(_("The first version.")))


def _judge(draft: Draft, reasons: str) -> None:
    if draft.problems:
        raise Refused(
            f"The text has problems, the first is {draft.problems[0]}.",
            kept="Nothing was published.",
            next_step="Run “troth statement check” to see them all.",
        )
    if not reasons.strip():
        raise Refused("A new version needs a reason, in words for clients.", kept="Nothing was published.")


def _judge_next(draft: Draft, *, terms: Terms, material: bool, now: datetime) -> None:
    """Judge what is not the first version."""
    if StatementVersion.objects.filter(in_force_at=None, withdrawn_at=None).exists():
        raise Refused(
            _now("Another version is announced and has not taken effect."),
            kept=_now("Nothing was published."),
            next_step=_now("Wait for its day, or withdraw it first."),
        )
    days = read_operator().numbers.statement_notice_days
    if material and (terms.planned_for is None or terms.planned_for < now + timedelta(days=days)):
        raise Refused(
            _now("A material change takes effect %(days)s days after it was announced, or later.") % {"days": days},
            kept=_now("Nothing was published."),
            next_step=_now("Choose a later day."),
        )
    if not len(publication_judges):
        raise Refused(_now("Nobody judges changes of the statement here."), kept=_now("Nothing was published."))
    for judge in publication_judges:
        judge(draft, material)


def _ask(judges: Registry[str, Callable[[StatementVersion], None]], version: StatementVersion) -> None:
    if not len(judges):
        raise Refused(_now("Nobody judges what takes effect here."), kept=_now("The version before it governs."))
    for judge in judges:
        judge(version)


def _record(event: Event, version: StatementVersion) -> None:
    record(
        event=event,
        object_type="statement.StatementVersion",
        object_id=f"{version.number}:{version.content_hash}",
    )
    transaction.on_commit(forget_current_version)


def _keep_text(
    version: StatementVersion, last: StatementVersion | None, draft: Draft, text: Text, language: str
) -> None:
    StatementText.objects.create(
        version=version,
        language=language,
        sections=[{"slug": source.slug, "markdown": source.markdown} for source in draft.sources[language]],
        raw=[{"slug": source.slug, "markdown": source.markdown} for source in draft.raw.get(language, [])],
        since=_reckon_since(version, last, text),
        digest=text.digest,
    )


def _reckon_since(version: StatementVersion, last: StatementVersion | None, text: Text) -> dict[str, int]:
    """Return clause id → the number of the version since which its words stand."""
    row = last.texts.filter(language=text.language).first() if last else None
    old = parse_row(row).by_clause if row else {}
    return {
        clause: row.since.get(clause, version.number)
        if row and clause in old and old[clause].html == paragraph.html
        else version.number
        for clause, paragraph in text.by_clause.items()
    }
