"""The steps that a sign-in may still ask for after its first thing, and the check of a code in any of them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from troth.accounts.actions.factors import use_recovery_code
from troth.accounts.factors import codes, recovery
from troth.accounts.gates import METHODS, SECOND_FACTORS, Method, mark_fresh
from troth.accounts.models import Account, AccountState
from troth.accounts.queries import has_second_factor
from troth.accounts.sign_in import Pending, steps
from troth.accounts.visitors import require_subject, see_other
from troth.kernel.acting import acting, client
from troth.kernel.purposes import Purpose


def register() -> None:
    """Register the steps, in their order; called once, at start-up."""
    steps.register("second_factor", ask_second_factor)
    steps.register("coming_back", ask_to_come_back)


def ask_second_factor(_request: HttpRequest, account: Account, pending: Pending) -> HttpResponse | None:
    """Ask for a second factor where the account has one and none was shown; a passkey is both factors at once."""
    if not SECOND_FACTORS.isdisjoint(pending.methods) or not has_second_factor(account.id):
        return None
    return see_other("accounts:second_factor")


def ask_to_come_back(_request: HttpRequest, account: Account, _pending: Pending) -> HttpResponse | None:
    """Ask the owner of a deactivated or leaving account whether it wants to come back."""
    if account.state in {AccountState.DEACTIVATED, AccountState.LEAVING}:
        return see_other("accounts:come_back")
    return None


def check_any_code(subject_id: UUID, code: str) -> Method | None:
    """Return by what method a code is right, a generator's or a recovery code, or None; either is then used up.

    Raises TooMany where the next try of a generator's code is not due yet.
    """
    if recovery.looks_like_one(code):
        with acting(actor=client(subject_id), purpose=Purpose.SECURITY):
            return Method.RECOVERY_CODE if use_recovery_code(subject_id=subject_id, code=code) else None
    return Method.CODE if codes.check_code(subject_id, code) else None


def needs_code(request: HttpRequest) -> bool:
    """Return whether the account has a second factor that this session has not shown, as a kept sign-in has not."""
    shown = request.session.get(METHODS, [])
    return has_second_factor(require_subject(request)) and SECOND_FACTORS.isdisjoint(shown)


def step_up(request: HttpRequest, *methods: Method) -> None:
    """Note that the client showed again to be the one, by these methods, under a new session cookie."""
    request.session[METHODS] = sorted({*request.session.get(METHODS, []), *map(str, methods)})
    mark_fresh(request)
