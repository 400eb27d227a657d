"""The table of figures and goals, and the same as JSON with the facts of the machine that bear on them."""

import json
import os
import platform
import sqlite3
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.measuring import Spread


@dataclass(frozen=True, slots=True)
class Goal:
    """What was promised of a figure: the words, and whether it is so."""

    words: str
    met: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    Arguments:
        name: what was measured.
        spread: median, smallest and largest of the rounds.
        unit: of these three.
        ratio: compared with what ``beside`` says; None where nothing stands beside it.
        beside: such as "× calibration".
        goal: what was promised, or None.
        note: what a reader must know to read it right.
    """

    name: str
    spread: Spread
    unit: str
    ratio: float | None = None
    beside: str = ""
    goal: Goal | None = None
    note: str = ""


def format_table(figures: list[Figure]) -> str:
    """Return the figures as a table for a terminal, the goals in their own column."""
    rows = [("what", "median", "range", "ratio", "goal", "met")]
    rows += [_format_row(figure) for figure in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    notes = [f"  {figure.name}: {figure.note}" for figure in figures if figure.note]
    return "\n".join([*lines, "", *notes])


def _format_row(figure: Figure) -> tuple[str, ...]:
    spread = figure.spread
    return (
        figure.name,
        f"{_round(spread.median)} {figure.unit}",
        "" if spread.least == spread.most else f"{_round(spread.least)}–{_round(spread.most)}",
        "" if figure.ratio is None else f"{figure.ratio:.2f} {figure.beside}",
        figure.goal.words if figure.goal else "",
        ("yes" if figure.goal.met else "NO") if figure.goal else "",
    )


def _round(value: float) -> str:
    """Return a figure with three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def write_json(path: Path, figures: list[Figure], facts: dict[str, Any]) -> None:
    """Write figures and facts to a file, its folder made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"facts": facts, "figures": [asdict(figure) for figure in figures]}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_facts() -> dict[str, Any]:
    """Return what of this machine bears on the figures; no names and no paths."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "measured_at": datetime.now(tz=UTC).isoformat(timespec="minutes"),
        "cores": os.cpu_count(),
        "memory_gb": round(pages * size / 1e9, 1),
        "load": [round(load, 2) for load in os.getloadavg()],
        "python": platform.python_version(),
        "django": version("django"),
        "sqlite": sqlite3.sqlite_version,
    }
