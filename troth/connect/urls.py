"""The addresses of this room."""

from django.urls import path

from troth.connect.views import consent, console, protocol

app_name = "connect"

urlpatterns = [
    path(".well-known/openid-configuration", protocol.discovery, name="discovery"),
    path("connect/keys.json", protocol.keys, name="keys"),
    path("connect/authorize/", consent.authorize, name="authorize"),
    path("connect/token/", protocol.token, name="token"),
    path("connect/revoke/", protocol.revoke, name="revoke"),
    path("connect/userinfo/", protocol.userinfo, name="userinfo"),
    path("api/membership", protocol.membership, name="membership"),
    path("admin/connected/", consent.show_connected, name="connected"),
    path("admin/connected/<uuid:party_id>/take-back/", consent.take_back, name="take_back"),
    path("console/connected-sites/", console.show_parties, name="parties"),
    path("console/connected-sites/register/", console.register, name="register"),
    path("console/connected-sites/<uuid:party_id>/secret/", console.renew_secret, name="renew_secret"),
    path("console/connected-sites/<uuid:party_id>/end/", console.end, name="end"),
]
