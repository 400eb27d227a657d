"""The last attack's scores, kept beside the web log whatever they were, and shown beside the promise."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from troth.kernel import clock
from troth.weblog.attack.nightly import Outcome
from troth.weblog.attack.scoring import Score
from troth.weblog.places import write_private

FILE = "attack.json"


def describe_outcomes(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return what the attacks came to as plain facts."""
    return {"on": str(clock.today()), "sites": [_describe_outcome(outcome) for outcome in outcomes]}


def _describe_outcome(outcome: Outcome) -> dict[str, Any]:
    plan = outcome.plan
    return {
        "kind": plan.name,
        "days": plan.days,
        "visits": outcome.visits,
        "members": plan.members,
        "void": outcome.is_void,
        "linked": list(outcome.linked),
        "naive": _describe(outcome.naive),
        "scores": [_describe(score) for score in outcome.scores],
    }


def _describe(score: Score) -> dict[str, Any]:
    low, high = score.interval
    return {
        "method": score.method,
        "tried": score.tried,
        "right": round(score.share, 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "chance": round(score.chance, 4),
        "finding": score.finding.value,
    }


def keep_verdict(folder: Path, found: dict[str, Any]) -> None:
    """Keep the scores, also of an attack that succeeded or that was void: they are what is to be seen then."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(folder / FILE, json.dumps(found))


def read_verdict(folder: Path) -> dict[str, Any] | None:
    """Return the scores of the last attack, or None."""
    try:
        found: dict[str, Any] = json.loads((folder / FILE).read_text())
    except (OSError, ValueError):
        return None
    return found if "sites" in found else None
