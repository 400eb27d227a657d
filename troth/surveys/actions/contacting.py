"""Contact details that clients left: taken by one member of staff, looked at on that case, and deleted when done."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.acting import acting, require_acting, system
from troth.kernel.errors import Refused
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.staff.api import require_trained
from troth.surveys.events import Event
from troth.surveys.jobs import GATHERER
from troth.surveys.models import Contact
from troth.surveys.models.personal import CONTACT
from troth.vault.api import Opened


def take_contact(contact: Contact) -> None:
    """Take the details in hand: from then on they are the case that lets this member, and nobody else, see them."""
    member = _require_member()
    with transaction.atomic():
        found = _lock(contact)
        if found.taken_by == member:
            return
        found.taken_by = member
        found.save(update_fields=["taken_by"])
        record(event=Event.CONTACT_TAKEN, subject_id=found.subject_id, object_type=Contact._meta.label)


def show_contact(contact: Contact) -> Opened:
    """Open the details for who has them in hand; the client reads of it. Raises AccessDenied for anybody else."""
    _require_member()
    return _read(contact).open(*CONTACT)


def finish_contact(contact: Contact) -> None:
    """Delete the details before their day, as nothing is left to ask. Raises Refused where another has them."""
    member = _require_member()
    with transaction.atomic():
        found = _lock(contact)
        if found.taken_by != member:
            raise Refused(_("Another has these details in hand."), kept=_("Nothing was changed."))
        record(event=Event.CONTACT_FINISHED, subject_id=found.subject_id, object_type=Contact._meta.label)
        with acting(actor=system(GATHERER), purpose=Purpose.SURVEYS):
            found.delete()


def _require_member() -> UUID:
    return require_trained(require_acting().actor.ref, at=clock.now()).id


def _read(contact: Contact) -> Contact:
    found = Contact.objects.filter(pk=contact.pk, until__gte=clock.today()).first()
    if found is None:
        raise Refused(_("These details are gone: their day has come, or the client took them back."))
    return found


def _lock(contact: Contact) -> Contact:
    found = Contact.objects.select_for_update().filter(pk=contact.pk, until__gte=clock.today()).first()
    if found is None:
        raise Refused(_("These details are gone: their day has come, or the client took them back."))
    return found
