"""The pages of a member: where the membership stands, renewing, stopping, changing, gifts and places."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from troth.accounts.api import as_client, current_subject, require_subject
from troth.kernel.acting import acting, client
from troth.kernel.errors import Refused
from troth.kernel.ids import new_id
from troth.kernel.pages import CLIENT, PUBLIC, page
from troth.kernel.purposes import Purpose
from troth.orders.forms import BY_CARD
from troth.orders.memberships import books, changes, queries, sharing
from troth.orders.memberships.code import draw_code
from troth.orders.memberships.contacts import describe_card
from troth.orders.memberships.links import LinkKind, write_code
from troth.orders.models import Membership, Plan, Seat, SeatInvitation
from troth.orders.views.checkout import lead_to_payment
from troth.ui.api import absolute_url

_FORM = ("GET", "POST")
_POST = ("POST",)


@page(CLIENT)
def show_mine(request: HttpRequest) -> HttpResponse:
    """Show where the membership stands, what comes next, and all that can be done about it."""
    subject_id = require_subject(request)
    membership = queries.find_membership(subject_id)
    belonging = queries.find_belonging(subject_id)
    context: dict[str, object] = {
        "belonging": belonging,
        "membership": membership,
        "today": queries.today(),
        "seat": queries.find_seat(subject_id),
        "gifts": [(gift, _link("memberships:gift", LinkKind.GIFT, gift.pk)) for gift in sharing.list_gifts(subject_id)],
        "shop_url": _shop_url(),
    }
    if membership is not None:
        with as_client(request, purpose=Purpose.BILLING):
            context |= {"card": describe_card(subject_id), "renewal": queries.find_open_renewal(membership)}
        context |= {
            "standing": queries.standing_of(membership),
            "offers": changes.list_offers(membership),
            "free_seats": sharing.count_free_seats(membership),
            "seats": list(Seat.objects.filter(membership=membership, left_at=None)),
            "invitations": [
                (each, _link("memberships:seat", LinkKind.SEAT, each.pk))
                for each in sharing.list_invitations(membership)
            ],
            "key": new_id(),
        }
    return render(request, "orders/memberships/mine.jinja", context)


@page(CLIENT, methods=_FORM)
def renew(request: HttpRequest) -> HttpResponse:
    """Offer the plans to renew by, and go on to the payment of the one that was chosen."""
    membership = _require_membership(request)
    if request.method == "POST":
        plan = get_object_or_404(Plan, pk=_read_id(request, "plan"))
        with as_client(request, purpose=Purpose.ORDERS):
            order = books.place_order_by_hand(
                membership, plan=plan, key=_read_id(request, "key"), by_card=request.POST.get("renewal") == BY_CARD
            )
            return lead_to_payment(request, order)
    context = {
        "membership": membership,
        "standing": queries.standing_of(membership),
        "offers": changes.list_plans_to_renew(membership),
        "key": new_id(),
        "key_alone": new_id(),
    }
    return render(request, "orders/memberships/renew.jinja", context)


@page(CLIENT, methods=_POST)
def stop(request: HttpRequest) -> HttpResponse:
    """Stop the renewal."""
    with as_client(request, purpose=Purpose.ORDERS):
        changes.stop_renewal(_require_membership(request))
    return _to_mine()


@page(CLIENT, methods=_POST)
def resume(request: HttpRequest) -> HttpResponse:
    """Resume the renewal."""
    with as_client(request, purpose=Purpose.ORDERS):
        changes.resume_renewal(_require_membership(request))
    return _to_mine()


@page(PUBLIC, methods=_FORM)
def stop_by_link(request: HttpRequest, code: str) -> HttpResponse:
    """Ask once, and stop the renewal to which the link of a mail belongs. Nobody need sign in; nothing is shown."""
    done = False
    if request.method == "POST":
        changes.stop_by_link(code)
        done = True
    elif changes.find_by_link(code) is None:
        raise Http404
    response = render(request, "orders/memberships/stop.jinja", {"code": code, "done": done})
    response["Cache-Control"] = "no-store"
    return response


@page(CLIENT, methods=_POST)
def change(request: HttpRequest) -> HttpResponse:
    """Change the plan: at once by an order for the difference, or from the end of the term."""
    membership = _require_membership(request)
    wanted = request.POST.get("plan", "")
    plan = get_object_or_404(Plan, pk=_read_id(request, "plan")) if wanted else None
    with as_client(request, purpose=Purpose.ORDERS):
        if plan is not None and request.POST.get("when") == "now":
            return lead_to_payment(request, changes.change_now(membership, plan, key=_read_id(request, "key")))
        changes.change_at_end(membership, plan)
    return _to_mine()


# -- The membership card -----------------------------------------------------------------------------------------------


@page(CLIENT)
def show_card(request: HttpRequest) -> HttpResponse:
    """Show the membership card: number, plan, until when, and a code with the number alone for the door."""
    belonging = queries.find_belonging(require_subject(request))
    if belonging is None or not belonging.standing.is_member:
        return _to_mine()
    return render(request, "orders/memberships/card.jinja", {"belonging": belonging})


@page(CLIENT)
def download_card(request: HttpRequest) -> HttpResponse:
    """Hand out the membership card as PDF."""
    # What draws a PDF is large, and a process that never hands one out does without.
    from troth.orders.memberships.pdf import draw_card

    belonging = queries.find_belonging(require_subject(request))
    if belonging is None or not belonging.standing.is_member:
        return _to_mine()
    response = HttpResponse(draw_card(belonging), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{belonging.number}.pdf"'
    return response


@page(CLIENT)
def show_code(request: HttpRequest) -> HttpResponse:
    """Hand out the code of the member's number as a picture."""
    belonging = queries.find_belonging(require_subject(request))
    if belonging is None:
        raise Http404
    return HttpResponse(draw_code(belonging.number), content_type="image/svg+xml")


# -- Gifts and places --------------------------------------------------------------------------------------------------


@page(PUBLIC)
def show_gift(request: HttpRequest, code: str) -> HttpResponse:
    """Show what is given, and how to redeem it; who gave it is not told."""
    gift = sharing.find_gift(code)
    context = {"gift": gift, "code": code, "is_client": _note_way_back(request)}
    return render(request, "orders/memberships/gift.jinja", context, status=200 if gift else 410)


@page(CLIENT, methods=_FORM)
def redeem_gift(request: HttpRequest, code: str) -> HttpResponse:
    """Redeem a gift for who is signed in."""
    if request.method == "POST":
        with as_client(request, purpose=Purpose.ORDERS):
            sharing.redeem_gift(code, require_subject(request))
        return _to_mine()
    return show_gift(request, code=code)  # type: ignore[return-value]


@page(PUBLIC)
def show_seat(request: HttpRequest, code: str) -> HttpResponse:
    """Show that a place is offered, and how to take it; whose membership it is, is not told."""
    found = sharing.find_invitation(code)
    context = {"invitation": found, "code": code, "is_client": _note_way_back(request)}
    return render(request, "orders/memberships/seat.jinja", context, status=200 if found else 410)


@page(CLIENT, methods=_FORM)
def take_seat(request: HttpRequest, code: str) -> HttpResponse:
    """Take a place for who is signed in."""
    if request.method == "POST":
        with as_client(request, purpose=Purpose.ORDERS):
            sharing.take_seat(code, require_subject(request))
        return _to_mine()
    return show_seat(request, code=code)  # type: ignore[return-value]


@page(CLIENT, methods=_POST)
def offer_seat(request: HttpRequest) -> HttpResponse:
    """Offer a place by a link."""
    with as_client(request, purpose=Purpose.ORDERS):
        sharing.offer_seat(_require_membership(request))
    return _to_mine()


@page(CLIENT, methods=_POST)
def withdraw_seat(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Take an offered place back."""
    own = SeatInvitation.objects.filter(subject_id=require_subject(request))
    with as_client(request, purpose=Purpose.ORDERS):
        sharing.withdraw_invitation(get_object_or_404(own, pk=invitation_id))
    return _to_mine()


@page(CLIENT, methods=_POST)
def end_seat(request: HttpRequest, seat_id: UUID) -> HttpResponse:
    """End a place: one's own, or one in one's own membership."""
    subject_id = require_subject(request)
    seat = get_object_or_404(Seat.objects.select_related("membership"), pk=seat_id)
    if subject_id not in {seat.subject_id, seat.membership.subject_id}:
        raise Http404
    with acting(actor=client(subject_id), purpose=Purpose.ORDERS):
        sharing.leave_seat(seat)
    return _to_mine()


WAY_BACK = "memberships_way_back"
"""Where in a visitor's session the page is noted to which registering or signing in leads back."""


def lead_back(request: HttpRequest) -> str:
    """Return the page of a gift or a place from which somebody went to register or to sign in; empty where none is."""
    return str(request.session.pop(WAY_BACK, ""))


def _note_way_back(request: HttpRequest) -> bool:
    """Return whether a client is signed in; where not, note the page, so that registering leads back to it."""
    if current_subject(request) is not None:
        return True
    request.session[WAY_BACK] = request.path
    return False


# -- Parts -------------------------------------------------------------------------------------------------------------


def _require_membership(request: HttpRequest) -> Membership:
    membership = queries.find_membership(require_subject(request))
    if membership is None:
        raise Refused(
            _("You have no membership of your own."),
            next_step=_("Choose one in the shop."),
        )
    return membership


def _read_id(request: HttpRequest, name: str) -> UUID:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise Refused(
            _("This form is not complete."), next_step=_("Open the page again, and send it from there.")
        ) from None


def _link(name: str, kind: LinkKind, row_id: UUID) -> str:
    return absolute_url(reverse(name, kwargs={"code": write_code(kind, row_id)}))


def _to_mine() -> HttpResponse:
    return HttpResponseRedirect(reverse("memberships:mine"), status=303)


def _shop_url() -> str:
    for name in ("orders:shop", "orders:catalogue"):
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return "/"
