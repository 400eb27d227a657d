"""The addresses of ``accounts``."""

from django.urls import path

from troth.accounts import views

app_name = "accounts"
urlpatterns = [
    path("join/", views.join, name="join"),
    path("join/sent/", views.join_sent, name="join_sent"),
    path("join/again/", views.resend, name="resend"),
    path("join/confirm/", views.confirm, name="confirm"),
    path("join/confirm/<str:code>/", views.open_welcome, name="welcome_link"),
    path("sign-in/", views.show_sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("signed-out/", views.signed_out, name="signed_out"),
    path("password/forgotten/", views.ask_reset, name="reset_ask"),
    path("password/sent/", views.reset_sent, name="reset_sent"),
    path("password/new/", views.reset, name="reset"),
    path("password/new/<str:code>/", views.open_reset, name="reset_link"),
    path("password/done/", views.reset_done, name="reset_done"),
]
