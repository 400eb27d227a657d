"""Passkeys (W3C Web Authentication, level 3): what the browser is asked, and the check of what it answers.

A passkey is bound to the host of the page on which it was made. The site answers at its public address and, on the
machine itself, at ``localhost``; a bare address such as 127.0.0.1 cannot have passkeys at all. A browser does not tell
one port of a host from another, so we do: a passkey of localhost answers to this site's port alone, not to whatever
else of the machine hands its questions on. The challenge lies in the sealed session and is good for one answer.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from troth.accounts.models import Factor, FactorKind
from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.errors import Refused
from troth.kernel.operator import read_operator
from troth.kernel.purposes import Purpose
from troth.vault.api import find_subjects

_CHALLENGE = "passkey_challenge"
_MOST_CHARACTERS = 20_000
HTTPS = 443
"""The port that an address of HTTPS does not name."""


class PasskeyRefused(Refused):
    """An answer that is not that of a passkey of this account for this page; the message names no detail."""

    status = 422


@dataclass(frozen=True, slots=True)
class MadePasskey:
    """A passkey that was made just now.

    Arguments:
        credential_id: its number, in hexadecimal.
        credential: what its uses are checked with: ``public_key`` in base64url, and the ``host`` that it is bound to.
        counter: its count of signatures.
    """

    credential_id: str
    credential: dict[str, str]
    counter: int


def find_host(request: HttpRequest) -> str:
    """Return the host that passkeys of this page are bound to, or an empty text where there can be none."""
    host, _colon, port = request.get_host().lower().partition(":")
    if host == settings.ENVIRONMENT.site_host:
        return host
    return host if host == "localhost" and int(port or HTTPS) == settings.ENVIRONMENT.port else ""


def ask_to_make(request: HttpRequest, *, subject_id: UUID, user_name: str) -> str:
    """Return, as JSON, what the browser is asked in order to make a passkey; its challenge lies in the session.

    The passkey must be one that a device finds by itself and that checks who holds it, so that it is enough alone.
    """
    options = generate_registration_options(
        rp_id=_require_host(request),
        rp_name=read_operator().short_name,
        user_id=subject_id.bytes,
        user_name=user_name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_describe(_open_all(subject_id, host=find_host(request))),
    )
    _put_challenge(request, options.challenge)
    return options_to_json(options)


def check_made(request: HttpRequest, answer: str, *, subject_id: UUID) -> MadePasskey:
    """Return the passkey that the browser made for this client.

    Raises: PasskeyRefused where the answer is not right; Refused where the client has this passkey already.
    """
    host = _require_host(request)
    try:
        made = verify_registration_response(
            credential=_read(answer),
            expected_challenge=_take_challenge(request),
            expected_rp_id=host,
            expected_origin=_find_origin(host),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as error:
        raise _refuse() from error
    if made.credential_id.hex() in _open_all(subject_id, host=host):
        raise Refused(_("This passkey is registered already."), kept=_("Nothing was changed."))
    return MadePasskey(
        credential_id=made.credential_id.hex(),
        credential={
            "public_key": bytes_to_base64url(made.credential_public_key),
            "host": host,
        },
        counter=made.sign_count,
    )


def ask_to_use(request: HttpRequest, *, subject_id: UUID | None = None) -> str:
    """Return, as JSON, what the browser is asked in order to use a passkey.

    Arguments:
        request: the page's request; the challenge lies in its session.
        subject_id: whose passkeys will do; None for anybody's, so that the page does not say who has an account.
    """
    known = _open_all(subject_id, host=find_host(request)) if subject_id else []
    options = generate_authentication_options(
        rp_id=_require_host(request),
        allow_credentials=_describe(known) or None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    _put_challenge(request, options.challenge)
    return options_to_json(options)


def check_used(request: HttpRequest, answer: str, *, subject_id: UUID | None = None) -> UUID:
    """Return whose passkey signed the challenge; raise PasskeyRefused where it is none, or another's than asked for.

    A count of signatures that does not grow is the sign of a copied passkey (7.2, step 22); it is refused as well.
    """
    credential = _read(answer)
    challenge, host = _take_challenge(request), _require_host(request)
    factor = _find_factor(credential)
    if factor is None or (subject_id is not None and factor.subject_id != subject_id):
        raise _refuse()
    with acting(actor=client(factor.subject_id), purpose=Purpose.SECURITY):
        stored = factor.open("credential").credential
    try:
        used = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=host,
            expected_origin=_find_origin(host),
            credential_public_key=base64url_to_bytes(stored["public_key"]),
            credential_current_sign_count=factor.counter,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as error:
        raise _refuse() from error
    same_count = Factor.objects.filter(pk=factor.pk, counter=factor.counter)
    if not same_count.update(counter=used.new_sign_count, used_on=clock.today()):
        raise _refuse()
    return factor.subject_id


def has_passkey(subject_id: UUID) -> bool:
    """Return whether the client has a passkey, on whichever host."""
    return Factor.objects.filter(subject_id=subject_id, kind=FactorKind.PASSKEY).exists()


# -- Inside -----------------------------------------------------------------------------------------------------------


def _require_host(request: HttpRequest) -> str:
    host = find_host(request)
    if not host:
        raise Refused(
            _("Passkeys do not work at this address."),
            next_step=_("Open %(site)s instead.") % {"site": settings.ENVIRONMENT.site},
        )
    return host


def _find_origin(host: str) -> str:
    """Return the origin that the browser must have seen: the public one, or this site's on its own machine."""
    environment = settings.ENVIRONMENT
    if host == environment.site_host:
        return str(environment.site)
    return f"https://{host}" if environment.port == HTTPS else f"https://{host}:{environment.port}"


def _find_factor(credential: dict[str, Any]) -> Factor | None:
    """Return the stored passkey of this number."""
    try:
        credential_id = base64url_to_bytes(credential["rawId"]).hex()
    except (KeyError, TypeError, ValueError):
        return None
    subjects = find_subjects(Factor.credential_id, credential_id)
    for factor in Factor.objects.filter(subject_id__in=subjects, kind=FactorKind.PASSKEY):
        with acting(actor=client(factor.subject_id), purpose=Purpose.SECURITY):
            if factor.open("credential_id").credential_id == credential_id:
                return factor
    return None


def _open_all(subject_id: UUID, *, host: str) -> list[str]:
    """Return the numbers of the client's passkeys that are bound to this host."""
    numbers = []
    with acting(actor=client(subject_id), purpose=Purpose.SECURITY):
        for factor in Factor.objects.filter(subject_id=subject_id, kind=FactorKind.PASSKEY):
            opened = factor.open("credential_id", "credential")
            if opened.credential["host"] == host:
                numbers.append(opened.credential_id)
    return numbers


def _describe(numbers: Sequence[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=bytes.fromhex(number)) for number in numbers]


def _put_challenge(request: HttpRequest, challenge: bytes) -> None:
    request.session[_CHALLENGE] = bytes_to_base64url(challenge)


def _take_challenge(request: HttpRequest) -> bytes:
    """Return the challenge that was given out last, and forget it: it is good for one answer."""
    challenge = request.session.pop(_CHALLENGE, "")
    if not challenge:
        raise _refuse()
    return base64url_to_bytes(challenge)


def _read(answer: str) -> dict[str, Any]:
    try:
        read = json.loads(answer[:_MOST_CHARACTERS])
    except ValueError:
        raise _refuse() from None
    if not isinstance(read, dict):
        raise _refuse()
    return read


def _refuse() -> PasskeyRefused:
    return PasskeyRefused(
        _("This passkey was not accepted."),
        kept=_("Nothing was changed."),
        next_step=_("Open the page again and try once more, or take another way."),
    )
