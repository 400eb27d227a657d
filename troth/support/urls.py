"""The addresses of the help desk."""

from django.urls import path

from troth.support.views import asking, console, hooks, letters, many, reaching

app_name = "support"

urlpatterns = [
    path("hooks/mail/", hooks.take_posted_mail, name="take_mail"),
    path("ask/", asking.ask, name="ask"),
    path("admin/inquiries/", asking.my_cases, name="mine"),
    path("admin/inquiries/<uuid:case_id>/", asking.my_case, name="my_case"),
    path("admin/inquiries/<uuid:case_id>/rate/", asking.rate, name="rate"),
    path("admin/inquiries/<uuid:case_id>/files/<uuid:file_id>/", asking.my_file, name="my_file"),
    path("admin/wishes/reach/", asking.wish, name="wish"),
    path("console/cases/", console.list_cases, name="console"),
    path("console/cases/find/", console.find, name="find"),
    path("console/cases/take/", many.take_many, name="take_many"),
    path("console/cases/enter/", console.enter, name="enter"),
    path("console/cases/<uuid:case_id>/", console.show_case, name="case"),
    path("console/cases/<uuid:case_id>/files/<uuid:file_id>/", console.show_file, name="file"),
    path("console/cases/<uuid:case_id>/do/<slug:verb>/", console.change_case, name="change"),
    path("console/calls/", reaching.list_calls, name="calls"),
    path("console/calls/<uuid:outbound_id>/", reaching.show_call, name="call"),
    path("console/letters/", letters.list_letters, name="letters"),
    path("console/letters/print/", letters.print_many, name="print_letters"),
    path("console/letters/posted/", letters.post_many, name="post_letters"),
    path("console/letters/<uuid:outbound_id>/", letters.print_letter, name="print_letter"),
    path("console/unsure/", reaching.list_unsure, name="unsure"),
    path("console/unsure/<uuid:outbound_id>/do/<slug:verb>/", reaching.settle, name="settle"),
    path("console/quarantine/", reaching.list_quarantine, name="quarantine"),
    path("console/quarantine/<uuid:mail_id>/do/<slug:verb>/", reaching.sort_mail, name="sort"),
]
