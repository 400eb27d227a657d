"""The Admin page: everything held about the client that is signed in, and what can be done with it (A10, L1)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from troth.accounts.api import Account, Profile, as_client, require_subject
from troth.disclosures.api import list_asks
from troth.kernel.pages import CLIENT, page
from troth.kernel.purposes import Purpose
from troth.ledger.api import Entry, entries_about, looks_at
from troth.rights.completeness import list_doubts, needs_confirming
from troth.rights.corrections import find_flow_url, is_correctable
from troth.rights.held import HeldTable, Section, list_facts, read_holders, read_table, read_tables
from troth.rights.kept import list_terms
from troth.rights.present import find_empty
from troth.rights.queries import requests_of
from troth.rights.received import list_departures, read_received
from troth.rights.sealed import find_model
from troth.rights.timeline import tell

LOOKS_SHOWN = 8
TOOLS = {"is_correctable": is_correctable, "flow_url": find_flow_url, "list_facts": list_facts}
"""What the templates ask of a value."""
PAGE = 50


@page(CLIENT)
def show_admin(request: HttpRequest) -> HttpResponse:
    """Show the whole page; one query finds the tables in which anything stands, and only those are read."""
    subject_id = require_subject(request)
    empty = find_empty(subject_id)
    with as_client(request, purpose=Purpose.ACCOUNT):
        tables = read_tables(subject_id, empty=empty)
    looks = looks_at(subject_id, limit=LOOKS_SHOWN + 1)
    holders = read_holders(subject_id, empty=empty)
    context = {
        **TOOLS,
        "account": Account.objects.get(id=subject_id),
        "who": _read_who(tables),
        "confirms": _read_confirms(tables),
        "doubts": list_doubts(subject_id),
        "sections": {section: _read_section(tables, section) for section in Section},
        "unreadable": [row for table in tables for row in table.rows if not row.is_readable],
        "holders": holders,
        "told_by_holders": {part.section for part in holders},
        "terms": list_terms(tables, holders),
        "requests": requests_of(subject_id),
        "looks": tell(looks[:LOOKS_SHOWN], subject_id=subject_id),
        "more_looks": len(looks) > LOOKS_SHOWN,
        "received": read_received(subject_id),
        "asks": list_asks(subject_id),
    }
    return render(request, "rights/admin.jinja", context)


@page(CLIENT, methods=("POST",))
def confirm_file(request: HttpRequest) -> HttpResponse:
    """Note that the client said today that everything is still right (A9)."""
    profile = Profile.of(require_subject(request))
    if profile is not None:
        with as_client(request, purpose=Purpose.ACCOUNT):
            profile.confirm()
    return redirect("rights:admin")


@page(CLIENT)
def show_table(request: HttpRequest, label: str) -> HttpResponse:
    """Show all of the client's rows of one table, page by page."""
    subject_id, model = require_subject(request), find_model(label)
    with as_client(request, purpose=Purpose.ACCOUNT):
        table = read_table(model, subject_id, after=_read_after(request))
    return render(request, "rights/table.jinja", {**TOOLS, "table": table})


@page(CLIENT)
def show_looks(request: HttpRequest) -> HttpResponse:
    """Show everybody who looked, page by page."""
    subject_id = require_subject(request)
    entries = looks_at(subject_id, after=_read_after(request), limit=PAGE + 1)
    return _show_record(request, entries, subject_id, _("Who looked at your information"), "looks")


@page(CLIENT)
def show_received(request: HttpRequest) -> HttpResponse:
    """Show what each organisation received, value by value, and each time that something left, page by page."""
    subject_id, after = require_subject(request), _read_after(request)
    found = list_departures(subject_id, after=after, limit=PAGE + 1)
    context = {
        "received": read_received(subject_id) if after is None else (),
        "departures": found[:PAGE],
        "following": found[PAGE - 1].left.id if len(found) > PAGE else None,
    }
    return render(request, "rights/received.jinja", context)


@page(CLIENT)
def show_record(request: HttpRequest) -> HttpResponse:
    """Show every row of the record about the client: looks, changes, sign-ins and the rest."""
    subject_id = require_subject(request)
    entries = entries_about(subject_id, after=_read_after(request), limit=PAGE + 1)
    return _show_record(request, entries, subject_id, _("Everything in the record about you"), "record")


def _show_record(
    request: HttpRequest, entries: Sequence[Entry], subject_id: UUID, title: str, kind: str
) -> HttpResponse:
    """Show one page of the record; the reader asked for one entry more than it holds."""
    told = tell(entries[:PAGE], subject_id=subject_id)
    following = told[-1].id if len(entries) > PAGE else None
    context = {"title": title, "kind": kind, "told": told, "following": following}
    return render(request, "rights/record.jinja", context)


def _read_who(tables: list[HeldTable]) -> dict[str, str]:
    """Return the shown values of the profile, for the head of the page."""
    return next(
        (
            {value.name: value.shown for value in table.rows[0].values}
            for table in tables
            if table.model._meta.label == "accounts.Profile"
        ),
        {},
    )


def _read_confirms(tables: list[HeldTable]) -> date | None:
    """Return since when nobody said that the details are right, where that is so long ago that we ask."""
    for table in tables:
        for held in table.rows:
            if isinstance(held.row, Profile) and needs_confirming(held.row):
                return held.row.written_on
    return None


def _read_section(tables: list[HeldTable], section: Section) -> list[HeldTable]:
    """Return the tables with those values that this section tells; a table may stand in two of them."""
    told = []
    for table in tables:
        rows = tuple(
            replace(row, values=values)
            for row in table.rows
            if (values := tuple(value for value in row.values if value.section is section))
        )
        if rows:
            told.append(replace(table, rows=rows))
    return told


def _read_after(request: HttpRequest) -> UUID | None:
    after = request.GET.get("after")
    if after is None:
        return None
    try:
        return UUID(after)
    except ValueError:
        raise Http404 from None
