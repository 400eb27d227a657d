"""Ending news from a mail: one click by the mail program (RFC 8058), or a button on a page that tells nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt

from troth.announcements.leaving import end_news
from troth.announcements.readers import find_by_choice
from troth.announcements.tokens import read_news_token
from troth.kernel.operator import read_operator
from troth.kernel.pages import PUBLIC, page


@csrf_exempt
@page(PUBLIC, methods=("GET", "POST"))
def end(request: HttpRequest, token: str) -> HttpResponse:
    """Show what would end; end it by POST alone, as mail scanners follow links.

    The mail program that posts has neither cookie nor form token; what shows that it may is the signed link itself.
    """
    found = read_news_token(token)
    names = read_operator().name_interests(get_language() or "")
    if found is None:
        return render(request, "announcements/news.jinja", {"state": "unknown", "whole": None}, status=404)
    done = request.method == "POST"
    if done:
        end_news(found, everything=request.POST.get("all") == "yes")
    context = {
        "state": "ended" if done else "asked",
        "name": names.get(found.interest, ""),
        "token": token,
        "whole": find_by_choice(found.interest),
    }
    return render(request, "announcements/news.jinja", context)
