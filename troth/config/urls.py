"""The addresses of all pages. Each app owns its own; this page only names the apps."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
