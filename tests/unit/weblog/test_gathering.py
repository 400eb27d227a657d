"""What is held, forgotten and written of visits: each rule allowed and refused from the same crowd of visits."""

import json

import pytest

from tests.unit.weblog.visiting import FIREFOX, NOON, Clock, make_collector, pass_time, read_table, settle, visit
from troth.weblog.collector import HELD
from troth.weblog.gathering import Gatherer
from troth.weblog.hits import LONGEST, Hit, pack, unpack


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def collector(tmp_path, clock):
    return make_collector(tmp_path, clock)


def test_a_message_says_what_it_was_given_and_fits_into_one_write():
    hit = Hit(address="203.0.113.7", agent="A" * 5000, route="home", referrer="museum.example.org", quiet=True, lost=3)
    message = pack(hit)
    assert len(message) <= LONGEST
    read = unpack(message[:-1])
    assert (read.address, read.route, read.referrer, read.quiet, read.personal, read.lost) == (
        "203.0.113.7",
        "home",
        "museum.example.org",
        True,
        False,
        3,
    )
    assert set(read.agent) == {"A"}


def test_a_browser_cannot_write_a_second_message_into_its_name():
    message = pack(Hit(address="203.0.113.7", agent="a\x1eb\x1fc", route="home"))
    assert message.count(b"\x1e") == 1
    assert unpack(message[:-1]).agent == "a b c"


@pytest.mark.parametrize("people", [19, 20])
def test_a_bucket_is_written_from_twenty_visits_on_and_never_before(collector, clock, tmp_path, people):
    for number in range(people):
        collector.feed(visit(number))
    pass_time(collector, clock, hours=3)
    rows = read_table(tmp_path, "visit")
    assert [row[3] for row in rows] == ([20] if people == 20 else [])


def test_robots_do_not_fill_a_bucket(collector, clock, tmp_path):
    for number in range(19):
        collector.feed(visit(number))
    for number in range(100, 140):
        collector.feed(visit(number, agent="ExampleBot/1.0 (+https://bot.example.org)"))
    pass_time(collector, clock, hours=3)
    assert read_table(tmp_path, "visit") == []


def test_too_few_visits_wait_and_are_written_with_those_that_follow(collector, clock, tmp_path):
    for number in range(12):
        collector.feed(visit(number))
    pass_time(collector, clock, hours=4)
    for number in range(12, 30):
        collector.feed(visit(number))
    pass_time(collector, clock, hours=2)
    ((_day, minute, minutes, visits, views),) = read_table(tmp_path, "visit")
    assert (minute, visits, views) == (NOON % 86_400 // 60, 30, 30)
    assert minutes > 200


def test_a_visit_that_signs_in_is_nowhere_but_in_the_members_own_routes(collector, clock, tmp_path):
    for number in range(25):
        collector.feed(visit(number))
    collector.feed(visit(200, "home", agent=FIREFOX.replace("140", "77")))
    collector.feed(visit(200, "accounts:admin", agent=FIREFOX.replace("140", "77"), personal=True))
    pass_time(collector, clock, hours=30)
    assert sum(row[3] for row in read_table(tmp_path, "visit")) == 25
    assert {row[2]: row[3] for row in read_table(tmp_path, "dim") if row[1] == "browser"} == {"Firefox 140": 25}
    assert all(network != "203.0.200.0/24" for _day, _hour, network, _status, _n in read_table(tmp_path, "request"))
    assert collector.gatherer.member_visits == 1
    assert collector.gatherer.members["", "accounts:admin"] == 1


@pytest.mark.parametrize(
    ("path", "named"),
    [("/surveys/", False), ("/surveys/results/", False), ("/console/surveys/", False), ("/security/", True)],
)
def test_no_page_of_a_survey_is_named_and_whoever_saw_one_is_forgotten(path, named):
    from django.http import HttpResponse
    from django.test import RequestFactory
    from django.urls import resolve

    from troth.weblog.middleware import Gather

    gather = Gather(lambda _request: HttpResponse("page"))
    request = RequestFactory().get(path, REMOTE_ADDR="203.0.113.7", HTTP_USER_AGENT=FIREFOX)
    request.resolver_match = resolve(path)
    hit = gather.describe(request, HttpResponse("page"), seconds=0.1)
    assert (hit.view, hit.personal) == ((True, False) if named else (False, True))
    assert ("survey" in pack(hit).decode()) is False
    assert (hit.route == "unknown") is not named


def test_a_survey_leaves_no_trace_in_the_members_own_routes(collector, clock, tmp_path):
    for number in range(25):
        collector.feed(visit(number, "home") + visit(number, "unknown", personal=True, view=False))
    pass_time(collector, clock, hours=24 * 8)
    assert {(source, target): n for _week, source, target, n in read_table(tmp_path, "member")} == {("", "home"): 25}
    assert read_table(tmp_path, "visit") == []


@pytest.mark.parametrize("members", [19, 20])
def test_members_routes_are_written_by_the_week_from_twenty_on(collector, clock, tmp_path, members):
    for number in range(members):
        collector.feed(visit(number, "home", "rights:page", personal=True))
    pass_time(collector, clock, hours=24 * 8)
    rows = {(source, target): n for _week, source, target, n in read_table(tmp_path, "member")}
    assert rows == ({("", "home"): 20, ("", "rights:page"): 20, ("home", "rights:page"): 20} if members == 20 else {})


def test_who_asks_not_to_be_tracked_is_counted_and_nothing_else_is_kept(collector, clock, tmp_path):
    for number in range(20):
        collector.feed(visit(number))
    for number in range(100, 112):
        collector.feed(visit(number, "home", "help", quiet=True, referrer="museum.example.org"))
    held = [each for each in collector.gatherer.open.values() if each.quiet]
    assert {(each.network, each.agent, each.referrer, *each.views) for each in held} == {("", "", "")}
    pass_time(collector, clock, hours=30)
    dims = {(kind, value): n for _day, kind, value, n in read_table(tmp_path, "dim")}
    assert dims["signal", "asked"] == 12
    assert sum(row[3] for row in read_table(tmp_path, "visit")) == 32
    assert {n for (kind, _value), n in dims.items() if kind == "referrer"} == {32}


def test_rare_values_are_put_together_and_a_lone_one_is_hidden_with_the_next(collector, clock, tmp_path):
    for number in range(30):
        collector.feed(visit(number, referrer="search.example.com" if number < 12 else ""))
    collector.feed(visit(99, referrer="rare.example.org"))
    pass_time(collector, clock, hours=30)
    assert {value: n for _day, kind, value, n in read_table(tmp_path, "dim") if kind == "referrer"} == {
        "none": 18,
        "fewer than the threshold": 13,
    }


def test_an_address_is_cut_before_it_is_held(collector):
    collector.feed(visit(1, address="203.0.113.77") + visit(2, address="2001:db8:1:2::3"))
    assert {each.network for each in collector.gatherer.open.values()} == {"203.0.113.0/24", "2001:db8:1::/48"}


def test_the_key_is_drawn_anew_each_day_and_a_visit_outlives_midnight(collector, clock):
    clock.wall = NOON + 43_200 - 60
    key = collector.gatherer._key
    collector.feed(visit(1))
    clock.move(300)
    collector.feed(visit(1) + visit(2))
    assert collector.gatherer._key != key
    assert sorted(each.hits for each in collector.gatherer.open.values()) == [1, 2]


@pytest.mark.parametrize("leap", [-7200, 86_400 * 3])
def test_a_clock_that_is_set_ends_no_visit_and_goes_back_in_no_bucket(collector, clock, leap):
    collector.feed(visit(1))
    step = next(iter(collector.gatherer.open.values())).at
    clock.wall += leap
    clock.mono += 5
    collector.feed(visit(1))
    settle(collector)
    (held,) = collector.gatherer.open.values()
    assert held.hits == 2
    assert held.at >= step


def test_a_flood_is_not_held_beyond_a_bound_and_is_counted(clock, monkeypatch):
    monkeypatch.setattr("troth.weblog.gathering.MOST_OPEN", 50)
    gatherer = Gatherer(wall=clock.wall)
    for number in range(80):
        gatherer.take(Hit(address=f"198.51.100.{number}", agent=FIREFOX, route="home"), wall=clock.wall, mono=1)
    for _time in range(10_000):
        gatherer.take(Hit(address="198.51.100.1", agent=FIREFOX, route="home"), wall=clock.wall, mono=2)
    assert len(gatherer.open) == 50
    assert gatherer.lost == 30
    assert max(len(each.views) for each in gatherer.open.values()) == 100


def test_a_fall_loses_what_was_held_and_says_about_how_much(collector, clock, tmp_path):
    for number in range(33):
        collector.feed(visit(number))
    settle(collector)
    after = make_collector(tmp_path, clock)
    assert after.say_lost() == 40
    assert not (tmp_path / HELD).exists()
    assert json.loads((tmp_path / "gaps.jsonl").read_text())["visits"] == 40
    assert read_table(tmp_path, "visit") == []
    assert after.say_lost() == 0


@pytest.mark.parametrize("people", [19, 20])
def test_a_stop_writes_what_is_large_enough_and_forgets_the_rest(collector, tmp_path, people):
    for number in range(people):
        collector.feed(visit(number))
    collector.finish()
    assert sum(row[3] for row in read_table(tmp_path, "visit")) == (20 if people == 20 else 0)
    assert bool(read_table(tmp_path, "dim")) is (people == 20)
    assert not (tmp_path / HELD).exists()


def test_what_could_not_be_written_is_held_and_written_later(collector, clock, tmp_path):
    for number in range(25):
        collector.feed(visit(number))
    (tmp_path / "days").rename(tmp_path / "elsewhere")
    (tmp_path / "days").write_text("a full disk, as far as the program can see")
    pass_time(collector, clock, hours=2)
    assert collector.gatherer.count_held() == 25
    (tmp_path / "days").unlink()
    pass_time(collector, clock, hours=1)
    assert [row[3] for row in read_table(tmp_path, "visit")] == [25]


def test_the_log_of_requests_is_cut_and_gone_after_the_days(collector, clock, tmp_path):
    for number in range(30):
        collector.feed(visit(number % 3, agent=f"{FIREFOX} {number}"))
    pass_time(collector, clock, hours=36)
    assert {network for _day, _hour, network, _status, _n in read_table(tmp_path, "request")} == {
        "203.0.0.0/24",
        "203.0.1.0/24",
        "203.0.2.0/24",
    }
    clock.move(86_400 * 8)
    for number in range(30):
        collector.feed(visit(number + 50))
    pass_time(collector, clock, hours=36)
    assert all(network >= "203.0.5" for _day, _hour, network, _status, _n in read_table(tmp_path, "request"))


def test_files_bear_the_time_of_their_day_and_are_readable_by_their_owner_alone(collector, clock, tmp_path):
    for number in range(25):
        collector.feed(visit(number))
    pass_time(collector, clock, hours=30)
    files = list(tmp_path.rglob("*.parquet"))
    assert len(files) >= 4
    assert {path.stat().st_mtime % 86_400 for path in files} == {0}
    assert {path.stat().st_mode & 0o077 for path in files} == {0}
    assert {path.name.split(".")[1] for path in files if path.parent.name == "days"} <= {
        "visit",
        "dim",
        "page",
        "edge",
        "path",
    }
