"""The cookie page, and the place where browsers report."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from troth.cookies.actions import count_policy_report
from troth.cookies.browsers import BROWSERS
from troth.cookies.privacy_signal import read_gpc_support
from troth.cookies.register import Kind, declared
from troth.cookies.reports import Allowance, read_reports
from troth.kernel.operator import read_operator
from troth.kernel.pages import PUBLIC, page

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


@csrf_exempt
@page(PUBLIC, methods=("POST",))
def take_policy_report(request: HttpRequest) -> HttpResponse:
    """Count what a browser reports. Exempt from the rule against forged forms: browsers send no token with a report."""
    if not _report_allowance.take():
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS)
    for report in read_reports(request.body):
        count_policy_report(directive=report.directive, route=report.route)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
