"""The checks of I1 to I3 pass on what the collector writes, and catch each breach, each for what it is."""

import duckdb  # noqa: F401  loaded here, so that no child has to
import pytest
import ua_parser  # noqa: F401

from troth.kernel.ports import controls
from troth.weblog.attack import nightly
from troth.weblog.attack.nightly import Plan, attack_plan
from troth.weblog.attack.scoring import Finding, Score, pool
from troth.weblog.attack.verdicts import read_verdict
from troth.weblog.controls import CONTROLS
from troth.weblog.places import make_folders, weblog_folder
from troth.weblog.store import Policy

PLANS = (Plan("small", days=14, visits_a_day=60, members=40, sites=1),)
"""Fewer guesses than each night: a breach is harder to see in them, not easier."""

SEEN = {
    "join_key": "a column that is not declared",
    "user_id": "could tell who somebody is",
    "exact_time": "tells an exact time",
    "small_bucket": "fewer than 20 visits",
    "small_cell": "fewer than 10 visits",
    "old_address": "kept longer than promised",
    "open_file": "can be read by others",
    "whole_address": "an address stands whole",
    "no_flow": "the report edges is empty",
    "doubled": "another number of visits",
    "remembered": "a visit that signed in stands in",
    "column": "has a column for an address",
    "naive": "could be linked by",
    "blind": "too weak",
}


@pytest.fixture(autouse=True)
def own_place(settings, tmp_path, monkeypatch):
    from dataclasses import replace

    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, data=tmp_path)
    monkeypatch.setattr(nightly, "PLANS", PLANS)


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.key)
def test_a_check_looks_at_something_and_finds_nothing_wrong(control):
    seen = control.observe()
    assert list(seen.failures) == []
    assert seen.examined > 0
    assert control.key in controls


BREACHES = [(control, sabotage) for control in CONTROLS for sabotage in control.sabotages]


@pytest.mark.parametrize(("control", "sabotage"), BREACHES, ids=lambda each: each.key)
def test_a_check_catches_each_breach_for_what_it_is_and_for_nothing_else(control, sabotage):
    with sabotage.breach():
        failures = list(control.observe().failures)
    assert any(SEEN[sabotage.key] in failure for failure in failures)
    if control.key == "weblog.files":
        assert len(failures) == len([each for each in failures if SEEN[sabotage.key] in each])


def test_scores_are_kept_also_of_an_attack_that_was_void_or_that_succeeded(tmp_path):
    by_key = {sabotage.key: (control, sabotage) for control, sabotage in BREACHES}
    for key in ("blind", "naive"):
        control, sabotage = by_key[key]
        with sabotage.breach():
            control.observe()
        found = read_verdict(weblog_folder(tmp_path))
        assert found["sites"][0]["void"] is (key == "blind")
        assert bool(found["sites"][0]["linked"]) is (key == "naive")


@pytest.mark.parametrize(
    ("tried", "right", "chance", "finding"),
    [
        (11, 3, 0.175, Finding.UNDECIDED),
        (400, 70, 0.175, Finding.AT_CHANCE),
        (400, 120, 0.175, Finding.ABOVE),
        (0, 0, 0.1, Finding.UNDECIDED),
    ],
)
def test_a_sample_that_is_too_small_is_not_called_chance(tried, right, chance, finding):
    assert Score("x", tried, right, chance).finding is finding


def test_samples_are_counted_together_and_chance_is_weighed():
    (score,) = pool([[Score("x", 10, 1, 0.1)], [Score("x", 30, 6, 0.3)], [Score("x", 0, 0, 0.9)]])
    assert (score.tried, score.right, round(score.chance, 3)) == (40, 7, 0.25)


def test_a_method_that_was_lucky_once_is_tried_again_and_is_no_link(monkeypatch):
    asked = []

    def lucky(_plan, _policy, *, seed):
        asked.append(seed)
        right = 60 if len(asked) == 1 else 10
        return nightly.Verdict(naive=Score("naive", 100, 100, 0.01), scores=[Score("x", 100, right, 0.1)], visits=1)

    monkeypatch.setattr(nightly, "_attack_one", lucky)
    outcome = attack_plan(PLANS[0], Policy(10, 7), seed=1)
    assert len(set(asked)) == 2
    assert outcome.linked == []
    assert (outcome.scores[0].tried, outcome.scores[0].right) == (200, 70)


def test_a_method_that_works_twice_is_a_link(monkeypatch):
    verdict = nightly.Verdict(naive=Score("naive", 100, 100, 0.01), scores=[Score("x", 100, 60, 0.1)], visits=1)
    monkeypatch.setattr(nightly, "_attack_one", lambda *_given, **_named: verdict)
    assert attack_plan(PLANS[0], Policy(10, 7), seed=1).linked == ["x"]


def test_what_a_fall_left_half_written_is_gone_at_the_next_start(tmp_path):
    from troth.weblog.store import drop_drafts

    make_folders(tmp_path)
    (tmp_path / "days" / "2026-11-25.dim.draft").write_bytes(b"half")
    assert drop_drafts(tmp_path) == 1
    assert list((tmp_path / "days").iterdir()) == []


def test_a_table_of_networks_that_an_operator_puts_in_is_the_owners_alone(tmp_path):
    from troth.weblog.cli import run

    asn, country = tmp_path / "asn.csv", tmp_path / "country.csv"
    asn.write_text('8.8.8.0,8.8.8.255,15169,"Example"\n')
    country.write_text("8.8.8.0,8.8.8.255,US\n")
    arguments = ["networks", "--asn", str(asn), "--country", str(country)]
    assert run(arguments, folder=tmp_path / "w", policy=Policy(10, 7), own_host="") == 0
    assert (tmp_path / "w" / "networks.zst").stat().st_mode & 0o077 == 0
