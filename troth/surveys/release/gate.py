"""The gate: tables as they may leave, and the audit of all tables that ever left of a survey together.

The audit gets the tables as a reader has them, and no truth beside. It is exact, because the gate lets out only what
falls apart into pieces that say nothing of each other: a line for each variable, whose sum is known; and crossed pairs,
each variable in one pair at the most, on the categories that its line shows, all others lumped together. A question
that some were not asked leaves only where the line of the question that decided is wholly shown, so that its sum is
known already.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from troth.surveys.definition.reading import Definition
from troth.surveys.kinds import LEAST_FOR_ONE, LEAST_FOR_TWO
from troth.surveys.release.bounds import bound_grid, bound_line
from troth.surveys.release.counting import Variable, count_one, count_two, list_variables
from troth.surveys.release.hiding import Line, hide_grid, hide_line

OTHERS = "*"
"""All categories together that a line does not show."""

Table = dict[str, Any]
"""``of``: one or two keys of variables · ``rows``, ``columns``: codes · ``total`` · ``cells``: lines, None is hidden.
Where all of it was held back there is ``of`` alone."""


def make_tables(
    definition: Definition, answers: Sequence[Mapping[str, Any]], pairs: Sequence[tuple[str, str]], *, least: int
) -> list[Table]:
    """Return a line for each variable and a table for each pair, with what must be hidden left out."""
    variables = {variable.key: variable for variable in list_variables(definition)}
    lines: dict[str, Line | None] = {}
    tables = []
    for variable in variables.values():
        line = _make_line(variable, lines, variables, answers, least=least)
        lines[variable.key] = line
        tables.append(_store_line(variable, line, sum(count_one(variable, answers))))
    return tables + [_make_pair(variables[a], variables[b], lines, answers, least=least) for a, b in pairs]


def _make_line(
    variable: Variable,
    lines: Mapping[str, Line | None],
    variables: Mapping[str, Variable],
    answers: Sequence[Mapping[str, Any]],
    *,
    least: int,
) -> Line | None:
    counts = count_one(variable, answers)
    if sum(counts) < max(LEAST_FOR_ONE, least):
        return None
    if variable.depends_on:
        cause = lines.get(variable.depends_on) if variable.depends_on in variables else None
        if cause is None or None in cause:
            return None
    return hide_line(counts, least=least)


def _store_line(variable: Variable, line: Line | None, total: int) -> Table:
    if line is None:
        return {"of": [variable.key]}
    return {"of": [variable.key], "rows": list(variable.categories), "total": total, "cells": [line]}


def _make_pair(
    first: Variable,
    second: Variable,
    lines: Mapping[str, Line | None],
    answers: Sequence[Mapping[str, Any]],
    *,
    least: int,
) -> Table:
    held_back = {"of": [first.key, second.key]}
    over, down = lines[first.key], lines[second.key]
    if over is None or down is None or first.depends_on or second.depends_on or len(answers) < LEAST_FOR_TWO:
        return held_back
    rows, columns = _lump(first, over), _lump(second, down)
    counts = _fold(count_two(first, second, answers), [*first.categories], [*second.categories], rows, columns)
    cells = hide_grid(counts, least=least)
    if cells is None:
        return held_back
    return {**held_back, "rows": rows, "columns": columns, "total": len(answers), "cells": cells}


def _lump(variable: Variable, line: Line) -> list[str]:
    shown = [code for code, cell in zip(variable.categories, line, strict=True) if cell is not None]
    return shown if None not in line else [*shown, OTHERS]


def _fold(
    counts: Sequence[Sequence[int]], all_rows: list[str], all_columns: list[str], rows: list[str], columns: list[str]
) -> list[list[int]]:
    folded = [[0] * len(columns) for _row in rows]
    for i, row in enumerate(all_rows):
        for j, column in enumerate(all_columns):
            over = rows.index(row if row in rows else OTHERS)
            down = columns.index(column if column in columns else OTHERS)
            folded[over][down] += counts[i][j]
    return folded


# -- The audit --------------------------------------------------------------------------------------------------------


@dataclass
class Audit:
    """What the audit of all releases of a survey found.

    Arguments:
        problems: what would be given away, one line each; it names questions, never numbers of people.
        cells: how many cells were looked at.
        hidden: how many of them are hidden.
    """

    problems: list[str] = field(default_factory=list)
    cells: int = 0
    hidden: int = 0


def audit_releases(definition: Definition, releases: Sequence[Sequence[Table]], *, least: int) -> Audit:
    """Judge all tables of a survey together, as somebody would who has every one of them."""
    audit = Audit()
    tables = [table for release in releases for table in release if "cells" in table]
    variables = {variable.key: variable for variable in list_variables(definition)}
    if any(key not in variables for table in tables for key in table["of"]):
        audit.problems.append("A table is about something that the survey does not ask.")
        return audit
    lines = _join([table for table in tables if len(table["of"]) == 1], audit)
    pairs = _join([table for table in tables if len(table["of"]) == 2], audit)
    audit.problems += _judge_totals(variables, lines, pairs)
    for (key,), table in lines.items():
        _judge_line(key, table, audit, least=least)
    if not audit.problems:
        _judge_pairs(variables, lines, pairs, audit, least=least)
    return audit


def _join(tables: Sequence[Table], audit: Audit) -> dict[tuple[str, ...], Table]:
    """Lay tables of the same thing over each other: what one of them shows is known."""
    joined: dict[tuple[str, ...], Table] = {}
    for table in tables:
        of = tuple(table["of"])
        before = joined.setdefault(of, {**table, "cells": [list(line) for line in table["cells"]]})
        frames = [(each["rows"], each.get("columns"), each["total"]) for each in (before, table)]
        if frames[0] != frames[1]:
            audit.problems.append(f"{' × '.join(of)}: two releases were made of different answers.")
            continue
        for known, line in zip(before["cells"], table["cells"], strict=True):
            for place, cell in enumerate(line):
                if known[place] is not None and cell is not None and known[place] != cell:
                    audit.problems.append(f"{' × '.join(of)}: two releases say different things.")
                if known[place] is None:
                    known[place] = cell
    return joined


def _judge_totals(
    variables: Mapping[str, Variable], lines: Mapping[tuple[str, ...], Table], pairs: Mapping[tuple[str, ...], Table]
) -> Iterator[str]:
    whole = {table["total"] for (key,), table in lines.items() if not variables[key].depends_on}
    whole |= {table["total"] for table in pairs.values()}
    if len(whole) > 1:
        yield "Tables of all answers have different totals: together they tell of those between."
    for (key,) in lines:
        cause = variables[key].depends_on
        if cause and (lines.get((cause,)) is None or None in lines[cause,]["cells"][0]):
            yield f"{key}: its total would tell of what is hidden of “{cause}”."
    used = [key for pair in pairs for key in pair]
    if len(set(used)) != len(used):
        yield "A question is crossed with two others."


def _judge_line(key: str, table: Table, audit: Audit, *, least: int) -> None:
    line = table["cells"][0]
    audit.cells += len(line)
    audit.hidden += line.count(None)
    if table["total"] < max(LEAST_FOR_ONE, least):
        audit.problems.append(f"{key}: it is made of too few answers.")
    if any(cell is not None and cell < least for cell in line):
        audit.problems.append(f"{key}: it shows a cell below the threshold.")
    if sum(cell or 0 for cell in line) > table["total"]:
        audit.problems.append(f"{key}: its numbers do not add up.")
    elif any(most - low < least for low, most in bound_line(line, table["total"]).values()):
        audit.problems.append(f"{key}: a hidden cell can be reckoned too closely.")


def _judge_pairs(
    variables: Mapping[str, Variable],
    lines: Mapping[tuple[str, ...], Table],
    pairs: Mapping[tuple[str, ...], Table],
    audit: Audit,
    *,
    least: int,
) -> None:
    for (first, second), table in pairs.items():
        name, cells = f"{first} × {second}", table["cells"]
        audit.cells += sum(len(line) for line in cells)
        audit.hidden += sum(line.count(None) for line in cells)
        if any(variables[key].depends_on or (key,) not in lines for key in (first, second)):
            audit.problems.append(f"{name}: it may not be crossed.")
            continue
        if table["total"] < LEAST_FOR_TWO:
            audit.problems.append(f"{name}: it is made of too few answers.")
        if any(cell is not None and cell < least for line in cells for cell in line):
            audit.problems.append(f"{name}: it shows a cell below the threshold.")
        rows = _margins(lines[first,], table["rows"])
        columns = _margins(lines[second,], table["columns"])
        try:
            bounds = bound_grid(cells, rows, columns)
        except ValueError:
            audit.problems.append(f"{name}: its numbers do not add up.")
            continue
        if any(most - low < least for low, most in bounds.values()):
            audit.problems.append(f"{name}: a hidden cell can be reckoned too closely.")


def _margins(line: Table, codes: Sequence[str]) -> list[int]:
    shown = dict(zip(line["rows"], line["cells"][0], strict=True))
    known = [shown.get(code) or 0 for code in codes if code != OTHERS]
    return [*known, line["total"] - sum(known)] if OTHERS in codes else known


def forecast(definition: Definition, expected: int, *, least: int) -> tuple[int, int]:
    """Return how many cells of how many would be hidden, were there so many answers, spread as answers often are.

    Each category is taken to be chosen by two thirds as many as the one before it, and a twentieth gives no answer.
    """
    hidden = cells = 0
    for variable in list_variables(definition):
        counts = _spread(len(variable.categories), expected)
        line = hide_line(counts, least=least) if expected >= max(LEAST_FOR_ONE, least) else None
        cells += len(counts)
        hidden += line.count(None) if line else len(counts)
    return hidden, cells


def _spread(categories: int, expected: int) -> list[int]:
    none = round(expected / 20)
    weights = [(2 / 3) ** place for place in range(categories - 1)]
    counts = [round((expected - none) * weight / sum(weights)) for weight in weights]
    counts[0] += expected - none - sum(counts)
    return [*counts, none]
