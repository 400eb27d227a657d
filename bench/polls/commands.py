"""What the process of a site with surveys is asked to do: answers taken one by one, and releases made and audited."""

import os
import random
import sqlite3
from contextlib import closing
from datetime import timedelta
from time import perf_counter
from typing import Any

from bench.house import make_ready

_SIZE = 1024
"""Bytes of a sealed answer, about."""


def prepare() -> dict[str, Any]:
    """Make the place, and open an anonymous and a confidential survey without anybody's review."""
    make_ready()
    from troth.kernel import clock
    from troth.surveys.definition.templates import TEMPLATES
    from troth.surveys.keys import make_house_key
    from troth.surveys.kinds import Mode, SurveyState
    from troth.surveys.models import Survey

    sections = [part for name in ("satisfaction", "event", "demographics") for part in TEMPLATES[name].make(["en"])]
    words = {"en": "Measured"}
    for mode in (Mode.ANONYMOUS, Mode.CONFIDENTIAL):
        survey = Survey(
            definition={"languages": ["en"], "title": words, "purpose": words, "sections": sections},
            mode=mode,
            state=SurveyState.OPEN,
            closes_on=clock.today() + timedelta(days=9),
            opened_at=clock.now(),
            written_by="bench",
        )
        survey.save()
        survey.public_key = make_house_key(survey)
        survey.save()
        _state[str(mode)] = survey
    return {}


def answer(*, mode: str, count: int) -> dict[str, float]:
    """Take so many answers, each of another client and in a transaction of its own."""
    from troth.kernel.acting import acting, client
    from troth.kernel.ids import new_id
    from troth.kernel.purposes import Purpose
    from troth.surveys.actions.answering import answer_survey

    chance, survey = random.Random(count), _state[mode]  # noqa: S311  invented answers
    began = perf_counter()
    for _number in range(count):
        with acting(actor=client(new_id()), purpose=Purpose.SURVEYS):
            answer_survey(survey, _invent(chance))
    return {"took": perf_counter() - began}


def insert_rows(*, count: int) -> dict[str, float]:
    """Insert so many bare rows of the size of an answer, a commit each: what the disk and SQLite ask by themselves."""
    from django.conf import settings

    path = settings.ENVIRONMENT.data / "bare.db"
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, content BLOB)")
        began = perf_counter()
        for _number in range(count):
            connection.execute("INSERT INTO bare (content) VALUES (?)", (os.urandom(_SIZE),))
        return {"took": perf_counter() - began}


def release(*, answers: int) -> dict[str, float]:
    """Make the tables of so many answers, every question and one crossed pair, and audit them; what each took."""
    from troth.surveys.definition.reading import read_definition
    from troth.surveys.release.gate import audit_releases, make_tables
    from troth.surveys.release.hiding import threshold

    chance = random.Random(answers)  # noqa: S311  invented answers
    definition = read_definition(_state["anonymous"].definition)
    given, least = [_invent(chance) for _number in range(answers)], threshold()
    began = perf_counter()
    tables = make_tables(definition, given, [("content", "came")], least=least)
    made = perf_counter()
    audit = audit_releases(definition, [tables, tables], least=least)
    ended = perf_counter()
    if audit.problems:
        raise AssertionError(audit.problems)
    return {"made": made - began, "audited": ended - made, "cells": audit.cells, "hidden": audit.hidden}


def _invent(chance: random.Random) -> dict[str, Any]:
    said: dict[str, Any] = {
        "content": chance.choice("1123344555"),
        "recommend": chance.choice("12345"),
        "aspects": {line: chance.choice("123") for line in "123"},
        "came": chance.choice("1112"),
        "heard": [code for code in "1234" if chance.random() < 0.4],
        "age_group": chance.choice(("18", "25", "35", "45", "55", "65", "75")),
        "post_code": f"{chance.randrange(100):02}115",
    }
    return said | ({"liked": chance.choice("12345")} if said["came"] == "1" else {})


_state: dict[str, Any] = {}

COMMANDS = {"answer": answer, "rows": insert_rows, "release": release}
