"""The addresses of this room."""

from django.urls import path

from troth.announcements.views import console, news, public

app_name = "announcements"

urlpatterns = [
    path("announcements/", public.list_past, name="past"),
    path("announcements/feed.xml", public.show_feed, name="feed"),
    path("announcements/<uuid:notice_id>/", public.show, name="announcement"),
    path("announcements/<uuid:notice_id>/calendar/", public.fetch_calendar, name="calendar"),
    path("news/end/<str:token>/", news.end, name="end_news"),
    path("console/notices/", console.list_all, name="notices"),
    path("console/notices/domain/", console.look_at_domain, name="domain"),
    path("console/notices/write/<str:kind>/", console.write, name="write"),
    path("console/notices/<uuid:notice_id>/", console.show, name="notice"),
    path("console/notices/<uuid:notice_id>/correct/", console.correct, name="correct"),
    path("console/notices/<uuid:notice_id>/edit/", console.edit, name="edit"),
    path("console/notices/<uuid:notice_id>/mail/<str:language>/", console.preview, name="preview"),
    path("console/notices/<uuid:notice_id>/review/", console.review, name="review"),
    path("console/notices/<uuid:notice_id>/<str:step>/", console.move, name="move"),
]
