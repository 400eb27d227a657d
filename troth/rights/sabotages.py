"""The deliberate breaches of what this room promises, for the drills. None knows how the checks look."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from troth.accounts import api as accounts
from troth.accounts.api import Profile
from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.ids import new_id
from troth.kernel.purposes import Purpose
from troth.kernel.sabotage import meddle, rewrite_html, swap
from troth.rights import completeness, guard, held, jobs, queries
from troth.rights import controls as checks
from troth.rights.canary import vanishing_canary
from troth.rights.export import document
from troth.rights.forms import ErrorReportForm
from troth.rights.kinds import Channel, Kind
from troth.rights.models import Request
from troth.rights.views import values
from troth.vault.api import SealedModel


def ask_nobody() -> AbstractContextManager[None]:
    """Take every file for a new one."""
    return swap(completeness, "oldest_unasked", lambda: date.min)


def forget_confirmations() -> AbstractContextManager[None]:
    """Let a confirmation leave no trace."""
    return swap(SealedModel, "confirm", lambda _row: None)


@contextmanager
def hollow_out() -> Iterator[None]:
    """Let one file hold a single value."""
    with vanishing_canary() as canary:
        Profile.objects.filter(pk=canary.profile.pk).update(given_count=1)
        yield


def miscount() -> AbstractContextManager[None]:
    """Let each file be written with a count of all that could be given."""
    seal = SealedModel._seal  # noqa: SLF001  a breach may reach where a caller may not

    def seal_and_boast(row: Any, values: dict[str, Any], days: dict[str, int], *, version: int) -> None:
        seal(row, values, days, version=version)
        row.given_count = len(row.sealed_attributes)

    return swap(SealedModel, "_seal", seal_and_boast)


def hide_tables() -> AbstractContextManager[None]:
    """Let the walk over the sealed tables find none."""
    return swap(held, "sealed_models", tuple)


def shorten_copy() -> AbstractContextManager[None]:
    """Let the copy cut what is long."""
    describe = document._describe_value  # noqa: SLF001  a breach may reach where a caller may not

    def cut(value: Any) -> dict[str, Any]:
        whole = describe(value)
        return {**whole, "shown": whole["shown"][:10]}

    return swap(document, "_describe_value", cut)


@contextmanager
def hide_stores() -> Iterator[None]:
    """Let the stores outside the sealed tables show nothing."""
    hidden = swap(held, "read_holders", lambda _subject: [])
    from troth.rights.views import admin

    with hidden, swap(admin, "read_holders", lambda _subject: []):
        yield


def drop_link() -> AbstractContextManager[None]:
    """Take the address of the Admin page out of every page."""
    return meddle(rewrite_html(f'href="{reverse("rights:admin")}"', 'href="/elsewhere/"'))


def drop_address_from_mails() -> AbstractContextManager[None]:
    """Write every mail with a frame that has no way to the Admin page."""
    from troth.rights import mails

    render = mails.render_blank
    return swap(checks, "render_blank", lambda name, **more: render(name, **{**more, "admin_url": ""}))


@contextmanager
def leave_request_waiting() -> Iterator[None]:
    """Put a request into the register that has waited for two months."""
    long_ago = clock.now() - timedelta(days=61)
    forgotten = Request(subject_id=new_id(), kind=Kind.ACCESS, channel=Channel.LETTER, received_at=long_ago)
    forgotten.text = "An invented request that nobody took."
    with acting(actor=system(jobs.REGISTER), purpose=Purpose.RIGHTS):
        forgotten.save()
    try:
        yield
    finally:
        Request.objects.filter(pk=forgotten.pk).delete()


def print_later_dates() -> AbstractContextManager[None]:
    """Promise the page's reader a later date."""
    from troth.rights import models
    from troth.rights.deadlines import due_at

    return swap(models, "due_at", lambda kind, received_at: due_at(kind, received_at) + timedelta(days=9))


@contextmanager
def flatter_figures() -> Iterator[None]:
    """Publish half of the median, over three invented corrections."""
    from troth.rights.models import CorrectionTime

    rows = CorrectionTime.objects.bulk_create(
        CorrectionTime(kind=Kind.ERROR, closed_on=clock.today(), took_seconds=took, in_time=True)
        for took in (3600, 7200, 90_000)
    )
    measure = queries.measure_corrections

    def flatter() -> queries.CorrectionFigures:
        figures = measure()
        return replace(figures, median=figures.median / 2 if figures.median else None)

    try:
        with swap(checks, "measure_corrections", flatter):
            yield
    finally:
        CorrectionTime.objects.filter(pk__in=[row.pk for row in rows]).delete()


def lose_reports() -> AbstractContextManager[None]:
    """Let the page of error reports thank and keep nothing."""
    return swap(ErrorReportForm, "is_valid", lambda _form: False)


def trust_anybody() -> AbstractContextManager[None]:
    """Let the guard say yes to everything."""
    return swap(guard, "may_execute", lambda _request: None)


def refuse_silently() -> AbstractContextManager[None]:
    """Let a refusal say nothing."""
    return swap(values, "explain_refusal", lambda _attribute: "")


def demand_telephone() -> AbstractContextManager[None]:
    """Make the telephone number compulsory in the forms, and say nothing of it in the list."""
    compose = Profile.telephone.compose

    def demand(inputs: Any) -> Any:
        from django.core.exceptions import ValidationError

        if not inputs.get(""):
            raise ValidationError("Give your telephone number.")
        return compose(inputs)

    return swap(Profile.telephone, "compose", demand)


def say_no_effect() -> AbstractContextManager[None]:
    """Let the birthday's page not say what it changes."""
    return meddle(rewrite_html(str(Profile.birthday.effect), ""))


def ask_more() -> AbstractContextManager[None]:
    """Put one more question into the registration page, past the forms."""
    path = reverse("accounts:join")

    def add(request: HttpRequest, response: HttpResponseBase) -> None:
        if request.path == path:
            rewrite_html("</form>", '<input name="income"></form>')(request, response)

    return meddle(add)


def take_form_off_list() -> AbstractContextManager[None]:
    """Let a form say that it stands nowhere."""
    return swap(ErrorReportForm.Meta, "asked_at", ())


def drop_corrections() -> AbstractContextManager[None]:
    """Take a correction and keep nothing."""
    return swap(values, "correct_row", lambda **_given: None)


def drop_deactivations() -> AbstractContextManager[None]:
    """Take the wish to deactivate and do nothing."""
    return swap(accounts, "deactivate", lambda **_given: None)


def drop_deletions() -> AbstractContextManager[None]:
    """Take the wish to delete and do nothing."""
    return swap(accounts, "request_deletion", lambda *, subject_id: accounts.get_account(subject_id))
