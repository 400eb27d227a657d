"""The addresses of this room."""

from django.urls import path

from troth.weblog import views

app_name = "weblog"

urlpatterns = [
    path("promises/web-log/attack/", views.show_attack, name="attack"),
    path("console/visits/", views.show_report, name="report"),
    path("console/visits/<slug:name>.<str:kind>", views.fetch_rows, name="rows"),
]
