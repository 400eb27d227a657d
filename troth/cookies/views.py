"""The cookie page, and the place where browsers report."""

from http import HTTPStatus
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from troth.cookies.actions import count_policy_report
from troth.cookies.browsers import BROWSERS
from troth.cookies.privacy_signal import read_gpc_support
from troth.cookies.register import Kind, declared
from troth.cookies.reports import Allowance, read_reports
from troth.kernel.errors import Refused
from troth.kernel.operator import read_operator
from troth.kernel.pages import PUBLIC, page
from troth.ui.api import REL, read_target

NOTICED = "leaving"
"""The key of the session under which the hosts stand whose notice was read."""
MOST_NOTICED = 20
_report_allowance = Allowance(per_minute=60)


@page(PUBLIC)
def show_register(request: HttpRequest) -> HttpResponse:
    """Show every cookie of this site, made from the register (J6), and how to remove them (J3)."""
    response = render(
        request,
        "cookies/register.jinja",
        {
            "cookies": list(declared),
            "persistent": Kind.PERSISTENT,
            "browsers": BROWSERS,
            "site": read_operator().site,
            "signal_sent": request.gpc,  # type: ignore[attr-defined]
            "support": read_gpc_support(),
        },
    )
    patch_vary_headers(response, ["Sec-GPC"])
    return response


@page(PUBLIC)
def show_leaving(request: HttpRequest) -> HttpResponse:
    """Say what changes before a reader leaves for another site; go on at once where it was read in this visit (K1, K2).

    Only an address that we signed is gone to. What was read is remembered in the session, which ends with the browser.
    """
    target = read_target(request.GET.get("to", ""))
    if target is None:
        raise Refused(
            _("This link does not come from this site, so it is not followed."),
            kept=_("You are still here."),
            next_step=_("Go back, and choose the link on the page where you found it."),
        )
    host = urlsplit(target).hostname or ""
    if _was_noticed(request, host):
        response: HttpResponse = HttpResponseRedirect(target)
        response.status_code = HTTPStatus.SEE_OTHER
    else:
        request.session[NOTICED] = [*request.session.get(NOTICED, ()), host][-MOST_NOTICED:]
        context = {"target": target, "host": host, "site": read_operator().site, "rel": REL}
        response = render(request, "cookies/leaving.jinja", context)
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response


def _was_noticed(request: HttpRequest, host: str) -> bool:
    return host in request.session.get(NOTICED, ())


@csrf_exempt
@page(PUBLIC, methods=("POST",))
def take_policy_report(request: HttpRequest) -> HttpResponse:
    """Count what a browser reports. Exempt from the rule against forged forms: browsers send no token with a report."""
    if not _report_allowance.take():
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS)
    for report in read_reports(request.body):
        count_policy_report(directive=report.directive, route=report.route)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
