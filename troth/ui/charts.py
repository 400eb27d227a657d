"""Charts as plain shapes: this module reckons where they stand, ``ui/charts.jinja`` draws them as inline SVG.

Every chart labels its shapes directly and carries the same numbers as a table. Horizontal places are percentages of the
width, so that letters keep their size on every screen; vertical places are CSS pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from troth.kernel.ports import Words
from troth.ui.formats import format_number, format_percent

BAR_PITCH = 44
LINE_HEIGHT = 160
LARGEST_PARTS = 5
LABEL_ROOM = 0.3
"""The share of the width that two labels side by side need on a phone."""


@dataclass(frozen=True, slots=True)
class Datum:
    """One number with its name.

    Arguments:
        words: what is counted.
        value: how many; not negative.
    """

    words: Words
    value: float


@dataclass(frozen=True, slots=True)
class Shape:
    """One drawn thing.

    Arguments:
        words: its direct label.
        shown: its number, formatted.
        x: where it starts, in percent of the width.
        width: how far it reaches, in percent.
        y: where it starts, in CSS pixels from the top.
    """

    words: Words
    shown: str
    x: float
    width: float
    y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart ready to draw.

    Arguments:
        kind: ``bars``, ``line`` or ``shares``.
        title: what it shows.
        description: what it says, in one sentence, for who cannot or would rather not look.
        name_words: the heading of the table's first column, such as "Month".
        value_words: the heading of its second, such as "Visits".
        table: the rows of the table: name, number.
        shapes: what is drawn.
        height: the drawing's height in CSS pixels.
        path: the line's course, as an SVG path on a field of 100 × 100; only of ``line``.
        is_empty: whether there is nothing to draw.
    """

    kind: str
    title: Words
    description: Words
    name_words: Words
    value_words: Words
    table: Sequence[tuple[Words, str]]
    shapes: Sequence[Shape]
    height: float
    path: str = ""
    is_empty: bool = False


def draw_bars(
    *, title: Words, description: Words, name_words: Words, value_words: Words, data: Sequence[Datum]
) -> Chart:
    """Return horizontal bars from zero, in the order given, each with its name above and its number at its end."""
    largest = max((datum.value for datum in data), default=0) or 1
    shapes = [
        Shape(
            words=datum.words,
            shown=format_number(datum.value),
            x=0,
            width=_round(datum.value / largest * 84),
            y=place * BAR_PITCH,
        )
        for place, datum in enumerate(data)
    ]
    return Chart(
        kind="bars",
        title=title,
        description=description,
        name_words=name_words,
        value_words=value_words,
        table=_tabulate(data),
        shapes=shapes,
        height=max(len(data), 1) * BAR_PITCH,
        is_empty=not data,
    )


def draw_line(
    *, title: Words, description: Words, name_words: Words, value_words: Words, data: Sequence[Datum]
) -> Chart:
    """Return a line from left to right over a ground of zero; its first, highest and last points are labelled.

    A highest point too near to an end for its label to fit keeps its dot alone.
    """
    largest = max((datum.value for datum in data), default=0) or 1
    step = 100 / max(len(data) - 1, 1)
    points = [(_round(place * step), _round(100 - datum.value / largest * 100)) for place, datum in enumerate(data)]
    return Chart(
        kind="line",
        title=title,
        description=description,
        name_words=name_words,
        value_words=value_words,
        table=_tabulate(data),
        shapes=[
            Shape(
                words=data[place].words if is_labelled else "",
                shown=format_number(data[place].value) if is_labelled else "",
                x=points[place][0],
                width=0,
                y=_round(points[place][1] * LINE_HEIGHT / 100),
            )
            for place, is_labelled in _choose_marked(data)
        ],
        height=LINE_HEIGHT,
        path="".join(f"{'L' if place else 'M'}{x} {y}" for place, (x, y) in enumerate(points)),
        is_empty=not data,
    )


def draw_shares(  # noqa: PLR0913 - what is said of the chart, each by its name
    *, title: Words, description: Words, name_words: Words, value_words: Words, data: Sequence[Datum], rest: Words
) -> Chart:
    """Return the parts of a whole, the largest first, each on a line of its own where the one before it ends.

    So each part is labelled where it stands and no colour is needed to tell them apart. What is beyond five parts is
    gathered under ``rest``.
    """
    ordered = sorted(data, key=lambda datum: -datum.value)
    if len(ordered) > LARGEST_PARTS:
        gathered = sum(datum.value for datum in ordered[LARGEST_PARTS - 1 :])
        ordered = [*ordered[: LARGEST_PARTS - 1], Datum(rest, gathered)]
    whole = sum(datum.value for datum in ordered)
    shapes, start = [], 0.0
    for place, datum in enumerate(ordered):
        share = datum.value / whole if whole else 0
        shown = f"{format_number(datum.value)} · {format_percent(share)}"
        shapes.append(
            Shape(words=datum.words, shown=shown, x=_round(start), width=_round(share * 100), y=place * BAR_PITCH)
        )
        start += share * 100
    return Chart(
        kind="shares",
        title=title,
        description=description,
        name_words=name_words,
        value_words=value_words,
        table=_tabulate(ordered),
        shapes=shapes,
        height=max(len(ordered), 1) * BAR_PITCH,
        is_empty=not whole,
    )


def _tabulate(data: Sequence[Datum]) -> list[tuple[Words, str]]:
    return [(datum.words, format_number(datum.value)) for datum in data]


def _choose_marked(data: Sequence[Datum]) -> list[tuple[int, bool]]:
    """Return the places of the first, highest and last points, each once, and whether it has room for its label."""
    if not data:
        return []
    last = len(data) - 1
    highest = max(range(len(data)), key=lambda place: data[place].value)
    has_room = min(highest, last - highest) >= last * LABEL_ROOM
    marked = {highest: has_room, 0: True, last: True}
    return sorted(marked.items())


def _round(value: float) -> float:
    return round(value, 2)
