"""The addresses of this room."""

from django.urls import path

from troth.fulfilment.views import client, console

app_name = "fulfilment"

_ONE = "console/parcels/<slug:number>/<int:count>/"
urlpatterns = [
    path("orders/<slug:number>/address/", client.address, name="address"),
    path("orders/<slug:number>/address/right/", client.confirm, name="address_right"),
    path("console/parcels/", console.list_parcels, name="parcels"),
    path(_ONE, console.show_parcel, name="parcel"),
    path(f"{_ONE}do/<slug:verb>/", console.change_parcel, name="change"),
    path(f"{_ONE}address/", console.reveal, name="reveal"),
    path(f"{_ONE}label/", console.label, name="label"),
    path(f"{_ONE}label.pdf", console.fetch_label, name="label_pdf"),
    path(f"{_ONE}slip.pdf", console.fetch_slip, name="slip"),
    path(f"{_ONE}number/", console.track, name="track"),
]
