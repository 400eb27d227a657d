"""The addresses of the console's frame."""

from django.urls import path

from troth.staff.views import clients, conduct, desk, people, training

app_name = "staff"
urlpatterns = [
    path("console/", desk.show_desk, name="desk"),
    path("console/views/", desk.keep_view, name="views"),
    path("console/views/<uuid:view_id>/drop/", desk.drop_view, name="drop_view"),
    path("console/training/", training.show_courses, name="training"),
    path("console/training/<slug:key>/", training.show_course, name="course"),
    path("console/training/<slug:key>/begin/", training.begin, name="begin_sitting"),
    path("console/training/test/<uuid:sitting_id>/", training.sit, name="sitting"),
    path("console/clients/", clients.search, name="search"),
    path("console/clients/without-case/", clients.break_glass, name="break_glass"),
    path("console/clients/<slug:kind>/<str:ref>/", clients.show_record, name="record"),
    path("console/people/", people.show_people, name="people"),
    path("console/people/invite/", people.invite, name="invite"),
    path("console/people/<uuid:member_id>/change/", people.change_member, name="change_member"),
    path("console/ties/", people.relations, name="relations"),
    path("console/invitation/<str:code>/", people.answer_invitation, name="invitation"),
    path("console/reviews/", people.show_reviews, name="reviews"),
    path("console/reviews/<uuid:review_id>/", people.decide, name="decide_review"),
    path("console/board/", conduct.show_board, name="board"),
    path("console/objections/", conduct.show_challenges, name="challenges"),
    path("console/objections/<uuid:challenge_id>/", conduct.handle_challenge, name="challenge"),
    path("console/looks-without-case/", conduct.show_glass, name="glass"),
    path("console/incidents/", conduct.show_incidents, name="incidents"),
    path("console/incidents/<uuid:incident_id>/", conduct.handle_incident, name="incident"),
    path("console/own-incidents/<uuid:incident_id>/", conduct.show_own_incident, name="own_incident"),
]
