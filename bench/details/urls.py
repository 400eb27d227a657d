"""Troth's pages, and the two that are compared."""

from django.urls import include, path

from bench.details.views import show_plain, show_sealed

urlpatterns = [
    path("bench/sealed/", show_sealed),
    path("bench/plain/", show_plain),
    path("", include("troth.config.urls")),
]
