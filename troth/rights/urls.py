"""The addresses of this room."""

from django.urls import path

from troth.rights.views import (
    admin,
    allowing,
    collection,
    console,
    copies,
    copy,
    leave,
    letter,
    looks,
    passing_on,
    receipt,
    requests,
    second,
    values,
)

app_name = "rights"

_VALUE = "<str:label>/<uuid:row_id>/<str:name>/"

urlpatterns = [
    path("admin/", admin.show_admin, name="admin"),
    path("admin/confirm/", admin.confirm_file, name="admin_confirm"),
    path("admin/held/<str:label>/", admin.show_table, name="table"),
    path("admin/looks/", admin.show_looks, name="looks"),
    path("admin/looks/<uuid:entry_id>/object/", looks.challenge, name="challenge"),
    path("admin/received/", admin.show_received, name="received"),
    path("admin/allowed/", allowing.show_grounds, name="allowing"),
    path("admin/allowed/asked/<uuid:ask_id>/", allowing.answer, name="answer_ask"),
    path("admin/allowed/<uuid:authorisation_id>/take-back/", allowing.withdraw, name="withdraw"),
    path("admin/record/", admin.show_record, name="record"),
    path(f"admin/correct/{_VALUE}", values.correct, name="correct"),
    path(f"admin/report-error/{_VALUE}", values.report_error, name="report_error"),
    path(f"admin/file/{_VALUE}", values.fetch_file, name="file"),
    path("admin/copies/<str:name>/", copies.show, name="copies"),
    path("admin/copies/<str:name>/<uuid:row_id>/", copies.put_right, name="put_right_copy"),
    path("admin/requests/ask/", requests.ask, name="ask"),
    path("admin/requests/<uuid:request_id>/", requests.show_request, name="request"),
    path("admin/requests/<uuid:request_id>/take-back/", requests.revoke, name="revoke"),
    path("admin/download/", copy.download, name="download"),
    path("admin/download/schema.json", copy.show_schema, name="schema"),
    path("admin/deactivate/", leave.deactivate_account, name="deactivate"),
    path("admin/delete/", leave.delete_account, name="delete"),
    path("by-post.pdf", letter.show_form, name="by_post"),
    path("receipt/", receipt.check_receipt, name="receipt"),
    path("what-we-collect/", collection.show_collection, name="collection"),
    path("console/requests/", console.list_requests, name="console"),
    path("console/requests/find/", console.find_client, name="find_client"),
    path("console/requests/enter/", console.enter, name="enter_request"),
    path("console/requests/<uuid:request_id>/", console.handle, name="handle_request"),
    path("console/requests/<uuid:request_id>/take/", console.take, name="take_request"),
    path("console/requests/<uuid:request_id>/verify/", console.verify, name="verify_request"),
    path("console/requests/<uuid:request_id>/second/", second.ask, name="second"),
    path("console/requests/<uuid:request_id>/values/", console.show_values, name="request_values"),
    path("console/requests/<uuid:request_id>/correct/<str:label>/<uuid:row_id>/<str:name>/",
         console.correct, name="correct_request"),
    path("console/requests/<uuid:request_id>/leave/", console.leave, name="leave_request"),
    path("console/requests/<uuid:request_id>/letter.pdf", letter.show_pdf, name="letter_pdf"),
    path("console/requests/<uuid:request_id>/pass-on/", passing_on.ask, name="pass_on"),
    path("console/requests/<uuid:request_id>/pass-on/<uuid:ask_id>/", passing_on.hand, name="hand_over"),
    path("console/requests/<uuid:request_id>/letter/", console.show_letter, name="letter"),
]  # fmt: skip
