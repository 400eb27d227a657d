"""The copy of everything (L1, A10): asked for after showing once more to be the one, made at once, kept nowhere."""

from django.http import HttpRequest, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import render

from troth.accounts.api import as_client, require_subject
from troth.kernel import clock
from troth.kernel.pages import FRESH, PUBLIC, page
from troth.kernel.ports import Feature, require_open
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.rights.events import Event
from troth.rights.export.archive import stream_archive
from troth.rights.export.document import collect_files, make_document
from troth.rights.export.schema import SCHEMA


@page(FRESH, methods=("GET", "POST"))
def download(request: HttpRequest) -> HttpResponseBase:
    """Say what the copy holds, and make it at the press of the button."""
    if request.method != "POST":
        return render(request, "rights/download.jinja", {})
    require_open(Feature.EXPORTS)
    subject_id = require_subject(request)
    with as_client(request, purpose=Purpose.ACCOUNT):
        record(event=Event.COPY_MADE, subject_id=subject_id)
        # Everything is opened here, before the first piece leaves: while pieces are sent, nobody acts.
        document = make_document(subject_id)
        files = list(collect_files(subject_id))
    response = StreamingHttpResponse(stream_archive(document, files), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="my-information-{clock.today().isoformat()}.zip"'
    response["Cache-Control"] = "no-store"
    return response


@page(PUBLIC)
def show_schema(_request: HttpRequest) -> HttpResponseBase:
    """Publish the shape of the copy."""
    return JsonResponse(SCHEMA, content_type="application/schema+json", json_dumps_params={"indent": 1})
