"""The addresses to which organisations post."""

from django.urls import path

from troth.processors.hooks import views

app_name = "hooks"
urlpatterns = [
    path("hooks/card/", views.take_card, name="card"),
    path("hooks/parcel/", views.take_parcel, name="parcel"),
]
