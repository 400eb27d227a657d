"""Where organisations post. No form token comes with a post: the signature over the raw body is what counts."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from troth.kernel.pages import PUBLIC, page
from troth.processors.errors import Forged
from troth.processors.hooks.intake import take_card_event, take_parcel_event

LARGEST = 256 * 1024


@csrf_exempt
@page(PUBLIC, methods=("POST",))
def take_card(request: HttpRequest) -> HttpResponse:
    """Take an event of the card processor; answer fast, and do what follows in a task."""
    return _take(request, "Stripe-Signature", take_card_event)


@csrf_exempt
@page(PUBLIC, methods=("POST",))
def take_parcel(request: HttpRequest) -> HttpResponse:
    """Take an event of the parcel carrier, likewise."""
    return _take(request, "X-Hmac-Signature", take_parcel_event)


def _take(request: HttpRequest, header: str, take: Callable[..., bool]) -> HttpResponse:
    body = request.body
    if len(body) > LARGEST:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        take(body=body, signature=request.headers.get(header, ""))
    except Forged:
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    return HttpResponse(status=HTTPStatus.OK)
