"""The addresses of ``accounts``."""

from django.urls import path

from troth.accounts import views, views_factors, views_steps

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
    path("sign-in/passkey/", views_steps.sign_in_by_passkey, name="passkey_sign_in"),
    path("sign-in/code/", views_steps.second_factor, name="second_factor"),
    path("sign-in/second-passkey/", views_steps.second_factor_passkey, name="second_factor_passkey"),
    path("sign-in/come-back/", views_steps.come_back, name="come_back"),
    path("confirm-it-is-you/", views_steps.confirm_identity, name="confirm_identity"),
    path("confirm-it-is-you/passkey/", views_steps.confirm_by_passkey, name="confirm_passkey"),
    path("receipt/<uuid:erasure_id>/", views_steps.fetch_receipt, name="receipt"),
    path("admin/factors/", views_factors.list_factors, name="factors"),
    path("admin/factors/codes/", views_factors.add_codes, name="add_codes"),
    path("admin/factors/passkey/", views_factors.add_passkey, name="add_passkey"),
    path("admin/factors/recovery-codes/", views_factors.make_recovery_codes, name="recovery_codes"),
    path("admin/factors/<uuid:factor_id>/name/", views_factors.rename_factor, name="rename_factor"),
    path("admin/factors/<uuid:factor_id>/remove/", views_factors.remove_factor, name="remove_factor"),
]
