"""Changing the e-mail address: asked for, confirmed from the new address, and taken back from the old one.

Both addresses are told. For seven days the old one can take the change back, and in these days no other change is
possible: else whoever took an account over could change twice, and the owner's way back would be lost.
"""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from troth.accounts import mails
from troth.accounts.actions.access import end_sessions
from troth.accounts.actions.registration import tell_owner
from troth.accounts.events import Event
from troth.accounts.links import LinkRefused, end_links, make_link, use_link
from troth.accounts.models import AddressChange, LinkKind, MailedLink, Profile
from troth.accounts.models.address_changes import UNDO_LIFE
from troth.accounts.queries import find_account_by_email
from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.errors import Refused
from troth.kernel.purposes import Purpose
from troth.ledger.api import entries_about, record
from troth.ui.api import format_date
from troth.vault.api import Taken

CONFIRM = "email_confirm"
CHANGED = "email_changed"
LEFT = "email_left"
UNDONE = "email_undone"
CONFIRM_LIFE = timedelta(hours=24)
ASKS_A_DAY = 4


def ask_change(*, subject_id: UUID, email: str) -> None:
    """Ask for another address: a link goes there. Must run with the client acting.

    An address that another account has gets the mail which says so to its owner; the caller learns nothing of it.

    Raises Refused where the address is the account's own, was changed lately, or was asked for too often.
    """
    profile = Profile.objects.get(subject_id=subject_id)
    if profile.open("email").email == email:
        raise Refused(_("This is your address already."), kept=_("Nothing was changed."))
    require_changeable(subject_id)
    if _count_asks_today(subject_id) >= ASKS_A_DAY:
        raise Refused(_("You asked for this often today."), next_step=_("Try again tomorrow."))
    owner = find_account_by_email(email)
    with transaction.atomic():
        link = make_link(subject_id=subject_id, kind=LinkKind.EMAIL_CHANGE, life=CONFIRM_LIFE)
        change = AddressChange.of(subject_id) or AddressChange(subject_id=subject_id)
        change.link_id, change.wanted, change.former = link.id, email, None
        change.save()
        record(event=Event.EMAIL_CHANGE_ASKED, subject_id=subject_id)
        if owner is None:
            mails.ask_for_mail(subject_id=subject_id, kind=CONFIRM, facts={"link": str(link.id)})
    if owner is not None:
        tell_owner(owner)


def _count_asks_today(subject_id: UUID) -> int:
    """Return how often a change was asked for in the last day.

    Counted by the record, which has a row whether the address was known or not; mails go only to the unknown ones, so
    a count of them would tell which those were.
    """
    asked = entries_about(subject_id, events=[Event.EMAIL_CHANGE_ASKED], limit=ASKS_A_DAY)
    return sum(entry.at > clock.now() - timedelta(days=1) for entry in asked)


def require_changeable(subject_id: UUID) -> None:
    """Return if the address can be changed now; raise Refused, with the date, while a change can be taken back."""
    waiting = MailedLink.objects.filter(
        subject_id=subject_id, kind=LinkKind.EMAIL_UNDO, used_at=None, ends_at__gt=clock.now()
    ).first()
    if waiting is not None:
        raise Refused(
            _("Your address was changed a short time ago."),
            kept=_("So long as the old address can take that back, it stays as it is."),
            next_step=_("You can change it again from %(on)s on.") % {"on": format_date(waiting.ends_at)},
        )


def confirm_change(link: MailedLink) -> None:
    """Make the new address the account's, by the link that was mailed there; both addresses are told.

    Raises LinkRefused where the link was used meanwhile; Refused where the address is another's by now.
    """
    subject_id = link.subject_id
    with acting(actor=client(subject_id), purpose=Purpose.ACCOUNT), transaction.atomic():
        use_link(link)
        require_changeable(subject_id)
        change = _take_change(link)
        profile = Profile.objects.get(subject_id=subject_id)
        wanted, former = change.open("wanted").wanted, profile.open("email").email
        _put_email(profile, wanted)
        undo = make_link(subject_id=subject_id, kind=LinkKind.EMAIL_UNDO, life=UNDO_LIFE)
        change.link_id, change.wanted, change.former = undo.id, None, former
        change.save()
        record(event=Event.EMAIL_CHANGED, subject_id=subject_id)
        mails.ask_for_mail(subject_id=subject_id, kind=CHANGED)
        mails.ask_for_mail(subject_id=subject_id, kind=LEFT, facts={"link": str(undo.id)})


def undo_change(link: MailedLink) -> None:
    """Give the account its old address back, by the link that was mailed there; everything signed in ends.

    Raises LinkRefused where the link was used meanwhile; Refused where the address is another's by now.
    """
    subject_id = link.subject_id
    with acting(actor=client(subject_id), purpose=Purpose.SECURITY), transaction.atomic():
        use_link(link)
        change = _take_change(link)
        _put_email(Profile.objects.get(subject_id=subject_id), change.open("former").former)
        change.delete()
        end_sessions(subject_id)
        record(event=Event.EMAIL_CHANGE_UNDONE, subject_id=subject_id)
        mails.ask_for_mail(subject_id=subject_id, kind=UNDONE)


def _take_change(link: MailedLink) -> AddressChange:
    """Return the change that this link carries on, locked; raise LinkRefused where it has gone."""
    changes = AddressChange.objects.select_for_update()
    change = changes.filter(subject_id=link.subject_id, link_id=link.id).first()
    if change is None:
        raise LinkRefused(_("This link has run out."), next_step=_("Ask for a new one."))
    return change


def _put_email(profile: Profile, email: str) -> None:
    """Store the address; a link for a new password that was mailed to the one before is worth nothing any more."""
    end_links(profile.subject_id, LinkKind.RESET)
    profile.email = email
    try:
        profile.save()
    except Taken:
        raise Refused(
            _("This address belongs to another account by now."),
            kept=_("Your address was not changed."),
            next_step=_("Take another address, or write to us."),
        ) from None
