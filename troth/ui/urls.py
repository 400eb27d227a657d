"""Addresses of the design system's own page."""

from django.urls import path

from troth.ui import views

app_name = "ui"
urlpatterns = [path("ui/", views.components, name="components")]
