"""Our hold on the package's judgements: it speaks OAuth 2.0 and OpenID Connect, and this says what is kept of it.

What is narrowed here: codes and tokens are kept as digests, a code that is shown twice ends what came of it, "plain"
PKCE and every flow but the code flow are refused, no list of identity tokens is kept, no time of a sign-in is told, and
who is told what is decided at each use by ``actions.telling``.

Import this module once the apps are ready: the package asks for its models when it is imported.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils.crypto import constant_time_compare
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes
from oauthlib.oauth2.rfc6749 import errors

from troth.connect.actions import telling, tokens
from troth.connect.claims import PSEUDONYM, SCOPES
from troth.connect.digests import digest
from troth.connect.models import AccessToken, Code, Party, RefreshToken
from troth.kernel import clock

CODE_LIFE = timedelta(seconds=60)
S256 = "S256"


class Scopes(BaseScopes):  # type: ignore[misc]  # the package brings no types
    """What a site may ask for: what staff entered for it."""

    def get_all_scopes(self) -> dict[str, Any]:
        """Return every scope with its words."""
        return dict(SCOPES)

    def get_available_scopes(self, application: Party | None = None, **_rest: Any) -> list[str]:
        """Return those of one site."""
        return application.scope_names if application else list(SCOPES)

    def get_default_scopes(self, **_rest: Any) -> list[str]:
        """Return the least: a pseudonym."""
        return [PSEUDONYM.scope]


@dataclass(frozen=True, slots=True)
class _Issued:
    """An identity token that was given out: there is no list of them."""

    jti: str


class Validator(OAuth2Validator):  # type: ignore[misc]  # the package brings no types
    """Judges what sites ask; see the module's docstring."""

    oidc_claim_scope = None

    # -- Sites -------------------------------------------------------------------------------------------------------

    def _load_application(self, client_id: str, request: Any) -> Party | None:
        """Find the site in our list alone: the package would also fetch a site's description from its own server."""
        known = request.client
        if not (isinstance(known, Party) and known.client_id == client_id):
            known = Party.objects.filter(client_id=str(client_id).replace("\0", "")).first()
        party = known if known is not None and known.is_usable(request) else None
        request.client = party
        return party

    def _check_secret(self, provided_secret: str, stored_secret: str) -> bool:
        return bool(stored_secret) and constant_time_compare(digest(provided_secret), stored_secret)

    def authenticate_client_id(self, client_id: str, request: Any, *_args: Any, **_kwargs: Any) -> bool:
        """Let in by its name alone only a program that can keep no secret: PKCE is what it proves itself with."""
        party = self._load_application(client_id, request)
        return party is not None and not party.client_secret

    def validate_user(self, *_args: Any, **_kwargs: Any) -> bool:
        """Take no password from a site: it is typed on our own page."""
        return False

    # -- Codes -------------------------------------------------------------------------------------------------------

    def _create_authorization_code(self, request: Any, code: dict[str, str], expires: Any = None) -> Code:
        if request.code_challenge_method != S256 or not request.code_challenge:
            raise errors.InvalidRequestError(description="code_challenge_method must be S256.", request=request)
        return Code.objects.create(
            application=request.client,
            user=request.user,
            code=digest(code["code"]),
            expires=expires or clock.now() + CODE_LIFE,
            redirect_uri=request.redirect_uri,
            scope=" ".join(request.scopes),
            code_challenge=request.code_challenge,
            code_challenge_method=request.code_challenge_method,
            nonce=(request.nonce or "")[:255],
        )

    def validate_code(
        self, client_id: str, code: str, client: Party, request: Any, *_args: Any, **_kwargs: Any
    ) -> bool:
        """Return whether the code can be changed for a token; one that was used before ends what came of it."""
        rows = Code.objects.select_for_update().filter(code=digest(code), application=client)
        row = rows.first()
        if row is None:
            return False
        if row.used_at is not None:
            tokens.end_after_replay(row)
            return False
        if row.is_expired() or not row.user.is_active:
            return False
        request.scopes, request.user = row.scope.split(), row.user
        request.nonce = row.nonce or None
        return True

    def confirm_redirect_uri(
        self, client_id: str, code: str, redirect_uri: str, client: Party, *_args: Any, **_kwargs: Any
    ) -> bool:
        """Return whether the code was sent to this address."""
        return bool(super().confirm_redirect_uri(client_id, digest(code), redirect_uri, client))

    def get_code_challenge(self, code: str, request: Any) -> Any:
        """Return what the site has to prove."""
        return super().get_code_challenge(digest(code), request)

    def get_code_challenge_method(self, code: str, request: Any) -> Any:
        """Return how it proves it."""
        return super().get_code_challenge_method(digest(code), request)

    def get_authorization_code_scopes(self, client_id: str, code: str, redirect_uri: str, request: Any) -> Any:
        """Return what the code is for."""
        return super().get_authorization_code_scopes(client_id, digest(code), redirect_uri, request)

    def get_authorization_code_nonce(self, client_id: str, code: str, redirect_uri: str, request: Any) -> Any:
        """Return the site's own word, to be given back."""
        return super().get_authorization_code_nonce(client_id, digest(code), redirect_uri, request)

    def invalidate_authorization_code(
        self, client_id: str, code: str, request: Any, *_args: Any, **_kwargs: Any
    ) -> None:
        """Note that the code was used. It stays until it is old, so that its second use is seen."""
        unused = Code.objects.filter(code=digest(code), application=request.client, used_at=None)
        if not unused.update(used_at=clock.now()):
            raise errors.InvalidGrantError(request=request)

    # -- Tokens ------------------------------------------------------------------------------------------------------

    def _check_and_set_request_resource(self, request: Any) -> None:
        request.resource = []

    def _create_access_token(
        self, expires: Any, request: Any, token: dict[str, str], source_refresh_token: RefreshToken | None = None
    ) -> AccessToken:
        return AccessToken.objects.create(
            user=request.user,
            application=request.client,
            scope=token["scope"],
            expires=expires,
            token_checksum=digest(token["access_token"]),
            source_refresh_token=source_refresh_token,
        )

    def _create_refresh_token(
        self, request: Any, refresh_token_code: str, access_token: AccessToken, previous: RefreshToken | None
    ) -> RefreshToken:
        return RefreshToken.objects.create(
            user=request.user,
            application=request.client,
            access_token=access_token,
            token_family=previous.token_family if previous else uuid4(),
            token_checksum=digest(refresh_token_code),
        )

    def validate_refresh_token(
        self, refresh_token: str, client: Party, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Return whether a token can be renewed: not after the client ended the connection."""
        good = super().validate_refresh_token(refresh_token, client, request, *args, **kwargs)
        return bool(good) and request.user.is_active and telling.is_connected(request.user.pk, client)

    def validate_bearer_token(self, token: str, scopes: Any, request: Any) -> bool:
        """Return whether a token can be used: by a site that may ask, about a client who still agrees."""
        if not super().validate_bearer_token(token, scopes, request):
            return False
        if request.user.is_active and telling.is_connected(request.user.pk, request.client):
            return True
        request.oauth2_error = {"error": "invalid_token", "error_description": "The connection was ended."}
        return False

    # -- What is told ------------------------------------------------------------------------------------------------

    def _save_id_token(self, jti: UUID, request: Any, expires: Any, *_args: Any, **_kwargs: Any) -> _Issued:
        return _Issued(str(jti))

    def _load_id_token(self, token: str) -> None:
        """Know no identity token: it says who came, and opens nothing."""

    def get_claim_dict(self, request: Any) -> dict[str, Any]:
        """Return what an identity token says: the pseudonym, and it alone."""
        return telling.tell(request.client, request.user.pk, [PSEUDONYM.scope])

    def get_id_token_dictionary(self, token: Any, token_handler: Any, request: Any) -> tuple[dict[str, Any], Any]:
        """Return the identity token's content, without the time of a sign-in: nobody here keeps it."""
        claims, expires = super().get_id_token_dictionary(token, token_handler, request)
        claims.pop("auth_time", None)
        return claims, expires

    def get_userinfo_claims(self, request: Any) -> dict[str, Any]:
        """Return what the site may learn at this moment."""
        return telling.tell(request.client, request.user.pk, request.scopes)

    def validate_silent_login(self, _request: Any) -> bool:
        """Leave it to the page, which only a client who is signed in reaches."""
        return True

    def validate_silent_authorization(self, _request: Any) -> bool:
        """Leave it to the page, which knows what the client said before."""
        return True
