"""The addresses of the ledger's public pages."""

from django.urls import path

from troth.ledger import views

app_name = "ledger"
urlpatterns = [
    path("ledger/checkpoint", views.show_checkpoint, name="checkpoint"),
    path("ledger/key", views.show_key, name="key"),
]
