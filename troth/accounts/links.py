"""The links of account mails: made, read, used once.

    code = base64url(id) . base64url(HMAC-SHA-256(key of the kind, id | subject | kind))

Nothing that opens a link is stored. A new link of a kind ends the older ones of the same subject.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from troth.accounts.keys import read_link_key
from troth.accounts.models import LinkKind, MailedLink
from troth.kernel import clock
from troth.kernel.errors import Refused

KEPT_AFTER_END = timedelta(days=7)
"""A link that ended is remembered so long, to tell who follows it what became of it."""


class LinkRefused(Refused):
    """A link that does not do anything (any more); the message says why, and what helps."""

    status = 410


def make_link(*, subject_id: UUID, kind: str, life: timedelta) -> MailedLink:
    """Make a link and end the older ones of its kind."""
    MailedLink.objects.filter(subject_id=subject_id, kind=kind).delete()
    return MailedLink.objects.create(subject_id=subject_id, kind=kind, ends_at=clock.now() + life)


def end_links(subject_id: UUID, *kinds: str) -> None:
    """End the unused links of these kinds, in the caller's transaction."""
    MailedLink.objects.filter(subject_id=subject_id, kind__in=kinds, used_at=None).delete()


def write_code(link: MailedLink) -> str:
    """Return the code that stands in the mail."""
    return f"{_encode(link.id.bytes)}.{_encode(_sign(link))}"


def read_link(code: str, *, kind: str) -> MailedLink:
    """Return the link of this code; raise LinkRefused where it is none, is used, or has ended."""
    link = _find(code, kind)
    if link is None:
        raise LinkRefused(
            _("This link is not one of ours, or a newer one has taken its place."),
            next_step=_("Use the link of the latest mail, all of it, or ask for a new one."),
            way=_way_to_another(kind),
        )
    if link.used_at is not None:
        raise _refuse_used(kind)
    if link.ends_at <= clock.now():
        raise LinkRefused(_("This link has run out."), next_step=_("Ask for a new one."), way=_way_to_another(kind))
    return link


def use_link(link: MailedLink) -> None:
    """Use the link up, in the transaction that does its work; raise LinkRefused where somebody was faster."""
    if not MailedLink.objects.filter(pk=link.pk, used_at=None).update(used_at=clock.now()):
        raise _refuse_used(link.kind)


def _refuse_used(kind: str) -> LinkRefused:
    return LinkRefused(
        _("This link was used already."), next_step=_("Sign in, or ask for a new one."), way=_way_to_another(kind)
    )


def _way_to_another(kind: str) -> tuple[str, str] | None:
    """Return the words and path of the page that sends another link of this kind; the undoing of a change has none."""
    match kind:
        case LinkKind.WELCOME:
            return _("Send the confirmation mail again"), reverse("accounts:resend")
        case LinkKind.RESET:
            return _("Set a new password"), reverse("accounts:reset_ask")
        case LinkKind.EMAIL_CHANGE:
            return _("Change the e-mail address"), reverse("accounts:email_change")
    return None


def _find(code: str, kind: str) -> MailedLink | None:
    try:
        link_id, signature = (_decode(part) for part in code.split("."))
        link = MailedLink.objects.filter(pk=UUID(bytes=link_id), kind=kind).first()
    except (ValueError, binascii.Error):
        return None
    return link if link is not None and hmac.compare_digest(signature, _sign(link)) else None


def _sign(link: MailedLink) -> bytes:
    content = f"{link.id}|{link.subject_id}|{link.kind}"
    return hmac.digest(read_link_key(link.kind), content.encode(), hashlib.sha256)


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
