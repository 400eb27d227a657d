"""What can be reckoned about the hidden cells of a table: the least and the most that each can be, exactly.

A table with known margins is a flow from rows to columns, so the bounds are whole numbers and are found by augmenting
paths. Nothing here knows the truth: it gets what a reader gets.
"""

from collections import deque
from collections.abc import Sequence
from itertools import pairwise

Grid = Sequence[Sequence[int | None]]
"""A table as a reader gets it: ``None`` is a hidden cell."""
Cell = tuple[int, int]
Node = tuple[str, int]
_ENDLESS = 1 << 60


def bound_line(cells: Sequence[int | None], total: int) -> dict[int, tuple[int, int]]:
    """Return the place of each hidden cell of a line with a known sum → the least and the most that it can be."""
    hidden = [place for place, cell in enumerate(cells) if cell is None]
    left = total - sum(cell for cell in cells if cell is not None)
    return {place: (left, left) if len(hidden) == 1 else (0, left) for place in hidden}


def bound_grid(cells: Grid, rows: Sequence[int], columns: Sequence[int]) -> dict[Cell, tuple[int, int]]:
    """Return the place of each hidden cell → the least and the most that it can be.

    Arguments:
        cells: the table.
        rows: the sums of its rows.
        columns: the sums of its columns.
    """
    hidden = [(i, j) for i, line in enumerate(cells) for j, cell in enumerate(line) if cell is None]
    flow = _find_one(cells, hidden, rows, columns)
    bounds = {}
    for cell in hidden:
        start, end = ("r", cell[0]), ("c", cell[1])
        more = _push(flow, cell, end, start)
        less = min(flow[cell], _push(flow, cell, start, end))
        bounds[cell] = (flow[cell] - less, flow[cell] + more)
    return bounds


def _find_one(cells: Grid, hidden: Sequence[Cell], rows: Sequence[int], columns: Sequence[int]) -> dict[Cell, int]:
    """Return numbers for the hidden cells that add up with all that is known."""
    row_left = [total - sum(cell or 0 for cell in cells[i]) for i, total in enumerate(rows)]
    column_left = [total - sum(line[j] or 0 for line in cells) for j, total in enumerate(columns)]
    flow = dict.fromkeys(hidden, 0)
    for i, wanted in enumerate(row_left):
        left = wanted
        while left > 0:
            ends = {("c", j) for j, room in enumerate(column_left) if room > 0}
            path, room = _search(flow, None, ("r", i), ends)
            if not path:
                raise ValueError("The numbers of this table do not add up.")
            column = path[-1][1]
            step = min(room, left, column_left[column])
            _change(flow, path, step)
            left -= step
            column_left[column] -= step
    return flow


def _push(flow: dict[Cell, int], without: Cell, start: Node, end: Node) -> int:
    """Return how much can be moved from one margin to another past a cell, all sums staying as they are."""
    trial, moved = dict(flow), 0
    while True:
        path, room = _search(trial, without, start, {end})
        if not path:
            return moved
        _change(trial, path, room)
        moved += room
        if moved >= _ENDLESS:
            return moved


def _search(flow: dict[Cell, int], without: Cell | None, start: Node, ends: set[Node]) -> tuple[list[Node], int]:
    """Return a shortest way to one of the ends along which something can be moved, and how much."""
    came: dict[Node, Node | None] = {start: None}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        if here in ends:
            return _walk_back(flow, came, here)
        for (i, j), amount in flow.items():
            if (i, j) == without:
                continue
            there = ("c", j) if here == ("r", i) else ("r", i) if here == ("c", j) and amount else None
            if there is not None and there not in came:
                came[there] = here
                queue.append(there)
    return [], 0


def _walk_back(flow: dict[Cell, int], came: dict[Node, Node | None], end: Node) -> tuple[list[Node], int]:
    path, room, here = [end], _ENDLESS, end
    while (before := came[here]) is not None:
        if before[0] == "c":
            room = min(room, flow[here[1], before[1]])
        path.append(before)
        here = before
    return path[::-1], room


def _change(flow: dict[Cell, int], path: Sequence[Node], step: int) -> None:
    for before, after in pairwise(path):
        if before[0] == "r":
            flow[before[1], after[1]] += step
        else:
            flow[after[1], before[1]] -= step
