"""The public pages of the ledger: what an outsider keeps, so that the record cannot be rewritten unseen."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from troth.kernel.pages import PUBLIC, page
from troth.ledger.queries import latest_checkpoint

_PLAIN = "text/plain; charset=utf-8"


@page(PUBLIC)
def show_checkpoint(_request: HttpRequest) -> HttpResponse:
    """Answer with the latest signed checkpoint (C2SP tlog-checkpoint), byte for byte as it was signed."""
    checkpoint = latest_checkpoint()
    if checkpoint is None:
        return HttpResponse(_("Nothing is sealed yet."), content_type=_PLAIN, status=HTTPStatus.NOT_FOUND)
    response = HttpResponse(checkpoint.note, content_type=_PLAIN)
    response["Cache-Control"] = "no-cache"
    return response


@page(PUBLIC)
def show_key(_request: HttpRequest) -> HttpResponse:
    """Answer with the public key that the record trusts now (C2SP signed-note)."""
    checkpoint = latest_checkpoint()
    if checkpoint is None:
        return HttpResponse(_("Nothing is sealed yet."), content_type=_PLAIN, status=HTTPStatus.NOT_FOUND)
    return HttpResponse(f"{checkpoint.next_key or checkpoint.key}\n", content_type=_PLAIN)
