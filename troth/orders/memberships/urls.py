"""The addresses of a member's pages."""

from django.urls import path

from troth.orders.memberships import saved_card, views

app_name = "memberships"
urlpatterns = [
    path("membership/", views.show_mine, name="mine"),
    path("membership/renew/", views.renew, name="renew"),
    path("membership/stop/", views.stop, name="stop"),
    path("membership/stop/<str:code>/", views.stop_by_link, name="stop_link"),
    path("membership/resume/", views.resume, name="resume"),
    path("membership/change/", views.change, name="change"),
    path("membership/card/", views.show_card, name="card"),
    path("membership/card/pdf/", views.download_card, name="card_pdf"),
    path("membership/card/code.svg", views.show_code, name="card_code"),
    path("membership/payment-card/", saved_card.show, name="card_page"),
    path("membership/payment-card/save/", saved_card.begin, name="card_save"),
    path("membership/payment-card/saved/", saved_card.come_back, name="card_return"),
    path("membership/payment-card/remove/", saved_card.remove, name="card_remove"),
    path("membership/places/", views.offer_seat, name="offer_seat"),
    path("membership/places/<uuid:invitation_id>/withdraw/", views.withdraw_seat, name="withdraw_seat"),
    path("membership/places/taken/<uuid:seat_id>/end/", views.end_seat, name="end_seat"),
    path("gift/<str:code>/", views.show_gift, name="gift"),
    path("gift/<str:code>/redeem/", views.redeem_gift, name="redeem"),
    path("place/<str:code>/", views.show_seat, name="seat"),
    path("place/<str:code>/take/", views.take_seat, name="take_seat"),
]
