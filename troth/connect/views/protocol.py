"""What the programs of sites ask: where what is, keys, tokens, and what they may learn."""

import math

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from troth.connect import server
from troth.connect.actions.telling import tell
from troth.connect.claims import IS_MEMBER
from troth.connect.keys import public_keys
from troth.connect.pace import pace
from troth.kernel.errors import AccessDenied
from troth.kernel.pages import PUBLIC, page

_AN_HOUR = "public, max-age=3600"


@page(PUBLIC)
def discovery(_request: HttpRequest) -> HttpResponse:
    """Say where what is."""
    return _public(JsonResponse(server.describe()))


@page(PUBLIC)
def keys(_request: HttpRequest) -> HttpResponse:
    """Show the public part of the signing key."""
    return _public(JsonResponse(public_keys()))


@csrf_exempt
@page(PUBLIC, methods=("POST",))
def token(request: HttpRequest) -> HttpResponse:
    """Change a code, or a token to be renewed, for a token. The site proves itself by its secret, or by PKCE."""
    return server.exchange(request)


@csrf_exempt
@page(PUBLIC, methods=("POST",))
def revoke(request: HttpRequest) -> HttpResponse:
    """End a token at its site's wish."""
    return server.revoke(request)


@csrf_exempt
@page(PUBLIC, methods=("GET", "POST"))
def userinfo(request: HttpRequest) -> HttpResponse:
    """Tell the site of the token what it may learn now."""
    return server.userinfo(request)


@page(PUBLIC)
def membership(request: HttpRequest) -> HttpResponse:
    """Answer "is this a member?": yes or no, plan and last day, each as far as the client agreed to it."""
    asker, error = server.find_asker(request, IS_MEMBER.scope)
    if error is not None:
        return error
    if wait := pace.take(asker.client.pk, asker.user.pk):
        response = _refuse("slow_down", 429)
        response["Retry-After"] = str(math.ceil(wait.total_seconds()))
        return response
    try:
        told = tell(asker.client, asker.user.pk, asker.scopes)
    except AccessDenied:
        return _refuse("invalid_token", 401)
    if IS_MEMBER.name not in told:
        return _refuse("insufficient_scope", 403)
    response = JsonResponse(told)
    response["Cache-Control"] = "no-store"
    return response


def _refuse(error: str, status: int) -> HttpResponse:
    response = JsonResponse({"error": error}, status=status)
    response["Cache-Control"] = "no-store"
    if status in {401, 403}:
        response["WWW-Authenticate"] = f'Bearer error="{error}"'
    return response


def _public(response: JsonResponse) -> HttpResponse:
    response["Cache-Control"] = _AN_HOUR
    return response
