"""The addresses of this room."""

from django.urls import path

from troth.law.views import breaches, report, requests, review

app_name = "law"

urlpatterns = [
    path("legal-requests/", report.show_report, name="report"),
    path("console/law/", requests.list_requests, name="requests"),
    path("console/law/register/", requests.register, name="register"),
    path("console/law/<uuid:request_id>/", requests.handle, name="request"),
    path("console/law/<uuid:request_id>/document/", requests.fetch_document, name="document"),
    path("console/law/<uuid:request_id>/take/", requests.take, name="take"),
    path("console/law/<uuid:request_id>/client/", requests.find_client, name="find_client"),
    path("console/law/<uuid:request_id>/scope/", requests.narrow, name="narrow"),
    path("console/law/<uuid:request_id>/hold/", requests.hold, name="hold"),
    path("console/law/<uuid:request_id>/hold/<uuid:hold_id>/lift/", requests.lift, name="lift"),
    path("console/law/<uuid:request_id>/release/", requests.release, name="release"),
    path("console/law/<uuid:request_id>/package/", requests.fetch_package, name="package"),
    path("console/law/<uuid:request_id>/close/", requests.close, name="close"),
    path("console/law/<uuid:request_id>/review/", review.show, name="review"),
    path("console/law/<uuid:request_id>/review/decide/", review.decide, name="decide"),
    path("console/law/<uuid:request_id>/review/document/", review.fetch_document, name="review_document"),
    path("console/breaches/", breaches.list_breaches, name="breaches"),
    path("console/breaches/record/", breaches.record, name="record_breach"),
    path("console/breaches/<uuid:breach_id>/", breaches.show, name="breach"),
    path("console/breaches/<uuid:breach_id>/take/", breaches.take, name="take_breach"),
    path("console/breaches/<uuid:breach_id>/scope/", breaches.scope, name="scope_breach"),
    path("console/breaches/<uuid:breach_id>/tell/", breaches.tell, name="tell_breach"),
    path("console/breaches/<uuid:breach_id>/authority/", breaches.tell_authority_of, name="breach_authority"),
    path("console/breaches/<uuid:breach_id>/form/", breaches.fetch_form, name="breach_form"),
    path("console/breaches/<uuid:breach_id>/state/", breaches.move, name="breach_state"),
]
