"""The addresses of this room."""

from django.urls import path

from troth.feedback.views import console, giving, public

app_name = "feedback"

urlpatterns = [
    path("feedback/", giving.give, name="give"),
    path("feedback/on/<str:about>/", giving.give, name="give_on"),
    path("feedback/mine/", giving.show_mine, name="mine"),
    path("feedback/mine/<uuid:feedback_id>/withdraw/", giving.withdraw, name="withdraw"),
    path("feedback/answers/", public.show_answers, name="answers"),
    path("console/feedback/", console.list_inbox, name="inbox"),
    path("console/feedback/trends/", console.show_trends, name="trends"),
    path("console/feedback/trends.csv", console.fetch_trends, name="trends_file"),
    path("console/feedback/answers/", console.publish, name="publish"),
    path("console/feedback/answers/<uuid:answer_id>/retract/", console.retract, name="retract"),
    path("console/feedback/<uuid:feedback_id>/", console.show, name="show"),
    path("console/feedback/<uuid:feedback_id>/<str:verb>/", console.change, name="change"),
]
