"""The public list of what is collected, where and why (B5)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from troth.kernel.pages import PUBLIC, page
from troth.rights.collection import list_collection_points


@page(PUBLIC)
def show_collection(request: HttpRequest) -> HttpResponse:
    """Show every point of collection."""
    return render(request, "rights/collection.jinja", {"points": list_collection_points()})
