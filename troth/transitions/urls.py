"""The addresses of this room."""

from django.urls import path

from troth.transitions.views import console, public

app_name = "transitions"

urlpatterns = [
    path("transitions/", public.list_past, name="transitions"),
    path("transitions/<uuid:transition_id>/", public.show, name="transition"),
    path("transitions/<uuid:transition_id>/object/", public.object_, name="object"),
    path("transitions/<uuid:transition_id>/agree/", public.agree, name="agree"),
    path("console/transitions/", console.list_all, name="all"),
    path("console/transitions/register/", console.register, name="register"),
    path("console/transitions/<uuid:transition_id>/", console.show, name="handle"),
    path("console/transitions/<uuid:transition_id>/change/", console.change, name="change"),
    path("console/transitions/<uuid:transition_id>/review/<str:word>/", console.review, name="review"),
    path("console/transitions/<uuid:transition_id>/package/", console.fetch_package, name="package"),
    path(
        "console/transitions/<uuid:transition_id>/objection/<uuid:request_id>/",
        console.enter_objection,
        name="enter_objection",
    ),
    path("console/transitions/<uuid:transition_id>/<str:step>/", console.move, name="move"),
]
