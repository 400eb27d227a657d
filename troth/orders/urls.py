"""The addresses of this room."""

from django.urls import path

from troth.orders.views import checkout, orders, shop

app_name = "orders"

urlpatterns = [
    path("shop/", shop.show_shop, name="shop"),
    path("shop/in/<slug:currency>/", shop.choose, name="currency"),
    path("shop/<slug:key>/", shop.show_product, name="product"),
    path("shop/<slug:key>/add/", shop.add, name="add"),
    path("basket/", shop.show_basket, name="basket"),
    path("basket/<slug:key>/", shop.change, name="change"),
    path("basket/<slug:key>/remove/", shop.remove, name="remove"),
    path("orders/new/", checkout.checkout, name="checkout"),
    path("orders/", orders.list_own, name="orders"),
    path("orders/<slug:number>/", orders.show_order, name="order"),
    path("orders/<slug:number>/pay/", checkout.pay, name="pay"),
    path("orders/<slug:number>/to-card/", checkout.go_to_card, name="to_card"),
    path("orders/<slug:number>/back/", checkout.come_back, name="come_back"),
    path("orders/<slug:number>/cancel/", orders.cancel, name="cancel"),
    path("orders/<slug:number>/lines/<uuid:line_id>/", orders.change_line, name="change_line"),
]
