"""The addresses of this room."""

from django.urls import path

from troth.weblog import views

app_name = "weblog"

urlpatterns = [
    path("console/visits/", views.show_report, name="report"),
    path("console/visits/<slug:name>.<str:kind>", views.fetch_rows, name="rows"),
]
