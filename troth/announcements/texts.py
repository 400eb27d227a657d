"""What a notice says: its hash, and the mail made of its blocks, once for each language.

A mail to many is the same bytes for everybody but for a few places: the address, the ids, and in news the link that
ends it. The places are filled by cutting the bytes there, so that nothing is rendered or encoded again for each mail.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation

from troth.announcements.calendar import make_calendar
from troth.announcements.kinds import rules_of
from troth.announcements.models import Notice, NoticeText
from troth.announcements.queries import find_about, pick_text
from troth.announcements.readers import choice_of, readers
from troth.announcements.tokens import make_message_id, make_news_token
from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.ui.api import absolute_url, name_boundaries, render_mail

_TO = "to@place.invalid"
_ID = "id.place.invalid"
_TOKEN = "news-token-place"  # noqa: S105  a place that a token is put into
_POLICY = SMTP.clone(cte_type="8bit", max_line_length=900)


def hash_content(notice: Notice) -> str:
    """Return the hash of all that a recipient would read: class, reason, times, and the words of every language."""
    texts = [[text.language, text.subject, text.what, text.effect, text.to_do] for text in notice.texts.all()]
    facts = [
        notice.kind,
        notice.reason,
        notice.interest,
        notice.about,
        *(at.isoformat() if at else "" for at in (notice.begins_at, notice.ends_at)),
        notice.beyond_budget,
        sorted(texts),
        *([str(notice.corrects_id)] if notice.corrects_id else []),
    ]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class MailTemplate:
    """The mail of a notice in one language.

    Arguments:
        subject: its subject line.
        text: the plain text, for people to look at.
        html: the HTML, likewise.
        content: all of the mail as bytes, with the places in it.
    """

    subject: str
    text: str
    html: str
    content: bytes

    def fill(self, *, delivery_id: int, subject_id: object, interest: str) -> tuple[bytes, bytes]:
        """Return the bytes before and after the address of one recipient."""
        content = self.content.replace(_ID.encode(), make_message_id(delivery_id).encode(), 1)
        if interest:
            content = content.replace(_TOKEN.encode(), make_news_token(subject_id, interest).encode())
        head, _place, tail = content.partition(_TO.encode())
        return head, tail


def make_templates(notice: Notice) -> Mapping[str, MailTemplate]:
    """Return the mail in each of its languages."""
    return {text.language: make_template(notice, text) for text in notice.texts.all()}


def make_template(notice: Notice, text: NoticeText) -> MailTemplate:
    """Render the mail of a notice in one language, with places for what differs."""
    one_click = rules_of(notice.kind).one_click
    leave_url = absolute_url(f"/news/end/{_TOKEN}/") if one_click else ""
    with translation.override(text.language):
        about = find_about(notice)
    context = {
        "notice": notice,
        "text": text,
        "leave_url": leave_url,
        "url": notice_url(notice),
        "about": about,
        "corrected": pick_text(notice.corrects, text.language) if notice.corrects else None,
        "about_url": absolute_url(about.public_url) if about else "",
        "chosen": readers.get(notice.kind),
    }
    operator = read_operator()
    # The same bytes go to everybody, so times are those of the operator's office.
    with timezone.override(ZoneInfo(operator.time_zone)):
        rendered = render_mail(template="announcements/emails/notice", context=context, language=text.language)
    message = EmailMessage(policy=_POLICY)
    message["Subject"] = rendered.subject
    message["From"] = f'"{operator.short_name}" <{operator.mail.from_address}>'
    message["To"] = _TO
    message["Reply-To"] = operator.contacts.support_email
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{_ID}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if one_click:
        message["List-Id"] = f"<{choice_of(notice).removeprefix(':')}.news.{settings.ENVIRONMENT.site_host}>"
        message["List-Unsubscribe"] = f"<{leave_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(rendered.text, cte="8bit")
    message.add_alternative(rendered.html, subtype="html", cte="8bit")
    if calendar := make_calendar(notice, text, url=notice_url(notice)):
        message.add_attachment(
            calendar.encode(), maintype="text", subtype="calendar", filename="notice.ics", params={"method": "PUBLISH"}
        )
    name_boundaries(message)
    return MailTemplate(rendered.subject, rendered.text, rendered.html, message.as_bytes())


def notice_url(notice: Notice) -> str:
    """Return the address of the public page of a notice."""
    return absolute_url(f"/announcements/{notice.pk}/")
