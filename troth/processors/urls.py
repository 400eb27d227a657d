"""The addresses of this room."""

from django.urls import path

from troth.processors.views import changes, console, public

app_name = "processors"
_COMPANY = "console/processors/<slug:key>/"

urlpatterns = [
    path("companies/", public.show_companies, name="companies"),
    path("console/processors/", console.list_companies, name="list"),
    path("console/processors-new/", changes.enter, name="enter"),
    path("console/what-left/", console.search_what_left, name="left"),
    path("console/processor-papers/<uuid:document_id>/", console.fetch_document, name="document"),
    path("console/processor-changes/<uuid:change_id>/", console.show_change, name="change"),
    path("console/processor-changes/<uuid:change_id>/paper/", console.fetch_change_paper, name="change_paper"),
    path(_COMPANY, console.show_company, name="company"),
    path(f"{_COMPANY}agreement/", changes.add_agreement, name="add_agreement"),
    path(f"{_COMPANY}agreement/<uuid:agreement_id>/end/", changes.end_agreement, name="end_agreement"),
    path(f"{_COMPANY}audit/", changes.plan_audit, name="plan_audit"),
    path(f"{_COMPANY}audit/<uuid:audit_id>/", changes.finish_audit, name="finish_audit"),
    path(f"{_COMPANY}values/", changes.allow, name="allow"),
    path(f"{_COMPANY}values/<int:field_id>/remove/", changes.disallow, name="disallow"),
    path(f"{_COMPANY}exception/", changes.add_exception, name="add_exception"),
    path(f"{_COMPANY}hires/", changes.add_sub_processor, name="add_sub_processor"),
    path(f"{_COMPANY}facts/", changes.restate, name="restate"),
    path(f"{_COMPANY}file/", changes.follow_file, name="follow_file"),
    path(f"{_COMPANY}deletions/<uuid:request_id>/", changes.note_deletion, name="note_deletion"),
    path(f"{_COMPANY}state/", changes.set_state, name="state"),
]
