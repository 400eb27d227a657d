"""Taking several cases at once: harmless, as nothing opens by it, and each is a row of its own in the record."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from troth.kernel import clock
from troth.kernel.acting import acting, staff_member
from troth.kernel.errors import Refused
from troth.kernel.pages import page
from troth.kernel.purposes import Purpose
from troth.staff.api import Permission, current_member, require_trained
from troth.support.actions.handling import take_case
from troth.support.models import Case
from troth.support.words import State

_MOST = 50
"""How many at once; a page of the list holds no more."""


@page(f"staff:{Permission.HANDLE_CASES}", methods=("POST",))
def take_many(request: HttpRequest) -> HttpResponse:
    """Take the ticked cases that nobody has; what a colleague took meanwhile stays with the colleague."""
    member = current_member(request)
    require_trained(str(member.id), at=clock.now())
    wanted = [case_id for each in request.POST.getlist("case")[:_MOST] if (case_id := _read(each))]
    free = Case.objects.filter(id__in=wanted, state=State.NEW, taken_by=None).defer("sealed").order_by("due_at")
    taken = sum(_take(case, member.id) for case in free)
    return redirect(f"{reverse('support:console')}?taken={taken}&missed={len(wanted) - taken}")


def _take(case: Case, staff_id: UUID) -> bool:
    try:
        with acting(actor=staff_member(staff_id), purpose=Purpose.SUPPORT, case=case.as_case):
            take_case(case)
    except Refused:
        return False
    return True


def _read(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
