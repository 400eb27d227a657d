"""Every report answers, in ClickHouse's engine as in ours, and the page shows them to staff alone."""

from dataclasses import replace as replaced

import chdb
import pytest
from django.test import RequestFactory

from troth.kernel.crawl import SiteBrowser
from troth.weblog.attack.replaying import replay
from troth.weblog.probing import make_probe
from troth.weblog.reports import NAMES, QUESTIONS, ask
from troth.weblog.store import COLUMNS, Policy, list_files

SPAN = {"since": "2000-01-01", "until": "2100-01-01"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "weblog"
    replay(make_probe(days=3), folder, Policy(10, 7))
    return folder


def ask_clickhouse(folder, name):
    import json

    sources = {}
    for table in COLUMNS:
        files = list_files(folder, table)
        names = ",".join(path.name for path in files)
        sources[table] = f"file('{files[0].parent}/{{{names}}}', Parquet)" if files else "(select 1 where 0)"
    text = str(chdb.query(QUESTIONS[name].format(**SPAN, **sources), "JSONCompactEachRow"))
    return [[int(cell) if str(cell).isdigit() else cell for cell in json.loads(line)] for line in text.splitlines()]


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_report_gives_the_same_rows_in_both_engines(folder, name):
    ours = [[int(cell) if str(cell).isdigit() else cell for cell in row] for row in ask(folder, [name], **SPAN)[name]]
    assert ours
    assert all(len(row) == len(NAMES[name]) for row in ours)
    assert ask_clickhouse(folder, name) == ours


@pytest.mark.django_db
def test_everybody_reads_how_the_attack_ended_with_its_interval_and_no_more_than_it_shows(settings, tmp_path):
    from troth.weblog.attack.verdicts import keep_verdict
    from troth.weblog.places import weblog_folder

    settings.ENVIRONMENT = replaced(settings.ENVIRONMENT, data=tmp_path)
    assert b"No attack has run yet" in SiteBrowser().get("/promises/web-log/attack/").content
    score = {"method": "order", "tried": 11, "right": 0.18, "low": 0.05, "high": 0.48, "chance": 0.1}
    site = {"kind": "small", "days": 9, "visits": 99, "members": 9, "void": False, "linked": [], "naive": score}
    keep_verdict(
        weblog_folder(tmp_path), {"on": "2026-11-25", "sites": [site | {"scores": [score | {"finding": "undecided"}]}]}
    )
    text = SiteBrowser().get("/promises/web-log/attack/").content.decode()
    assert "too few guesses to tell it from chance" in text
    assert "no better than chance" not in text
    assert "48" in text
    assert "/promises/web-log/attack/" in SiteBrowser().get("/promises/I3/").content.decode()


@pytest.mark.django_db
def test_a_visitor_is_not_shown_the_reports():
    assert SiteBrowser().get("/console/visits/").status_code in {302, 303, 403}
    assert SiteBrowser().get("/console/visits/days.csv").status_code in {302, 303, 403}


def test_the_page_shows_the_visits_with_their_sources(folder, settings, monkeypatch):
    from troth.weblog import views

    settings.ENVIRONMENT = replaced(settings.ENVIRONMENT, data=folder.parent)
    monkeypatch.setattr(views, "render", lambda _request, _template, context: context)
    request = RequestFactory().get("/console/visits/", {"since": "2026-09-01", "until": "2026-10-30"})
    context = views.show_report.__wrapped__(request)
    assert context["visits"] > 100
    assert context["attribution"].source
    assert not context["trend"].is_empty
    assert context["edges"]
    rows = views.fetch_rows.__wrapped__(request, "days", "csv").content.decode().splitlines()
    assert rows[0] == "day,visits,pages"
    assert len(rows) > 2
