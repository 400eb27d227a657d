"""The last attack's scores, kept beside the web log and shown beside the promise."""

import json
from pathlib import Path
from typing import Any

from troth.kernel import clock
from troth.weblog.attack.attacking import Verdict
from troth.weblog.attack.scoring import Score
from troth.weblog.attack.simulating import Site
from troth.weblog.places import write_private

FILE = "attack.json"


def describe_verdict(verdict: Verdict, site: Site) -> dict[str, Any]:
    """Return the scores as plain facts."""
    return {
        "on": str(clock.today()),
        "days": site.days,
        "visits": verdict.visits,
        "members": site.members,
        "void": verdict.is_void,
        "naive": _describe(verdict.naive),
        "scores": [_describe(score) for score in verdict.scores],
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
        "linked": score.beats_chance,
    }


def keep_verdict(folder: Path, found: dict[str, Any]) -> None:
    """Keep the scores."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(folder / FILE, json.dumps(found))


def read_verdict(folder: Path) -> dict[str, Any] | None:
    """Return the scores of the last attack, or None."""
    try:
        found: dict[str, Any] = json.loads((folder / FILE).read_text())
    except (OSError, ValueError):
        return None
    return found
