"""What leaves gives nobody away: an integer solver gets every release, and an attacker everything there is (D1)."""

import itertools
import random

import highspy
import pytest

from tests.unit.surveys.conftest import act_as, define, fill, invent
from troth.surveys.actions.running import close_survey
from troth.surveys.definition.reading import read_definition
from troth.surveys.keys import read_all
from troth.surveys.models import Answer, Participation
from troth.surveys.release.bounds import bound_grid, bound_line
from troth.surveys.release.gate import OTHERS, audit_releases, forecast, make_tables
from troth.surveys.release.hiding import hide_grid, hide_line

K = 10


def solve(tables):
    """Return the least and the most that each hidden cell can be, by an integer program over all tables together."""
    model = highspy.Highs()
    model.silent()
    cells, lines = {}, {}

    def cell(name, known):
        if name not in cells:
            cells[name] = model.addIntegral(lb=0)
        if known is not None:
            model.addConstr(cells[name] == known)
        return cells[name]

    for table in (each for each in tables if "cells" in each):
        of = tuple(table["of"])
        if len(of) == 1:
            lines[of[0]] = table
            row = [cell((of, code), known) for code, known in zip(table["rows"], table["cells"][0], strict=True)]
            model.addConstr(sum(row) == table["total"])
            continue
        grid = [
            [cell((of, row, column), known) for column, known in zip(table["columns"], line, strict=True)]
            for row, line in zip(table["rows"], table["cells"], strict=True)
        ]
        for variable, codes, sums in (
            (of[0], table["rows"], [sum(line) for line in grid]),
            (of[1], table["columns"], [sum(column) for column in zip(*grid, strict=True)]),
        ):
            for code, total in zip(codes, sums, strict=True):
                others = [c for c in lines[variable]["rows"] if code == OTHERS and c not in codes]
                names = others or [code]
                model.addConstr(total == sum(cells[(variable,), name] for name in names))
    hidden = {(tuple(t["of"]), *where) for t in tables if "cells" in t for where, known in _walk(t) if known is None}
    bounds = {}
    for name in hidden:
        model.minimize(cells[name])
        least = round(model.getObjectiveValue())
        model.maximize(cells[name])
        bounds[name] = (least, round(model.getObjectiveValue()))
    return bounds


def _walk(table):
    for row, line in zip(table["rows"] if "columns" in table else [None], table["cells"], strict=True):
        for code, known in zip(table.get("columns", table["rows"]), line, strict=True):
            yield ((code,) if row is None else (row, code)), known


def make_answers(many, seed):
    chance = random.Random(seed)  # noqa: S311  invented answers
    return [invent(chance) for _number in range(many)]


@pytest.mark.parametrize(("many", "seed"), [(12, 1), (35, 2), (70, 3), (150, 4), (400, 5)])
def test_an_integer_solver_with_all_releases_determines_no_cell_below_the_threshold(many, seed):
    definition = read_definition(define())
    answers = make_answers(many, seed)
    first = make_tables(definition, answers, [("came", "topics.1")], least=K)
    second = make_tables(definition, answers, [("came", "topics.1"), ("topics.2", "years")], least=K)
    assert audit_releases(definition, [first, second], least=K).problems == []
    shown = [known for each in (*first, *second) if "cells" in each for _w, known in _walk(each) if known is not None]
    assert all(known >= K for known in shown)
    for low, most in solve([*first, *second]).values():
        assert most - low >= K


def test_the_solver_finds_a_cell_that_is_given_away():
    leak = [{"of": ["came"], "rows": ["1", "2", "-"], "total": 63, "cells": [[30, 30, None]]}]
    assert solve(leak) == {(("came",), "-"): (3, 3)}
    assert audit_releases(read_definition(define()), [leak], least=K).problems


def test_the_bounds_are_those_of_trying_everything():
    chance = random.Random(9)  # noqa: S311
    for _try in range(40):
        counts = [[chance.randrange(4) for _c in range(3)] for _r in range(2)]
        cells = [[None if chance.random() < 0.7 else c for c in line] for line in counts]
        rows, columns = [sum(line) for line in counts], [sum(c) for c in zip(*counts, strict=True)]
        hidden = [(i, j) for i, line in enumerate(cells) for j, cell in enumerate(line) if cell is None]
        fitting = []
        for values in itertools.product(range(max(rows) + 1), repeat=len(hidden)):
            trial = [list(line) for line in cells]
            for (i, j), value in zip(hidden, values, strict=True):
                trial[i][j] = value
            if [sum(line) for line in trial] == rows and [sum(c) for c in zip(*trial, strict=True)] == columns:
                fitting.append(values)
        expected = {
            place: (min(each[n] for each in fitting), max(each[n] for each in fitting))
            for n, place in enumerate(hidden)
        }
        assert bound_grid(cells, rows, columns) == expected


def test_a_cell_is_hidden_with_as_many_others_as_it_takes():
    assert hide_line([50, 30, 20], least=K) == [50, 30, 20]
    assert hide_line([50, 30, 3], least=K) == [50, None, None]
    assert hide_line([50, 30, 6, 6], least=K) == [50, 30, None, None]
    assert hide_line([50, 30, 2, 2], least=K) == [50, None, None, None]
    assert hide_line([6, 6], least=K) is None
    assert bound_line([50, None, None], 83) == {1: (0, 33), 2: (0, 33)}
    assert hide_grid([[30, 3], [20, 40]], least=K) == [[None, None], [None, None]]
    assert hide_grid([[30, 3], [2, 3]], least=K) is None


def test_releases_that_differ_by_one_person_or_cross_a_question_twice_are_refused():
    definition, answers = read_definition(define()), make_answers(80, 6)
    one = make_tables(definition, answers, [("came", "topics.1")], least=K)
    less = make_tables(definition, answers[1:], [], least=K)
    twice = make_tables(definition, answers, [("came", "topics.2")], least=K)
    assert audit_releases(definition, [one, one], least=K).problems == []
    assert audit_releases(definition, [one, less], least=K).problems
    assert audit_releases(definition, [one, twice], least=K).problems


def test_the_author_is_told_beforehand_how_much_will_be_hidden():
    definition = read_definition(define())
    few, cells = forecast(definition, 5, least=K)
    many, _cells = forecast(definition, 10_000, least=K)
    assert few == cells
    assert many == 0
    assert forecast(definition, 40, least=K)[0] > forecast(definition, 400, least=K)[0]


# -- The attacker: the whole database, and the order in which people came ---------------------------------------------


def guess_by_order(arrivals, contents):
    """Return how many answers are right where the rows are taken to lie in the order in which people came."""
    return sum(said == content for said, content in zip(arrivals, contents, strict=True))


def test_an_attacker_with_the_database_and_the_arrivals_does_no_better_than_chance(opened, author):
    survey = opened()
    people = fill(survey, 60)
    with act_as(author):
        survey = close_survey(survey)
    assert Answer.objects.count() == Participation.objects.count() == 60
    arrivals = list(people.values())
    contents = read_all(survey)
    marks = sorted(map(repr, contents))
    chance = sum(marks.count(each) for each in marks) / len(marks)
    tries = {
        "number": contents,
        "number, backwards": contents[::-1],
        "place": [contents[n] for n in _places(survey)],
    }
    for how, tried in tries.items():
        assert guess_by_order(arrivals, tried) <= chance + 6 * chance**0.5, how
    by_subject = [people[each] for each in Participation.objects.order_by("id").values_list("subject_id", flat=True)]
    assert guess_by_order(by_subject, contents) <= chance + 6 * chance**0.5


def _places(survey):
    """Return the order in which the rows lie, as places in the order of their numbers."""
    ids = list(survey.answers.order_by("id").values_list("id", flat=True))
    lying = list(survey.answers.order_by().values_list("id", flat=True))
    return [ids.index(each) for each in lying]


def test_the_same_attack_finds_a_planted_leak(opened, author, monkeypatch):
    from troth.surveys.actions import answering

    numbers = itertools.count(1)
    monkeypatch.setattr(answering, "BATCH", 1)
    monkeypatch.setattr(answering, "draw_number", lambda: next(numbers))
    survey = opened()
    people = fill(survey, 30)
    monkeypatch.setattr("troth.surveys.actions.running._lay_anew", lambda _survey: None)
    with act_as(author):
        survey = close_survey(survey)
    assert guess_by_order(people.values(), read_all(survey)) == 30
