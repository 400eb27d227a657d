"""The console's room of parcels: lists of numbers and states, one parcel with what can be done, slip and label."""

from collections.abc import Callable, Sequence
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from troth.fulfilment.actions import packing, tracking
from troth.fulfilment.actions.labels import BY_HAND, check_address, list_rates, make_label, note_tracking, print_label
from troth.fulfilment.cases import case_of
from troth.fulfilment.forms import NumberForm, WayForm
from troth.fulfilment.models import Parcel, ParcelState, ParcelStep, Waits
from troth.fulfilment.queries import Pile, find_parcel, list_pile
from troth.fulfilment.shipments import find_contact, list_contents
from troth.fulfilment.states import OPEN, set_waiting
from troth.fulfilment.views.going import see_other
from troth.kernel import clock
from troth.kernel.errors import Refused
from troth.kernel.pages import page
from troth.kernel.purposes import Purpose
from troth.processors.api import Unreachable
from troth.staff.api import Permission, acting_as_staff, current_member, describe_members, require_trained
from troth.ui.api import turn_page

HANDLE = f"staff:{Permission.HANDLE_PARCELS}"
_SHOWN = ("name", "shipping_address", "telephone")


@page(HANDLE)
def list_parcels(request: HttpRequest) -> HttpResponse:
    """Show one list: numbers, states and since when; no value of anybody."""
    chosen = request.GET.get("list", Pile.TO_PACK)
    pile = Pile(chosen) if chosen in list(Pile) else Pile.TO_PACK
    # A query set is a sequence in all that turning pages asks of it.
    shown = turn_page(request, cast("Sequence[Parcel]", list_pile(pile)))
    context = {
        "shown": shown,
        "pile": pile,
        "counts": {each.value: list_pile(each).count() for each in Pile if each is not Pile.ENDED},
        "owners": describe_members(str(each.taken_by) for each in shown if each.taken_by),
    }
    return render(request, "fulfilment/console/list.jinja", context)


@page(HANDLE)
def show_parcel(request: HttpRequest, number: str, count: int) -> HttpResponse:
    """Show one parcel: what is in it, how it stands, and what can be done with it."""
    return _show(request, _find(number, count))


@page(HANDLE, methods=("POST",))
def change_parcel(request: HttpRequest, number: str, count: int, verb: str) -> HttpResponse:
    """Do one thing with a parcel."""
    parcel = _find(number, count)
    act = _VERBS.get(verb)
    if act is None:
        raise Http404
    member_id = _require_trained(request)
    if verb not in _FREE:
        _require_in_hand(parcel, member_id)
    with acting_as_staff(request, purpose=Purpose.SHIPPING, case=case_of(parcel)):
        act(parcel, member_id)
    return see_other("fulfilment:parcel", number=number, count=count)


@page(HANDLE, methods=("POST",))
def reveal(request: HttpRequest, number: str, count: int) -> HttpResponse:
    """Show where a parcel goes, to whoever has it in hand; the client reads that it was shown, and on which parcel."""
    parcel = _find(number, count)
    _require_trained(request)
    with acting_as_staff(request, purpose=Purpose.SHIPPING, case=case_of(parcel)):
        opened = find_contact(parcel).open(*_SHOWN)
    return _show(request, parcel, address=[opened.show(name) for name in _SHOWN if opened.show(name)])


@page(HANDLE, methods=("POST",))
def label(request: HttpRequest, number: str, count: int) -> HttpResponse:
    """Ask the carrier for its ways to send a parcel; with a way that was chosen, make the label."""
    parcel = _find(number, count)
    _require_in_hand(parcel, _require_trained(request))
    adapter = BY_HAND if request.POST.get("by") == BY_HAND else ""
    with acting_as_staff(request, purpose=Purpose.SHIPPING, case=case_of(parcel)):
        try:
            if check_address(parcel, adapter=adapter) is False:
                return see_other("fulfilment:parcel", number=number, count=count)
            rates = list_rates(parcel, adapter=adapter)
            form = WayForm(request.POST if "way" in request.POST else None, rates=rates)
            if not form.is_valid():
                return _show(request, parcel, offered=form, by=adapter)
            make_label(parcel, rate_ref=form.cleaned_data["way"], adapter=adapter)
        except (Refused, Unreachable) as error:
            return _show(request, _find(number, count), told=error)
    return see_other("fulfilment:parcel", number=number, count=count)


@page(HANDLE, methods=("POST",))
def fetch_label(request: HttpRequest, number: str, count: int) -> HttpResponse:
    """Send the label to be printed: a look at name and address, by whoever has the parcel in hand."""
    parcel = _find(number, count)
    _require_trained(request)
    with acting_as_staff(request, purpose=Purpose.SHIPPING, case=case_of(parcel)):
        try:
            content = print_label(parcel)
        except (Refused, Unreachable) as error:
            return _show(request, parcel, told=error)
    return _send_pdf(content, f"label-{parcel.number}.pdf")


@page(HANDLE)
def fetch_slip(_request: HttpRequest, number: str, count: int) -> HttpResponse:
    """Send the packing slip: what is in the parcel, for whoever packs it and whoever opens it; no name, no price."""
    from troth.fulfilment.slip import draw_slip

    parcel = _find(number, count)
    return _send_pdf(draw_slip(parcel), f"slip-{parcel.number}.pdf")


@page(HANDLE, methods=("POST",))
def track(request: HttpRequest, number: str, count: int) -> HttpResponse:
    """Note the number that the counter gave."""
    parcel = _find(number, count)
    _require_in_hand(parcel, _require_trained(request))
    form = NumberForm(request.POST)
    if not form.is_valid():
        return _show(request, parcel, tracking=form, status=422)
    with acting_as_staff(request, purpose=Purpose.SHIPPING, case=case_of(parcel)):
        note_tracking(parcel, number=form.cleaned_data["number"])
    return see_other("fulfilment:parcel", number=number, count=count)


# -- Inside ------------------------------------------------------------------------------------------------------------


def _show(request: HttpRequest, parcel: Parcel, *, status: int = 200, **more: object) -> HttpResponse:
    """Show one parcel.

    Beside it may stand ``address``, the lines that were revealed; ``offered``, the form of the carrier's ways, and
    ``by``, by which adapter they were asked for; ``tracking``, the form of the counter's number; ``told``, what failed.
    """
    member = current_member(request)
    owner = describe_members([str(parcel.taken_by)]).get(str(parcel.taken_by), "") if parcel.taken_by else ""
    context = {
        "parcel": parcel,
        "contents": list_contents(parcel),
        "steps": list(ParcelStep.objects.filter(parcel=parcel)),
        "mine": parcel.taken_by == member.id,
        "open": parcel.state in OPEN,
        "owner": owner,
        "member": member,
        "replacement": Parcel.objects.select_related("order").filter(replaces=parcel).first(),
        "tracking": NumberForm(initial={"number": parcel.tracking_number}),
        "may_track": parcel.has_label and (parcel.adapter == BY_HAND or not parcel.tracking_number),
        "address": (),
        "offered": None,
        "by": "",
        "told": None,
        **more,
    }
    return render(request, "fulfilment/console/parcel.jinja", context, status=status)


def _find(number: str, count: int) -> Parcel:
    parcel = find_parcel(number, count)
    if parcel is None:
        raise Http404
    return parcel


def _require_trained(request: HttpRequest) -> UUID:
    member = current_member(request)
    require_trained(str(member.id), at=clock.now())
    return member.id


def _require_in_hand(parcel: Parcel, member_id: UUID) -> None:
    if parcel.taken_by != member_id:
        raise Refused(
            _("Somebody else has this parcel in hand, or nobody has."),
            kept=_("Nothing was changed."),
            next_step=_("Take it first."),
        )


def _send_pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _on_held(act: Callable[[Parcel], object]) -> Callable[[Parcel, UUID], None]:
    def do(parcel: Parcel, _member_id: UUID) -> None:
        with packing.held(parcel) as fresh:
            act(fresh)

    return do


def _note_fine(parcel: Parcel) -> None:
    if parcel.waits_for == Waits.CARRIER and parcel.state == ParcelState.SHIPPED:
        set_waiting(parcel, Waits.NOTHING)


_VERBS: dict[str, Callable[[Parcel, UUID], object]] = {
    "take": packing.take_parcel,
    "release": packing.give_back,
    "pack": lambda parcel, _member: packing.pack_parcel(parcel),
    "unpack": lambda parcel, _member: packing.unpack_parcel(parcel),
    "ship": lambda parcel, _member: packing.ship_parcel(parcel),
    "look": lambda parcel, _member: tracking.look_where(parcel) if parcel.parcel_ref else None,
    "delivered": _on_held(tracking.note_delivered),
    "returning": _on_held(tracking.note_coming_back),
    "here": _on_held(lambda parcel: tracking.note_here_again(parcel, whole=True)),
    "damaged": _on_held(lambda parcel: tracking.note_here_again(parcel, whole=False)),
    "lost": _on_held(tracking.note_lost),
    "again": _on_held(tracking.send_again),
    "fine": _on_held(_note_fine),
}
_FREE = frozenset({"take", "again"})
"""What needs no parcel in hand: taking it, and deciding about one that is lost."""
