"""The copy of everything: whole, valid, safe to open, and nowhere left."""

import csv
import io
import json
import re
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.apps import apps
from jsonschema import Draft202012Validator

from troth.accounts.api import Profile
from troth.kernel.acting import acting, client
from troth.kernel.ports import Feature, holders
from troth.kernel.purposes import Purpose
from troth.ledger.api import count_entries_about
from troth.rights.coverage import NOT_COPIED, list_uncopied_tables
from troth.rights.export.archive import read_aloud
from troth.rights.export.schema import SCHEMA
from troth.rights.export.sheets import disarm
from troth.ui.api import format_date, format_datetime
from troth.vault.api import sealed_models


@pytest.fixture
def files(as_ada, ada):
    """The files of Ada's copy, name to bytes."""
    with acting(actor=client(ada.id), purpose=Purpose.ACCOUNT):
        row = Profile.of(ada.id)
        row.collects = '=HYPERLINK("https://example.org","x")'
        row.greeting = "<script>Ada</script>"
        row.save()
    answer = as_ada.post("/admin/download/")
    assert answer["Content-Type"] == "application/zip"
    assert answer["Cache-Control"] == "no-store"
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert archive.testzip() is None
    return {name: archive.read(name) for name in archive.namelist()}


def test_the_json_has_every_declared_value_and_fits_the_published_schema(files, as_ada):
    document = json.loads(files["everything.json"])
    published = as_ada.get("/admin/download/schema.json").json()
    assert published == SCHEMA == json.loads(files["schema.json"])
    Draft202012Validator.check_schema(published)
    Draft202012Validator(published, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(document)
    (profile,) = next(table for table in document["tables"] if table["name"] == "accounts.Profile")["rows"]
    assert {value["name"] for value in profile["values"]} == set(Profile.sealed_attributes)
    values = {value["name"]: value for value in profile["values"]}
    assert values["name"]["value"] == "Ada Example"
    assert values["telephone"]["shown"] == "+44 20 7946 0018"
    assert values["birthday"]["standing"] == "not_given"


def test_a_document_that_lost_a_member_does_not_fit_the_schema(files):
    document = json.loads(files["everything.json"])
    del document["tables"][0]["rows"][0]["values"][0]["why"]
    assert list(Draft202012Validator(SCHEMA).iter_errors(document))


def test_the_copy_has_every_row_of_the_record(files, ada):
    document = json.loads(files["everything.json"])
    assert len(document["record"]) == count_entries_about(ada.id)
    assert "rights:copy:made" in {entry["event"] for entry in document["record"]}


def test_no_cell_of_a_sheet_is_a_formula(files):
    for name in ("values.csv", "other.csv", "record.csv"):
        for line in csv.reader(io.StringIO(files[name].decode("utf-8-sig"))):
            assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in line)
    assert "'=HYPERLINK" in files["values.csv"].decode()


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "＝1+1", "＠SUM(1)"])
def test_what_a_spreadsheet_would_compute_is_disarmed(start):
    assert disarm(start) == f"'{start}"


def test_a_harmless_cell_stays_as_it_is():
    assert disarm("Ada") == "Ada"
    assert disarm(None) == ""


def test_the_page_to_read_stands_alone(files):
    page = files["read-me-first.html"].decode()
    assert "Ada Example" in page
    assert "&lt;script&gt;Ada" in page
    for remote in ("src=", "<script", "<link", "@import", "url("):
        assert remote not in page


def test_the_page_to_read_says_times_as_people_do(files):
    page = files["read-me-first.html"].decode()
    assert not re.search(r"\d-\d\dT\d\d:", page)
    assert read_aloud("2026-11-26T16:00:00+00:00") == format_datetime(datetime(2026, 11, 26, 16, tzinfo=UTC))
    assert read_aloud("2026-11-26") == format_date(date(2026, 11, 26))
    assert read_aloud("M-7677-6868-68") == "M-7677-6868-68"


def test_the_copy_wants_a_fresh_proof(client, ada):
    from tests.factories.visitors import sign_in_directly

    sign_in_directly(client, ada.id, fresh=False)
    assert client.post("/admin/download/").status_code == 303
    sign_in_directly(client, ada.id, fresh=True)
    assert client.post("/admin/download/").status_code == 200


def test_a_broken_promise_closes_the_copy(as_ada, open_features):
    open_features.closed[Feature.EXPORTS] = "A promise about copies is broken."
    assert as_ada.post("/admin/download/").status_code == 503
    open_features.closed.clear()
    assert as_ada.post("/admin/download/").status_code == 200


def test_asking_is_not_making(as_ada, ada):
    before = count_entries_about(ada.id)
    assert as_ada.get("/admin/download/").status_code == 200
    assert count_entries_about(ada.id) == before


# -- What can be erased can be copied ----------------------------------------------------------------------------------


def test_every_table_with_a_subject_is_copied_or_says_why_not():
    assert list_uncopied_tables() == []


def test_a_table_that_nobody_copies_is_found(monkeypatch):
    monkeypatch.setattr(holders, "_items", {})
    assert "accounts.Session" in list_uncopied_tables()


def test_each_reason_names_a_table_that_exists_and_is_not_sealed():
    sealed = {model._meta.label for model in sealed_models()}
    for label, reason in NOT_COPIED.items():
        assert apps.get_model(label)
        assert label not in sealed
        assert len(reason.split()) > 3


def test_the_schema_in_the_documentation_is_the_published_one():
    documented = Path(__file__).parents[3] / "docs" / "user" / "export.schema.json"
    assert json.loads(documented.read_text(encoding="utf-8")) == SCHEMA
