"""Sites, pseudonyms, codes and tokens.

These take the place of the tables of ``oauth2_provider``, which has none here: its own hold codes and tokens that can
be read and used, a list of identity tokens, and columns for flows that are closed. Ours hold digests, and no address,
no browser and no time of use. The names of the columns are those that the package asks for.
"""

from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from oauthlib.oauth2.rfc6749.errors import MissingRedirectURIError

from troth.kernel import clock
from troth.kernel.ids import new_id

RECIPIENT = "party-"
"""How the key of a recipient begins that is a site the client connected."""


class Party(models.Model):
    """A site that may ask: registered by staff, as a recipient with its own list of claims.

    Arguments:
        key: its short name in the record of what left.
        sector: the host whose sites share one pseudonym (OpenID Connect, 8.1).
        client_secret: a digest of the secret; empty for a program that can keep none.
        redirect_uris: where answers may go, one a line, compared letter by letter.
        scopes: what it may ask for, with a space between.
        ended_at: when staff ended it; it is then told nothing more.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    what_for = models.CharField(max_length=300)
    statement_url = models.URLField(max_length=300)
    sector = models.CharField(max_length=120)
    client_id = models.CharField(max_length=60, unique=True)
    client_secret = models.CharField(max_length=64, blank=True, default="")
    redirect_uris = models.TextField()
    scopes = models.CharField(max_length=200)
    registered_at = models.DateTimeField(default=clock.now, editable=False)
    ended_at = models.DateTimeField(null=True)

    not_personal: ClassVar[dict[str, str]] = {
        "key": "The short name of an organisation.",
        "name": "The name of an organisation.",
        "what_for": "What an organisation does with the answer.",
        "statement_url": "The address of an organisation’s own privacy statement.",
        "sector": "The host of an organisation.",
        "client_id": "A drawn name of an organisation’s program.",
        "client_secret": "A digest of a drawn secret of an organisation’s program.",
        "redirect_uris": "Addresses of an organisation’s program.",
        "scopes": "Words of a closed list.",
    }
    # What the package asks of a site; one answer fits all of ours.
    authorization_grant_type = "authorization-code"
    algorithm = "RS256"
    allowed_origins = ""

    class Meta:
        """Listed by name."""

        verbose_name_plural = _("Sites that may ask for membership")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def recipient(self) -> str:
        """Its key in the record of what left."""
        return f"{RECIPIENT}{self.key}"

    @property
    def client_type(self) -> str:
        """Whether it can keep a secret, in the package's words."""
        return "confidential" if self.client_secret else "public"

    @property
    def scope_names(self) -> list[str]:
        """What it may ask for."""
        return self.scopes.split()

    @property
    def default_redirect_uri(self) -> str:
        """There is none: a site says each time where its answer goes."""
        raise MissingRedirectURIError

    def redirect_uri_allowed(self, uri: str) -> bool:
        """Return whether an answer may go there: letter by letter one of those that staff entered (RFC 9700, 2.1)."""
        return uri in self.redirect_uris.split()

    def origin_allowed(self, _origin: str) -> bool:
        """Return False: no script of another page talks to us."""
        return False

    def allows_grant_type(self, *kinds: str) -> bool:
        """Return whether it may go this way: by code alone."""
        return self.authorization_grant_type in kinds

    def is_usable(self, _request: Any) -> bool:
        """Return whether it may still ask."""
        return self.ended_at is None

    @property
    def jwk_key(self) -> Any:
        """The key with which its identity tokens are signed."""
        from troth.connect.keys import read_key

        return read_key()


class Pseudonym(models.Model):
    """What the sites of one sector know a client by: drawn, so that no key and no account leads from one to another."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_id = models.UUIDField(db_index=True, editable=False)
    sector = models.CharField(max_length=120)
    value = models.CharField(max_length=43, unique=True)

    not_personal: ClassVar[dict[str, str]] = {
        "sector": "The host of an organisation.",
        "value": "A drawn word that says nothing of the person.",
    }

    class Meta:
        """One a sector."""

        verbose_name_plural = _("Pseudonyms for connected sites")
        constraints = [models.UniqueConstraint(fields=["subject_id", "sector"], name="pseudonym_one_a_sector")]

    def __str__(self) -> str:
        return f"pseudonym {self.pk}"


class Connection(models.Model):
    """That a client connected a site, and what it had asked for then; what it may learn stands in ``disclosures``."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_id = models.UUIDField(db_index=True, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="connections")
    asked = models.CharField(max_length=200)
    made_at = models.DateTimeField(default=clock.now)

    not_personal: ClassVar[dict[str, str]] = {"asked": "Words of a closed list."}

    class Meta:
        """One a site."""

        verbose_name_plural = _("Connected sites")
        constraints = [models.UniqueConstraint(fields=["subject_id", "party"], name="connection_one_a_party")]

    def __str__(self) -> str:
        return f"connection {self.pk}"


class _Credential(models.Model):
    """What codes and tokens share."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    application = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")

    resource: ClassVar[list[str]] = []
    """No token is for one of several servers: there is one."""
    claims: ClassVar[str] = ""
    """A site asks by scopes."""

    class Meta:
        """No table of its own."""

        abstract = True

    @property
    def subject_id(self) -> UUID:
        """Whose it is."""
        return self.user_id


class Code(_Credential):
    """What a site changes for a token, once, within a minute. A digest: nobody can use what stands in the table."""

    code = models.CharField(max_length=64, unique=True)
    expires = models.DateTimeField()
    redirect_uri = models.TextField()
    scope = models.CharField(max_length=200)
    code_challenge = models.CharField(max_length=128)
    code_challenge_method = models.CharField(max_length=5)
    nonce = models.CharField(max_length=255, blank=True, default="")
    used_at = models.DateTimeField(null=True)

    not_backed_up = "A code that was used since would count again."
    not_personal: ClassVar[dict[str, str]] = {
        "code": "A digest of a drawn code.",
        "redirect_uri": "An address of an organisation’s program.",
        "scope": "Words of a closed list.",
        "code_challenge": "A digest that an organisation’s program drew.",
        "code_challenge_method": "One of a closed list.",
        "nonce": "A word that an organisation’s program drew.",
    }

    class Meta:
        """Named as the Admin page names it."""

        verbose_name_plural = _("Codes for connected sites")

    def __str__(self) -> str:
        return f"code {self.pk}"

    def is_expired(self) -> bool:
        """Return whether its minute is over."""
        return clock.now() >= self.expires

    def redirect_uri_allowed(self, uri: str) -> bool:
        """Return whether this is the address to which it was sent."""
        return uri == self.redirect_uri


class RefreshToken(_Credential):
    """What a site changes for the next token. One that is shown twice ends the whole family (RFC 9700, 4.14)."""

    token_checksum = models.CharField(max_length=64, unique=True)
    token_family = models.UUIDField(db_index=True)
    access_token = models.OneToOneField(
        "connect.AccessToken", on_delete=models.SET_NULL, null=True, related_name="refresh_token"
    )
    revoked = models.DateTimeField(null=True)

    not_backed_up = "A token that was ended since would count again."
    not_personal: ClassVar[dict[str, str]] = {"token_checksum": "A digest of a drawn token."}

    class Meta:
        """Named as the Admin page names it."""

        verbose_name_plural = _("Tokens for connected sites, to be renewed")

    def __str__(self) -> str:
        return f"refresh token {self.pk}"

    def revoke(self) -> None:
        """End it, and the token that it belongs to."""
        with transaction.atomic():
            if RefreshToken.objects.filter(pk=self.pk, revoked=None).update(revoked=clock.now()):
                AccessToken.objects.filter(refresh_token=self.pk).delete()

    @classmethod
    def revoke_family(cls, token_family: UUID | None) -> None:
        """End every token that came of one consent."""
        for token in cls.objects.filter(token_family=token_family):
            token.revoke()


class AccessToken(_Credential):
    """What a site shows when it asks. A digest, as with codes."""

    token_checksum = models.CharField(max_length=64, unique=True)
    expires = models.DateTimeField(db_index=True)
    scope = models.CharField(max_length=200)
    source_refresh_token = models.OneToOneField(
        RefreshToken, on_delete=models.SET_NULL, null=True, related_name="refreshed_access_token"
    )

    not_backed_up = "A token that was ended since would count again."
    not_personal: ClassVar[dict[str, str]] = {
        "token_checksum": "A digest of a drawn token.",
        "scope": "Words of a closed list.",
    }
    token: ClassVar[str] = ""
    """The token itself is nowhere."""

    class Meta:
        """Named as the Admin page names it."""

        verbose_name_plural = _("Tokens for connected sites")

    def __str__(self) -> str:
        return f"access token {self.pk}"

    @property
    def scopes(self) -> list[str]:
        """What it is for."""
        return self.scope.split()

    def is_expired(self) -> bool:
        """Return whether its time is over."""
        return clock.now() >= self.expires

    def allow_scopes(self, scopes: Any) -> bool:
        """Return whether it is for all of these."""
        return set(scopes or ()) <= set(self.scopes)

    def is_valid(self, scopes: Any = None) -> bool:
        """Return whether it can be used for these."""
        return not self.is_expired() and self.allow_scopes(scopes)

    def allows_audience(self, _uri: str) -> bool:
        """Return True: there is one server."""
        return True

    def revoke(self) -> None:
        """End it."""
        self.delete()
