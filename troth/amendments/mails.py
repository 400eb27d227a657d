"""The mail that tells everybody of a material change: made of the change itself, so it says neither more nor less."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from troth.amendments.models import Amendment
from troth.announcements.api import About, Blocks, Notice, NoticeClass, Particulars, write_notice
from troth.statement.api import Draft, Text, compare_texts, find_version, read_text
from troth.ui.api import format_date

KIND = "amendment"


def write_mail(amendment: Amendment, draft: Draft) -> Notice:
    """Return the notice of a change, as a draft whose author is whoever acts."""
    texts = {language: _say(amendment, text) for language, text in draft.texts.items()}
    return write_notice(NoticeClass.POLICY, Particulars(about=f"{KIND}:{amendment.pk}"), texts)


def find_about(ref: str) -> About | None:
    """Return where a change stands; the page for everybody is the comparison that it will have, or has."""
    amendment = Amendment.objects.filter(pk=ref).select_related("version").first()
    if amendment is None:
        return None
    new = amendment.version.number if amendment.version else _next_number(amendment.base)
    return About(
        public_url=reverse("statement:compare", kwargs={"old": amendment.base, "new": new}),
        public_words=_("Read sentence by sentence what changes"),
        console_url=reverse("amendments:amendment", kwargs={"amendment_id": amendment.pk}),
    )


def list_changed_clauses(amendment: Amendment, text: Text) -> list[str]:
    """Return the ids of the clauses whose words change in a language, in the order of the text."""
    base = find_version(amendment.base)
    if base is None:
        return []
    changes = compare_texts(read_text(base, text.language), text)
    return list(dict.fromkeys(clause for change in changes if change.kind != "same" for clause in change.clauses))


def _next_number(base: int) -> int:
    number = base + 1
    while find_version(number) is not None:
        number += 1
    return number


def _say(amendment: Amendment, text: Text) -> Blocks:
    with translation.override(text.language):
        day = format_date(amendment.planned_on) if amendment.planned_on else ""
        return Blocks(
            subject=_("Our statement changes on %(day)s") % {"day": day},
            what="\n\n".join(_tell(amendment, text, day)),
            effect=_("Until then the present statement governs, and nothing that is new is done."),
            to_do=_(
                "Nothing, if you agree. If you do not, you can change what you gave, deactivate your account or delete "
                "it before that day; all of it is on your Admin page."
            ),
        )


def _tell(amendment: Amendment, text: Text, day: str) -> Iterator[str]:
    yield _("On %(day)s a new version of our statement takes effect.") % {"day": day}
    yield amendment.reasons.get(text.language, "")
    if clauses := list_changed_clauses(amendment, text):
        yield _("These clauses change: %(clauses)s.") % {"clauses": ", ".join(clauses)}
