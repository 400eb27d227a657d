"""Gives a page to an answer that carries a status but no words."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

from troth.ui.errors import describe_status, render_error


class ShowNotAllowed:
    """Shows a method that a page does not answer as the page of 405; the header that names the allowed ones stays."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, with a page where there were no words."""
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        page = render_error(request, describe_status(405))
        page["Allow"] = response["Allow"]
        return page
