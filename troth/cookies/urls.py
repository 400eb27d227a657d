"""The addresses of ``cookies``, below ``/cookies/``."""

from django.urls import path

from troth.cookies import views

app_name = "cookies"
urlpatterns = [
    path("", views.show_register, name="register"),
    path("leaving/", views.show_leaving, name="leaving"),
    path("policy-reports/", views.take_policy_report, name="policy_report"),
]
