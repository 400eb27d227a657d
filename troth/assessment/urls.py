"""The addresses of the promises' pages."""

from django.urls import path

from troth.assessment import views

app_name = "assessment"
urlpatterns = [
    path("promises/", views.show_promises, name="promises"),
    path("promises/evidence/<slug:kind>.json", views.show_evidence, name="evidence"),
    path("promises/<str:clause>/", views.show_clause, name="clause"),
    path("console/promises/", views.show_console, name="console"),
    path("console/promises/run/", views.run_control_now, name="run"),
    path("console/promises/reopen/", views.reopen, name="reopen"),
]
