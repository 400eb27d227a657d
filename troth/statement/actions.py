"""Publishing: a draft becomes a version that is never changed again (O1, O2)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.acting import acting, require_acting, system
from troth.kernel.errors import NotConfigured, Refused
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.statement.drafts import Draft, read_draft
from troth.statement.events import PUBLISHER, Event
from troth.statement.models import StatementText, StatementVersion
from troth.statement.queries import forget_current_version, parse_row
from troth.statement.text import Text


def publish_draft(draft: Draft, *, material: bool, reasons: str) -> StatementVersion:
    """Publish ``draft`` as the next version, in force at once.

    Arguments:
        draft: what to publish, without problems.
        material: whether it changes what is collected, how it is used, or when it is disclosed (O3).
        reasons: why it changes, in words for clients.

    Raises Refused where the draft has problems, says what the last version says, or no reason is given; AccessDenied
    where nobody acts.
    """
    actor = require_acting().actor
    _judge(draft, reasons)
    with transaction.atomic():
        last = StatementVersion.objects.select_for_update().order_by("-number").first()
        if last and last.content_hash == draft.content_hash:
            raise Refused(f"The text says what version {last.number} says, so there is nothing to publish.")
        now = clock.now()
        version = StatementVersion.objects.create(
            number=last.number + 1 if last else 1,
            published_at=now,
            in_force_at=now,
            material=material,
            reasons=reasons.strip(),
            published_by=f"{actor.kind}:{actor.ref}",
            content_hash=draft.content_hash,
            values=draft.values,
        )
        for language, text in draft.texts.items():
            _keep_text(version, last, draft, text, language)
        record(
            event=Event.VERSION_PUBLISHED,
            object_type="statement.StatementVersion",
            object_id=f"{version.number}:{version.content_hash}",
        )
        transaction.on_commit(forget_current_version)
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


def _keep_text(
    version: StatementVersion, last: StatementVersion | None, draft: Draft, text: Text, language: str
) -> None:
    StatementText.objects.create(
        version=version,
        language=language,
        sections=[{"slug": source.slug, "markdown": source.markdown} for source in draft.sources[language]],
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
