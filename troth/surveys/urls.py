"""The addresses of this room."""

from django.urls import path

from troth.surveys.views import client, console, contacts, public

app_name = "surveys"

urlpatterns = [
    path("surveys/", client.list_mine, name="mine"),
    path("surveys/never/", client.refuse_all, name="never"),
    path("surveys/again/", client.allow_again, name="again"),
    path("surveys/invitations/wish/", client.wish_mail, name="wish_mail"),
    path("surveys/invitations/end/", client.end_mail, name="end_mail"),
    path("surveys/results/", public.list_results, name="results"),
    path("surveys/results/<uuid:release_id>/", public.show_results, name="release"),
    path("surveys/results/<uuid:release_id>/results.csv", public.fetch_results, name="release_file"),
    path("surveys/<uuid:survey_id>/", client.show, name="survey"),
    path("surveys/<uuid:survey_id>/answer/", client.answer, name="answer"),
    path("surveys/<uuid:survey_id>/withdraw/", client.withdraw, name="withdraw"),
    path("surveys/<uuid:survey_id>/<str:what>/", client.decide, name="decide"),
    path("console/surveys/", console.list_all, name="surveys"),
    path("console/surveys/write/", console.write, name="write"),
    path("console/surveys/contacts/", contacts.list_contacts, name="contacts"),
    path("console/surveys/contacts/<uuid:contact_id>/", contacts.show, name="contact"),
    path("console/surveys/releases/<uuid:release_id>/", console.decide, name="decide_release"),
    path("console/surveys/<uuid:survey_id>/", console.build, name="build"),
    path("console/surveys/<uuid:survey_id>/edit/", console.edit, name="edit"),
    path("console/surveys/<uuid:survey_id>/add/", console.add, name="add"),
    path("console/surveys/<uuid:survey_id>/remove/<str:key>/", console.remove, name="remove"),
    path("console/surveys/<uuid:survey_id>/codebook/", console.fetch_codebook, name="codebook"),
    path("console/surveys/<uuid:survey_id>/review/", console.review, name="review"),
    path("console/surveys/<uuid:survey_id>/mail/", console.write_invitation, name="write_mail"),
    path("console/surveys/<uuid:survey_id>/key/", console.key, name="key"),
    path("console/surveys/<uuid:survey_id>/release/", console.release, name="make_release"),
    path("console/surveys/<uuid:survey_id>/<str:step>/", console.move, name="move"),
]
