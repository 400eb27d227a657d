"""Killed while mails come in, answers go out and a court's order is carried out: nothing lost, nothing sent twice.

``TROTH_TEST_DEATHS=10`` kills ten times as often.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.kill.killing import Mortal, choose_points, start_mortal
from tests.running import find_port

pytestmark = pytest.mark.slow

MORE = int(os.environ.get("TROTH_TEST_DEATHS", "1"))
DEATHS = {"take_in": 10 * MORE, "answer": 8 * MORE, "release": 8 * MORE}


@pytest.fixture(scope="module")
def postroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mortal]:
    with start_mortal("postroom.py", tmp_path_factory.mktemp("kill") / "data", find_port()) as program:
        yield program


@pytest.fixture(scope="module")
def after(postroom: Mortal) -> dict[str, Any]:
    """What stands after all deaths at random points, and after what fetch and schedule then do by themselves."""
    # Past the whole time as well: the last step, from the relay's answer to the row, is the delicate one.
    postroom.die_often(DEATHS, choose_points(), reach=1.1)
    return postroom.ask(inspect=True)


def of_deed(postroom: Mortal, after: dict[str, Any], deed: str) -> list[dict[str, Any]]:
    return [after["people"][str(number)] for number, done in postroom.deeds.items() if done == deed]


def test_each_mail_became_one_case_with_its_bytes_kept(postroom: Mortal, after: dict[str, Any]) -> None:
    assert postroom.killed == sum(DEATHS.values())
    for told in of_deed(postroom, after, "take_in") + of_deed(postroom, after, "answer"):
        assert (told["cases"], told["heard"], told["raw"]) == (1, 1, [True]), told


def test_no_mail_was_sent_twice_and_what_may_have_gone_waits_for_a_person(
    postroom: Mortal, after: dict[str, Any]
) -> None:
    for told in after["people"].values():
        assert told["ids"], told
        for name, about in (("received", "support.received"), ("answer", "support.answer"), ("told", "law.")):
            rows = [row.split() for row in told["outbound"] if row.startswith(about)]
            count = told["mails"].count(name)
            assert count <= len(rows), told
            for _about, state in rows:
                assert state in {"done", "unsure", "dropped"}, told
                # "Dropped" is the note that a mail came, where it may have gone: that is not worth a person's time.
                assert state != "done" or count == len(rows), told


def test_an_answer_that_was_written_is_sent_and_none_is_sent_that_was_not(
    postroom: Mortal, after: dict[str, Any]
) -> None:
    for told in of_deed(postroom, after, "answer"):
        assert told["answers"] in {0, 1}, told
        assert len([row for row in told["outbound"] if row.startswith("support.answer")]) == told["answers"], told


def test_each_order_was_carried_out_once_and_the_client_told_once(postroom: Mortal, after: dict[str, Any]) -> None:
    for told in of_deed(postroom, after, "release"):
        assert told["requests"] == ["released"], told
        assert (told["disclosed"], told["outcomes"], told["packages"], told["tellings"]) == (1, 1, [True], [True]), told
        assert len([row for row in told["outbound"] if row.startswith("law.")]) == 1, told


def test_the_record_is_whole(after: dict[str, Any]) -> None:
    assert after["ledger"] == []
