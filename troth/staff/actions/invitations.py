"""Inviting: an administrator names address and role, a second person agrees, a mail leaves, and its reader accepts."""

from datetime import date, timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.acting import acting, client, require_acting, system
from troth.kernel.errors import Refused
from troth.kernel.ids import new_id
from troth.kernel.operator import read_operator
from troth.kernel.ports import Letter, send_letter
from troth.kernel.purposes import Purpose
from troth.kernel.reviews import Facts
from troth.ledger.api import record
from troth.staff.actions.members import invite_member
from troth.staff.actions.reviews import prepare_review
from troth.staff.events import Event
from troth.staff.job import MAIL, PAPERS
from troth.staff.models import Invitation, Review, StaffMember
from troth.staff.roles import Role
from troth.ui.api import absolute_url, render_mail

KIND = "staff.invite"
_CODE = signing.Signer(salt="staff.invitation")


def prepare_invitation(*, email: str, role: Role) -> Review:
    """Prepare an invitation; nothing leaves before a second person agrees."""
    context = require_acting()
    invitation = Invitation(
        subject_id=new_id(),
        role=role,
        invited_by=context.actor.ref,
        ends_at=clock.now() + timedelta(days=read_operator().numbers.invitation_days),
    )
    invitation.email = email
    with transaction.atomic():
        # Whose address it is nobody knows yet; the register seals it under a key of its own.
        with acting(actor=system(PAPERS), purpose=Purpose.SECURITY):
            invitation.save()
        record(event=Event.INVITATION_MADE, object_type="staff.Invitation", object_id=str(invitation.id))
        return prepare_review(kind=KIND, facts={"invitation": str(invitation.id), "role": role.value})


def release_invitation(facts: Facts) -> None:
    """Let the mail leave, once the second person agreed; called by the review."""
    from troth.staff.tasks import send_invitation

    invitation_id = str(facts["invitation"])
    transaction.on_commit(lambda: send_invitation.enqueue(invitation_id))


def send(invitation_id: UUID) -> bool:
    """Send the mail with the link, once; return whether it went."""
    invitation = Invitation.objects.filter(id=invitation_id, sent_at=None, ends_at__gt=clock.now()).first()
    if invitation is None:
        return False
    language = read_operator().languages[0]
    with acting(actor=system(MAIL), purpose=Purpose.SECURITY):
        opened = invitation.open("email")
        context = {
            "role": Role(invitation.role).label,
            "url": absolute_url(reverse("staff:invitation", kwargs={"code": write_code(invitation)})),
            "days": read_operator().numbers.invitation_days,
        }
        mail = render_mail(template="staff/emails/invitation", context=context, language=language)
        send_letter(
            Letter(
                subject_id=invitation.subject_id,
                to=opened.email,
                subject=mail.subject,
                text=mail.text,
                html=mail.html,
                kind="accounts.staff_invitation",
                purpose=Purpose.SECURITY,
                fields=("staff.Invitation.email",),
                message_id=f"staff-invitation-{invitation.id}",
            )
        )
    Invitation.objects.filter(pk=invitation.pk).update(sent_at=clock.now())
    return True


def find_told_since(subject_id: UUID) -> date | None:
    """Return since when an invited person knows that we write to it: whoever names an address says that it was told.

    It is what the ground "informed" of the invitation's mail rests on (A6).
    """
    made_at = Invitation.objects.filter(subject_id=subject_id).values_list("made_at", flat=True).first()
    return made_at.date() if made_at else None


def find_unsent() -> list[UUID]:
    """Return the invitations that a second person agreed to and whose mail has not left yet."""
    agreed = Review.objects.filter(kind=KIND, state="approved").values_list("facts", flat=True)
    ids = [UUID(str(facts["invitation"])) for facts in agreed]
    waiting = Invitation.objects.filter(id__in=ids, sent_at=None, ends_at__gt=clock.now())
    return list(waiting.values_list("id", flat=True))


def write_code(invitation: Invitation) -> str:
    """Return the code of the link."""
    return _CODE.sign(str(invitation.id))


def find_invitation(code: str) -> Invitation | None:
    """Return the invitation of a code, where it was sent, has not ended, and is not used."""
    try:
        invitation_id = UUID(_CODE.unsign(code))
    except (signing.BadSignature, ValueError):
        return None
    return Invitation.objects.filter(id=invitation_id, sent_at__isnull=False, ends_at__gt=clock.now()).first()


def accept_invitation(invitation: Invitation, *, subject_id: UUID) -> StaffMember:
    """Take the role that was offered, as the account that followed the link; the address goes with the invitation."""
    role = Role(invitation.role)
    with transaction.atomic():
        locked = Invitation.objects.select_for_update().filter(pk=invitation.pk).first()
        if locked is None:
            raise Refused(_("This invitation was used already."), kept=_("Nothing was changed."))
        with acting(actor=client(subject_id), purpose=Purpose.SECURITY):
            member = invite_member(subject_id=subject_id, role=role)
        with acting(actor=system(PAPERS), purpose=Purpose.SECURITY):
            locked.delete()
    return member
