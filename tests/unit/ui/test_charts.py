from collections.abc import Callable

from troth.ui.api import Datum, draw_bars, draw_line, draw_shares

WORDS = {"title": "Visits", "description": "They rose.", "name_words": "Month", "value_words": "Visits"}


def test_bars_are_as_long_as_their_numbers_say() -> None:
    chart = draw_bars(**WORDS, data=[Datum("a", 10), Datum("b", 5), Datum("c", 0)])
    longest = chart.shapes[0].width
    assert [shape.width / longest for shape in chart.shapes] == [1, 0.5, 0]
    assert chart.table == [("a", "10"), ("b", "5"), ("c", "0")]


def test_parts_stand_end_to_end_largest_first_and_fill_the_whole() -> None:
    chart = draw_shares(**WORDS, rest="Other", data=[Datum("a", 1), Datum("b", 3)])
    assert [(shape.words, shape.x, shape.width) for shape in chart.shapes] == [("b", 0, 75), ("a", 75, 25)]


def test_what_is_beyond_five_parts_is_gathered_and_nothing_is_lost() -> None:
    chart = draw_shares(**WORDS, rest="Other", data=[Datum(str(value), value) for value in range(1, 8)])
    assert chart.table == [("7", "7"), ("6", "6"), ("5", "5"), ("4", "4"), ("Other", "6")]


def test_a_line_starts_at_zero_and_labels_ends_and_top() -> None:
    chart = draw_line(**WORDS, data=[Datum("May", 5), Datum("June", 10), Datum("July", 0)])
    assert chart.path == "M0.0 50.0L50.0 0.0L100.0 100.0"
    assert [(shape.words, shape.x) for shape in chart.shapes] == [("May", 0), ("June", 50), ("July", 100)]


def test_a_top_beside_an_end_keeps_its_dot_without_a_label() -> None:
    chart = draw_line(**WORDS, data=[Datum(str(place), value) for place, value in enumerate([1, 2, 3, 9, 8])])
    assert [(shape.words, shape.x) for shape in chart.shapes] == [("0", 0), ("", 75), ("4", 100)]


def test_one_point_is_drawn_once() -> None:
    assert len(draw_line(**WORDS, data=[Datum("May", 5)]).shapes) == 1


def test_a_chart_without_numbers_says_so(draw: Callable[..., str]) -> None:
    source = '{% from "ui/components.jinja" import chart %}{{ chart(each) }}'
    for empty in (
        draw_bars(**WORDS, data=[]),
        draw_line(**WORDS, data=[]),
        draw_shares(**WORDS, rest="Other", data=[Datum("a", 0)]),
    ):
        shown = draw(source, each=empty)
        assert "There is nothing to draw yet." in shown
        assert "<svg" not in shown


def test_a_drawn_chart_has_a_name_a_description_and_a_table(draw: Callable[..., str]) -> None:
    source = '{% from "ui/components.jinja" import chart %}{{ chart(each) }}'
    shown = draw(source, each=draw_bars(**WORDS, data=[Datum("<May>", 1284)]))
    assert '<svg role="img" aria-label="Visits"' in shown
    assert "<desc>They rose.</desc>" in shown
    assert '<th scope="row">&lt;May&gt;</th><td class="number">1,284</td>' in shown
