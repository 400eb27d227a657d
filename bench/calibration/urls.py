"""One page."""

from django.urls import path

from bench.calibration.views import show_details

urlpatterns = [path("details/", show_details)]
