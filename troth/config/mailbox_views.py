"""The pages of the demo's mailbox. They answer 404 where the demo is off."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from troth.config.demo import read_codes
from troth.config.mailbox import Mail, open_mailbox
from troth.kernel.pages import PUBLIC, page

HTML_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""A mail's HTML is shown as a mail program shows it: no script, no form, nothing fetched, an origin of its own."""


@page(PUBLIC)
def show_list(request: HttpRequest) -> HttpResponse:
    """Show all mails, the newest first."""
    _require_demo()
    context = {"mails": open_mailbox(settings.ENVIRONMENT).read_all(), "codes": read_codes()}
    return render(request, "config/mailbox.jinja", context)


@page(PUBLIC)
def show_mail(request: HttpRequest, key: str) -> HttpResponse:
    """Show one mail: its headers and its text."""
    mail = _find(key)
    context = {"mail": mail, "headers": [(name, str(value)) for name, value in mail.message.items()]}
    return render(request, "config/mail.jinja", context)


@page(PUBLIC)
def show_html(_request: HttpRequest, key: str) -> HttpResponse:
    """Show the HTML part of one mail, by itself, under a policy of its own."""
    html = _find(key).part("html")
    if not html:
        raise Http404
    return HttpResponse(html, headers={"Content-Security-Policy": HTML_POLICY})


def _require_demo() -> None:
    if not settings.ENVIRONMENT.demo:
        raise Http404


def _find(key: str) -> Mail:
    _require_demo()
    mail = open_mailbox(settings.ENVIRONMENT).read(key)
    if mail is None:
        raise Http404
    return mail
