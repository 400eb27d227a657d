"""The addresses of this room."""

from django.urls import path

from troth.orders.views import checkout, orders, shop
from troth.orders.views.console import books, catalogue, disputes, members, refunds
from troth.orders.views.console import orders as console

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
    path("orders/<slug:number>/papers/<uuid:paper_id>/", orders.show_paper, name="paper"),
    path("orders/<slug:number>/lines/<uuid:line_id>/", orders.change_line, name="change_line"),
    path("console/orders/", console.list_orders, name="console_orders"),
    path("console/orders/<slug:number>/", console.show_order, name="console_order"),
    path("console/orders/<slug:number>/take/", console.take, name="console_take"),
    path("console/orders/<slug:number>/put-away/", console.put_away, name="console_put_away"),
    path("console/orders/<slug:number>/cancel/", console.cancel, name="console_cancel"),
    path("console/orders/<slug:number>/lines/<uuid:line_id>/done/", console.finish_line, name="console_line_done"),
    path("console/orders/<slug:number>/papers/mend/", console.mend_invoice, name="console_mend_invoice"),
    path("console/orders/<slug:number>/papers/<uuid:paper_id>/", console.show_paper, name="console_paper"),
    path("console/orders/<slug:number>/refund/", refunds.decide, name="console_decide"),
    path("console/refunds/", refunds.list_refunds, name="console_refunds"),
    path("console/refunds/<uuid:decision_id>/pay/", refunds.pay, name="console_pay_refund"),
    path("console/refunds/<uuid:decision_id>/by-hand/", refunds.pay_by_hand, name="console_by_hand"),
    path("console/disputes/", disputes.list_disputes, name="console_disputes"),
    path("console/disputes/<uuid:dispute_id>/", disputes.show_dispute, name="console_dispute"),
    path("console/disputes/<uuid:dispute_id>/answer/", disputes.answer, name="console_answer_dispute"),
    path("console/disputes/<uuid:dispute_id>/accept/", disputes.accept, name="console_accept_dispute"),
    path("console/books/", books.show_books, name="console_books"),
    path("console/books/compare/", books.compare_now, name="console_compare"),
    path("console/members/", members.list_members, name="console_members"),
    path("console/members/<slug:number>/", members.show_member, name="console_membership"),
    path("console/catalogue/", catalogue.list_products, name="console_catalogue"),
    path("console/catalogue/new/", catalogue.add_product, name="console_new_product"),
    path("console/catalogue/<slug:key>/", catalogue.show_product, name="console_product"),
    path("console/catalogue/<slug:key>/texts/", catalogue.change_texts, name="console_texts"),
    path("console/catalogue/<slug:key>/price/", catalogue.set_price, name="console_price"),
    path("console/catalogue/<slug:key>/stock/", catalogue.change_stock, name="console_stock"),
    path("console/catalogue/<slug:key>/sending/", catalogue.change_sending, name="console_sending"),
    path("console/catalogue/<slug:key>/plan/", catalogue.change_plan, name="console_plan"),
    path("console/catalogue/<slug:key>/sale/", catalogue.put_on_sale, name="console_sale"),
]
