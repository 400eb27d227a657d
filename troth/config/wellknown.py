"""Addresses that programs look for: who to write to, what is promised by machine, where to change a password."""

import json
from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse

from troth.cookies.api import read_gpc_support
from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.kernel.pages import PUBLIC, page

SECURITY_TEXT_LIFE = timedelta(days=300)
"""RFC 9116, 2.5.5 recommends less than a year, so that nobody writes to an address that has long moved."""


@page(PUBLIC)
def show_security_text(_request: HttpRequest) -> HttpResponse:
    """Say where to report a weakness (RFC 9116). The date of expiry is the same for a whole day."""
    operator = read_operator()
    expires = datetime.combine(clock.today() + SECURITY_TEXT_LIFE, time.min, tzinfo=UTC)
    fields = [
        ("Contact", f"mailto:{operator.contacts.information_email}"),
        ("Contact", operator.contacts.telephone_uri(operator.country)),
        ("Expires", expires.isoformat().replace("+00:00", "Z")),
        ("Preferred-Languages", ", ".join(operator.languages)),
        ("Canonical", settings.ENVIRONMENT.site + reverse("security_text")),
        ("Policy", settings.ENVIRONMENT.site + reverse("security")),
    ]
    text = "".join(f"{name}: {value}\n" for name, value in fields)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@page(PUBLIC)
def show_gpc(_request: HttpRequest) -> HttpResponse:
    """Say whether this site abides by Global Privacy Control: only while its check shows it (W3C GPC, 4.1)."""
    support = read_gpc_support()
    found = {"gpc": support.abides, "lastUpdate": support.since.isoformat()}
    return HttpResponse(json.dumps(found), content_type="application/json")


@page(PUBLIC)
def go_to_password_change(_request: HttpRequest) -> HttpResponse:
    """Send a password manager to the page where the password is changed (W3C Change Password URL)."""
    try:
        return HttpResponseRedirect(reverse("accounts:password_change"))
    except NoReverseMatch:
        raise Http404 from None


@page(PUBLIC)
def show_robots_text(_request: HttpRequest) -> HttpResponse:
    """Let search engines read what is public (RFC 9309). What is not public is shut by sign-in, not by this file."""
    return HttpResponse("User-agent: *\nAllow: /\n", content_type="text/plain; charset=utf-8")


@page(PUBLIC)
def show_manifest(_request: HttpRequest) -> HttpResponse:
    """Say the site's name and mark to a browser that pins it (W3C Web Application Manifest)."""
    operator = read_operator()
    found = {
        "name": operator.name,
        "short_name": operator.short_name,
        "start_url": reverse("home"),
        "display": "browser",
        "background_color": "#FBFAF7",
        "theme_color": "#FBFAF7",
        "icons": [{"src": static("ui/seal.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return HttpResponse(json.dumps(found), content_type="application/manifest+json")


@page(PUBLIC)
def go_to_favicon(_request: HttpRequest) -> HttpResponse:
    """Send a browser that looks for the old place of the mark to the new one."""
    return HttpResponseRedirect(static("ui/seal.svg"))
