"""Where a mail service posts what came for us: the mail as it came, signed. No form token comes with a post."""

from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from troth.kernel.pages import PUBLIC, page
from troth.kernel.signed_posts import is_genuine, read_secret
from troth.support.mailin.storing import take_mail
from troth.support.models.inbox import LARGEST_MAIL


@csrf_exempt
@page(PUBLIC, methods=("POST",))
def take_posted_mail(request: HttpRequest) -> HttpResponse:
    """Take one mail, all of the body (``message/rfc822``). The same bytes a second time are the same mail.

    Answers 204 when it is stored, a second time too; 400 for a post that is not signed; 413 for one that is too large.
    A site that has no secret for this has no such address.
    """
    secret = settings.ENVIRONMENT.mail_webhook_secret
    if read_secret(secret) is None:
        raise Http404
    # Read by hand: a mail may be larger than what the site takes of a form.
    body = request.read(LARGEST_MAIL + 1)
    if len(body) > LARGEST_MAIL:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if not body or not is_genuine(body, request.headers, secret=secret):
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    take_mail(body)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
