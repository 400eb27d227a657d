"""One-time codes of six digits (RFC 6238): the generator's secret, its picture, and the check of a code."""

from uuid import UUID

import pyotp
import segno
from django.utils.translation import gettext as _

from troth.accounts import limits
from troth.accounts.models import Factor, FactorKind
from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.operator import read_operator
from troth.kernel.purposes import Purpose

DIGITS = 6
TRIES = "second_factor"
_STEP = 30
_SLACK = 1
"""Steps before and after the present one that are taken as well, for a clock that is wrong (RFC 6238, 5.2)."""


def make_seed() -> str:
    """Return a fresh secret of 160 random bits in base 32 (RFC 4226, 4, asks for that many)."""
    return str(pyotp.random_base32(32))


def write_address(seed: str, *, user_name: str) -> str:
    """Return the ``otpauth`` address that a generator reads from the picture."""
    return str(pyotp.TOTP(seed).provisioning_uri(name=user_name, issuer_name=read_operator().short_name))


def draw_picture(address: str) -> str:
    """Return the address as a QR code: SVG without any style of its own, so that the page's policy lets it stand."""
    return str(segno.make(address, error="m").svg_inline(scale=5, border=4, dark="#000", light="#fff", svgclass="qr"))


def spell_seed(seed: str) -> str:
    """Return the secret in groups of four, for who types it."""
    return " ".join(seed[start : start + 4] for start in range(0, len(seed), 4))


def find_step(seed: str, code: str) -> int | None:
    """Return the step whose code this is, the present one or a neighbour, or None."""
    generator = pyotp.TOTP(seed)
    present = int(clock.now().timestamp()) // _STEP
    for step in range(present - _SLACK, present + _SLACK + 1):
        if generator.verify(code, for_time=step * _STEP):
            return step
    return None


def check_code(subject_id: UUID, code: str) -> bool:
    """Return whether this is a code of the client's generator that was not used yet; from then on it is used.

    Of one step and of those before it no code is taken again, so that who looked over a shoulder comes too late
    (RFC 6238, 5.2). Raises TooMany where the next try is not due yet.
    """
    factor = Factor.objects.filter(subject_id=subject_id, kind=FactorKind.CODES).first()
    limits.count_try(TRIES, str(subject_id), way_out=_("Use a passkey or a recovery code, or write to us."))
    if factor is None:
        return False
    with acting(actor=client(subject_id), purpose=Purpose.SECURITY):
        seed = factor.open("credential").credential["seed"]
    step = find_step(seed, "".join(code.split()))
    if step is None or not _use_step(factor, step):
        return False
    limits.forget_tries(TRIES, str(subject_id))
    return True


def _use_step(factor: Factor, step: int) -> bool:
    unused = Factor.objects.filter(pk=factor.pk, counter__lt=step)
    return bool(unused.update(counter=step, used_on=clock.today()))
