"""The addresses of the demo's mailbox."""

from django.urls import path

from troth.config import mailbox_views

app_name = "mailbox"
urlpatterns = [
    path("", mailbox_views.show_list, name="list"),
    path("<str:key>/", mailbox_views.show_mail, name="mail"),
    path("<str:key>/html/", mailbox_views.show_html, name="html"),
]
