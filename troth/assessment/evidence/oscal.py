"""Assessment results in NIST's OSCAL 1.2: a clause is an objective, a run an observation that expires, red a risk.

Drills stand in a result of their own, so that nobody takes a promise broken on purpose for one that is broken.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.urls import reverse

from troth.assessment.queries import ClauseReport, ControlReport, report_clauses
from troth.assessment.states import DRILL_LIFE, LastDrill, LastRun
from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.statement.api import State, clauses

OSCAL_VERSION = "1.2.1"

_REASONS = {State.KEPT: "pass", State.BROKEN: "fail", State.UNPROVEN: "other", State.STALE: "other"}
_REMARKS = {
    State.UNPROVEN: "Nothing was examined, or no drill within a week showed that the check would fail.",
    State.STALE: "The last run is older than twice its period.",
}


def make_results() -> dict[str, Any]:
    """Return the assessment results of this moment; their uuid is new whenever anything in them is."""
    reports = report_clauses()
    controls = _controls_of(reports.values())
    named = [("plan", settings.ENVIRONMENT.site)]
    body: dict[str, Any] = {
        "import-ap": {"href": f"#{_name(*named[0])}"},
        "results": [_make_live_result(reports, controls), *_make_drill_result(controls)],
        "back-matter": {
            "resources": [
                {
                    "uuid": _name(*named[0]),
                    "title": "The checks of this site",
                    "description": "Which control watches which clause, when it ran, and what it caught.",
                    "rlinks": [{"href": settings.ENVIRONMENT.site + reverse("assessment:promises")}],
                }
            ]
        },
    }
    digest = json.dumps(body, sort_keys=True)
    return {
        "assessment-results": {
            "uuid": _name("results", digest),
            "metadata": {
                "title": f"{read_operator().name}: how each promise of the privacy statement stands",
                "last-modified": _stamp(clock.now()),
                "version": _name("results", digest),
                "oscal-version": OSCAL_VERSION,
            },
            **body,
        }
    }


def _controls_of(reports: Iterable[ClauseReport]) -> list[ControlReport]:
    found = {each.control.key: each for report in reports for each in report.controls}
    return [found[key] for key in sorted(found)]


def _make_live_result(reports: dict[str, ClauseReport], controls: list[ControlReport]) -> dict[str, Any]:
    times = [each.run.finished_at for each in controls if each.run]
    names = {each.id: str(each.words) for each in clauses()}
    result: dict[str, Any] = {
        "uuid": _name("live", _stamp(max(times, default=clock.now()))),
        "title": "The running site",
        "description": "The newest run of each control, and what each clause comes to by them.",
        "start": _stamp(min(times, default=clock.now())),
        "end": _stamp(max(times, default=clock.now())),
        "reviewed-controls": _review(reports),
        "findings": [_make_finding(report, names[clause]) for clause, report in reports.items()],
    }
    if observations := [_make_observation(each, each.run) for each in controls if each.run]:
        result["observations"] = observations
    if risks := [_make_risk(each, names[each.id]) for each in reports.values() if each.state is State.BROKEN]:
        result["risks"] = risks
    return result


def _review(clauses_: Iterable[str]) -> dict[str, Any]:
    return {"control-selections": [{"include-controls": [{"control-id": clause} for clause in clauses_]}]}


def _make_observation(report: ControlReport, run: LastRun) -> dict[str, Any]:
    control = report.control
    return {
        "uuid": _name("run", control.key, _stamp(run.finished_at)),
        "title": control.key,
        "description": str(control.words),
        "props": [
            _prop("examined", str(run.examined)),
            _prop("state", str(report.state)),
            _prop("critical", "yes" if control.critical else "no"),
        ],
        "methods": ["TEST"],
        "collected": _stamp(run.finished_at),
        "expires": _stamp(run.finished_at + 2 * control.every),
    }


def _make_finding(report: ClauseReport, name: str) -> dict[str, Any]:
    status: dict[str, Any] = {
        "state": "satisfied" if report.state is State.KEPT else "not-satisfied",
        "reason": _REASONS[report.state],
    }
    if remarks := _REMARKS.get(report.state):
        status["remarks"] = remarks
    finding: dict[str, Any] = {
        "uuid": _name("finding", report.id, report.state, _stamp(report.checked_at) if report.checked_at else ""),
        "title": f"{report.id}: {name}",
        "description": f"{report.examined} examined; the state of the worst control behind it: {report.state}.",
        "target": {"type": "objective-id", "target-id": f"{report.id}_obj", "status": status},
    }
    ran = [each for each in report.controls if each.run]
    if ran:
        finding["related-observations"] = [
            {"observation-uuid": _name("run", each.control.key, _stamp(each.run.finished_at))}
            for each in ran
            if each.run
        ]
    return finding


def _make_risk(report: ClauseReport, name: str) -> dict[str, Any]:
    broken = [each for each in report.controls if each.state is State.BROKEN]
    closed = sorted({str(feature) for each in broken if each.control.critical for feature in each.control.closes})
    closing = f" Closed meanwhile: {', '.join(closed)}." if closed else ""
    return {
        "uuid": _name("risk", report.id, *(each.control.key for each in broken)),
        "title": f"{report.id} is broken",
        "description": f"Broken by {', '.join(each.control.key for each in broken)}.{closing}",
        "statement": f"We promise: {name}. Just now this site does not keep it.",
        "status": "open",
    }


def _make_drill_result(controls: list[ControlReport]) -> list[dict[str, Any]]:
    drills = [(report, drill) for report in controls for drill in report.drills]
    if not drills:
        return []
    times = [drill.at for _report, drill in drills]
    drilled = sorted({clause for report, _drill in drills for clause in report.control.clauses})
    return [
        {
            "uuid": _name("drills", _stamp(max(times))),
            "title": "Drills: promises broken on purpose in a scratch place",
            "description": "No finding about the running site: whether each control caught what was done to it.",
            "start": _stamp(min(times)),
            "end": _stamp(max(times)),
            "reviewed-controls": _review(drilled),
            "observations": [_make_drill(report, drill) for report, drill in drills],
        }
    ]


def _make_drill(report: ControlReport, drill: LastDrill) -> dict[str, Any]:
    said = "caught" if drill.caught else "not caught"
    return {
        "uuid": _name("drill", report.control.key, drill.sabotage, _stamp(drill.at)),
        "title": f"{report.control.key}: {drill.sabotage}",
        "description": f"Broken on purpose in a scratch place: {said}.",
        "props": [_prop("caught", "yes" if drill.caught else "no")],
        "methods": ["TEST"],
        "collected": _stamp(drill.at),
        "expires": _stamp(drill.at + DRILL_LIFE),
    }


def _prop(name: str, value: str) -> dict[str, str]:
    return {"name": name, "ns": settings.ENVIRONMENT.site + reverse("assessment:promises"), "value": value}


def _name(*parts: str) -> str:
    """Return the same uuid for the same thing, of version 5, as OSCAL wants 4 or 5."""
    return str(uuid5(_site_namespace(), "\n".join(parts)))


def _site_namespace() -> UUID:
    return uuid5(NAMESPACE_URL, settings.ENVIRONMENT.site)


def _stamp(moment: datetime) -> str:
    return moment.isoformat()
