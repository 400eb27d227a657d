"""The gate of the console: pages of access ``staff:<permission>`` let in authorised members with a second factor.

The gate shows no client's information; for that the door asks the judge as well (training, purpose, case).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from troth.accounts import api as accounts
from troth.kernel.acting import Acting, Case, acting, staff_member
from troth.kernel.errors import AccessDenied
from troth.kernel.pages import CLIENT, gates
from troth.kernel.purposes import Purpose
from troth.staff.models import StaffMember
from troth.staff.queries import find_by_subject
from troth.staff.roles import may
from troth.staff.ways import Ways


def admit_staff(request: HttpRequest) -> HttpResponse | None:
    """Return None to let the member in, or the way to sign in; raise AccessDenied where the role does not reach."""
    admit_client = gates.get(CLIENT)
    if admit_client is None:
        raise AccessDenied(_("Nobody answers for this access."))
    turned_away = admit_client(request)
    if turned_away is not None:
        return turned_away
    subject_id = accounts.require_subject(request)
    member = find_by_subject(subject_id)
    permission = request.troth_access.removeprefix("staff:")  # type: ignore[attr-defined]
    if member is None or not may(member.role, permission):
        raise AccessDenied(_("This page is for staff whose role opens it."))
    if not accounts.has_second_factor(subject_id) or not accounts.used_second_factor(request):
        raise AccessDenied(
            _("The console opens only after a sign-in with a second factor."),
            kept=_("You are still signed in, as a client."),
            next_step=_("Set up a passkey or one-time codes on the Admin page, sign out, and sign in with it."),
        )
    request.troth_staff = member  # type: ignore[attr-defined]
    request.troth_actor = staff_member(member.id)  # type: ignore[attr-defined]
    request.troth_ways = Ways(member)  # type: ignore[attr-defined]
    return None


def is_at_work(request: HttpRequest) -> bool:
    """Return whether a member of staff is signed in with a second factor, so that the console would open."""
    if not accounts.used_second_factor(request):
        return False
    subject_id = accounts.current_subject(request)
    return subject_id is not None and find_by_subject(subject_id) is not None


def current_member(request: HttpRequest) -> StaffMember:
    """Return the member that the gate let in; for views of access ``staff:<permission>``."""
    member: StaffMember = request.troth_staff  # type: ignore[attr-defined]
    return member


@contextmanager
def acting_as_staff(request: HttpRequest, *, purpose: Purpose, case: Case | None = None) -> Iterator[Acting]:
    """Act as the member that the gate let in, for ``purpose``, on ``case``."""
    with acting(actor=staff_member(current_member(request).id), purpose=purpose, case=case) as context:
        yield context
