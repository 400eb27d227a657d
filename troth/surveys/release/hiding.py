"""What is hidden of a table: every cell below the threshold, and as many others as it takes to keep those hidden."""

from collections.abc import Sequence

from troth.kernel.operator import read_operator
from troth.surveys.release.bounds import Cell, bound_grid, bound_line

Line = list[int | None]


def threshold() -> int:
    """Return the least number of people that a released cell stands for."""
    return read_operator().numbers.suppression_threshold


def hide_line(counts: Sequence[int], *, least: int) -> Line | None:
    """Return the counts with what must be hidden as None; None for all of it where nothing is left to show."""
    cells: Line = [count if count >= least else None for count in counts]
    while None in cells:
        bounds = bound_line(cells, sum(counts))
        shown = [(count, place) for place, count in enumerate(cells) if count is not None]
        if not shown:
            return None
        if all(most - low >= least for low, most in bounds.values()):
            return cells
        cells[min(shown)[1]] = None
    return cells


def hide_grid(counts: Sequence[Sequence[int]], *, least: int) -> list[Line] | None:
    """Return the table with what must be hidden as None; None where its margins or sums would give cells away."""
    rows = [sum(line) for line in counts]
    columns = [sum(column) for column in zip(*counts, strict=True)]
    if min(*rows, *columns) < least:
        return None
    cells: list[Line] = [[count if count >= least else None for count in line] for line in counts]
    while True:
        bounds = bound_grid(cells, rows, columns)
        narrow = [place for place, (low, most) in bounds.items() if most - low < least]
        if not narrow:
            return cells
        place = _choose(cells, narrow[0])
        if place is None:
            return None
        cells[place[0]][place[1]] = None


def _choose(cells: Sequence[Line], beside: Cell) -> Cell | None:
    """Return the smallest cell that is shown in the same row or column, else anywhere, or None."""
    shown = [(count, (i, j)) for i, line in enumerate(cells) for j, count in enumerate(line) if count is not None]
    near = [each for each in shown if each[1][0] == beside[0] or each[1][1] == beside[1]]
    chosen = min(near or shown, default=None)
    return chosen[1] if chosen else None
