"""The package's server, asked in our words: what a site wants, the way back to it, a token for a code, who asks.

Everything of the protocol's letter (parameters, errors, PKCE, rotation) is the package's; the pages are ours.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from troth.accounts.api import Account
from troth.connect.claims import CLAIMS, SCOPES
from troth.connect.models import Party
from troth.kernel.errors import Refused
from troth.ui.api import absolute_url


@dataclass(frozen=True, slots=True)
class Asked:
    """What a site asks for, found in order.

    Arguments:
        party: the site.
        scopes: what it asks for.
        prompt: how it wants the client to be asked, such as ``none`` or ``consent``; often empty.
        credentials: the package's own note of the request.
    """

    party: Party
    scopes: list[str]
    prompt: frozenset[str]
    credentials: dict[str, Any]


class SentBack(Exception):
    """The request was wrong, and its site can be told so: ``url`` leads back to it with the error."""

    def __init__(self, url: str) -> None:
        super().__init__("The site is told what was wrong.")
        self.url = url


@cache
def _core() -> Any:
    from oauth2_provider.oauth2_backends import get_oauthlib_core

    return get_oauthlib_core()


def read_request(request: HttpRequest) -> Asked:
    """Return what a site asks for by the address of the page.

    Raises:
        SentBack: it is wrong, and the site can be told.
        Refused: nobody knows the site, or the answer would go elsewhere; nothing leads away from here then.
    """
    from oauth2_provider.exceptions import FatalClientError, OAuthToolkitError
    from oauthlib.oauth2.rfc6749.errors import InvalidRequestError

    try:
        scopes, credentials = _core().validate_authorization_request(request)
        if request.GET.get("code_challenge_method") != "S256":
            error = InvalidRequestError(
                description="code_challenge_method must be S256.", request=credentials["request"]
            )
            raise OAuthToolkitError(error=error, redirect_uri=credentials["redirect_uri"])
    except FatalClientError as error:
        raise Refused(
            _("The site that sent you here did not say who it is, or asks us to answer somewhere else."),
            kept=_("Nothing was told to anybody."),
            next_step=_("Go back to it, and try again. If it happens again, tell the site."),
        ) from error
    except OAuthToolkitError as error:
        raise SentBack(_with_error(error.oauthlib_error)) from error
    party = Party.objects.get(client_id=credentials["client_id"])
    return Asked(party, list(scopes), frozenset(request.GET.get("prompt", "").split()), credentials)


def refuse(asked: Asked, error: str) -> str:
    """Return the way back to the site with an error, such as ``access_denied``."""
    state = asked.credentials.get("state")
    return _add(
        asked.credentials["redirect_uri"], {"error": error, "iss": issuer(), **({"state": state} if state else {})}
    )


def allow(request: HttpRequest, asked: Asked, account: Account, scopes: list[str]) -> str:
    """Return the way back to the site with a code for these scopes."""
    from oauth2_provider.exceptions import OAuthToolkitError

    request.user = account  # what the package reads; nobody else here does
    try:
        url, _headers, _body, _status = _core().create_authorization_response(
            request, scopes, dict(asked.credentials), allow=True
        )
    except OAuthToolkitError as error:
        raise SentBack(_with_error(error.oauthlib_error)) from error
    return str(url)


def exchange(request: HttpRequest) -> HttpResponse:
    """Return a token for a code or for a token to be renewed, or the error."""
    with transaction.atomic():
        _url, headers, body, status = _core().create_token_response(request)
    return _answer(headers, body, status)


def revoke(request: HttpRequest) -> HttpResponse:
    """End a token at its site's wish (RFC 7009)."""
    _url, headers, body, status = _core().create_revocation_response(request)
    return _answer(headers, body, status)


def userinfo(request: HttpRequest) -> HttpResponse:
    """Return what the site of the token may learn, or the error."""
    _url, headers, body, status = _core().create_userinfo_response(request)
    return _answer(headers, body, status)


def find_asker(request: HttpRequest, scope: str) -> tuple[Any, HttpResponse | None]:
    """Return the package's note of who asks with which token, or the error, for a token that has this scope."""
    good, found = _core().verify_request(request, [scope])
    if good:
        return found, None
    error: Mapping[str, str] = getattr(found, "oauth2_error", None) or {"error": "invalid_token"}
    status = 403 if error["error"] == "insufficient_scope" else 401
    answer = _answer({}, json.dumps({key: str(value) for key, value in error.items()}), status)
    answer["WWW-Authenticate"] = f'Bearer error="{error["error"]}", scope="{scope}"'
    return None, answer


def issuer() -> str:
    """Return the name by which sites know us."""
    return str(settings.ENVIRONMENT.site)


def describe() -> dict[str, Any]:
    """Return where what is, as programs look it up (OpenID Connect Discovery; RFC 8414)."""
    return {
        "issuer": issuer(),
        "authorization_endpoint": absolute_url(reverse("connect:authorize")),
        "token_endpoint": absolute_url(reverse("connect:token")),
        "userinfo_endpoint": absolute_url(reverse("connect:userinfo")),
        "revocation_endpoint": absolute_url(reverse("connect:revoke")),
        "jwks_uri": absolute_url(reverse("connect:keys")),
        "op_policy_uri": absolute_url(reverse("statement:current")),
        "scopes_supported": list(SCOPES),
        "claims_supported": [claim.name for claim in CLAIMS],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }


def _with_error(error: Any) -> str:
    return _add(error.redirect_uri or "", [*error.twotuples, ("iss", issuer())])


def _add(url: str, values: Any) -> str:
    parts = urlsplit(url)
    pairs = values.items() if isinstance(values, Mapping) else values
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *pairs])
    return urlunsplit(parts._replace(query=query))


def _answer(headers: Mapping[str, str], body: Any, status: int) -> HttpResponse:
    response = HttpResponse(body or "", status=status, content_type="application/json")
    for name, value in headers.items():
        if name.lower() not in {"content-type", "location", "access-control-allow-origin"}:
            response[name] = value
    response["Cache-Control"] = "no-store"
    return response
