"""What may be written of a count: cells of fewer than ten visits are merged, until what is merged holds ten itself.

A lone hidden cell would be the total less the rest. So what is hidden is always written as one cell of at least the
threshold, with the smallest shown cells taken into it where needed, or nothing of the kind is written at all.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

FEW = "fewer than the threshold"
"""The value of the merged cell."""


def suppress(counts: Mapping[str, int], *, least: int) -> dict[str, int]:
    """Return the cells that may be shown, the merged one under ``FEW``; empty where even all together are too few.

    Arguments:
        counts: value → how many visits.
        least: the threshold.
    """
    shown = {value: n for value, n in counts.items() if n >= least}
    rest = sum(n for n in counts.values() if n < least)
    for value in sorted(shown, key=lambda each: (shown[each], each)):
        if rest == 0 or rest >= least:
            break
        rest += shown.pop(value)
    if 0 < rest < least:
        return {}
    return shown | ({FEW: rest} if rest else {})


def suppress_rows[Key](rows: Mapping[Key, Sequence[int]], few: Key, *, least: int) -> dict[Key, list[int]]:
    """Return the rows that may be shown, as ``suppress`` does; the first number of each is its visits."""
    names = {str(place): key for place, key in enumerate(rows)}
    kept = suppress({name: rows[key][0] for name, key in names.items()}, least=least)
    shown = {names[name]: list(rows[names[name]]) for name in kept if name != FEW}
    if FEW in kept:
        merged = [rows[key] for key in rows if key not in shown]
        shown[few] = [sum(column) for column in zip(*merged, strict=True)]
    return shown


def suppress_paths(paths: Mapping[tuple[str, ...], int], *, least: int) -> dict[tuple[str, ...], int]:
    """Return the paths walked by enough visits; of a rarer one its last step is left out, again and again."""
    counts = Counter(paths)
    longest = max((len(path) for path in counts), default=0)
    for length in range(longest, 1, -1):
        for path in [path for path, n in counts.items() if len(path) == length and n < least]:
            counts[path[:-1]] += counts.pop(path)
    kept = suppress_rows({path: [n] for path, n in counts.items()}, (FEW,), least=least)
    return {path: row[0] for path, row in kept.items()}
