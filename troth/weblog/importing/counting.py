"""Counts the visits of a log in SQL, piece by piece, by the same rules as ``weblog.counting`` counts our own.

Only the hits of visits that may still go on are carried from a piece to the next, in memory; everything else is counts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from troth.weblog.counting import ARROW, KINDS, Counts, name_length
from troth.weblog.gathering import IDLE, STEP
from troth.weblog.importing.routes import name_path
from troth.weblog.naming import describe
from troth.weblog.networks import Networks, cut_address
from troth.weblog.store import day_of

if TYPE_CHECKING:
    import duckdb

_TABLES = """
create table agents (agent varchar primary key, browser varchar, system varchar, device varchar, robot varchar);
create table targets (target varchar primary key, route varchar, is_view boolean, telling boolean);
create table networks (network varchar primary key, provider varchar, country varchar);
create table referrers (referrer varchar primary key, host varchar);
create table carried (n bigint, address varchar, who varchar, moment bigint, method varchar, route varchar,
  is_view boolean, telling boolean, status integer, size bigint, host varchar, agent varchar);
"""
_HITS = """
create or replace temp table hits as
select n, address, who, moment, method, route, is_view and method = 'GET' and status < 300 as is_view, telling,
  status, size, host, agent from carried
union all
select p.n, p.address, p.who, p.moment, p.method, t.route, t.is_view and p.method = 'GET' and p.status < 300, t.telling,
  p.status, p.size, r.host, p.agent
from parsed p join targets t on t.target = p.target left join referrers r on r.referrer = p.referrer
"""
_VISITS = f"""
create or replace temp table walked as
with marked as (
  select *, case when moment - lag(moment) over w < {IDLE} then 0 else 1 end as begins from hits
  window w as (partition by address, agent order by moment, n))
select *, sum(begins) over (partition by address, agent order by moment, n rows unbounded preceding) as visit
from marked
"""
_OVER = """
create or replace temp table finished as
select address, agent, visit, max(moment) as ended,
  bool_or(method not in ('GET', 'HEAD') or who <> '-' or telling) as personal,
  count(*) filter (is_view) as views, any_value(host order by n) as host,
  list(route order by moment, n) filter (is_view) as walked
from walked group by address, agent, visit having max(moment) < {edge}
"""
_KEEP = """
create or replace temp table kept as
select w.* from walked w anti join finished o on o.address = w.address and o.agent = w.agent and o.visit = w.visit;
delete from carried;
insert into carried select n, address, who, moment, method, route, is_view, telling, status, size, host, agent from kept
"""
_FACTS = f"""
create or replace temp table facts as
select o.*, cast(o.ended // {STEP} as bigint) as step, cast(o.ended // 86400 as bigint) as day,
  g.browser, g.system, g.device,
  g.robot, coalesce(nullif(p.provider, ''), 'none') as provider, coalesce(nullif(p.country, ''), 'none') as country
from finished o join agents g on g.agent = o.agent left join networks p on p.network = {{cut}}
"""
_CUT = """case when contains(o.address, ':') then o.address
  else array_to_string(string_split(o.address, '.')[1:3], '.') || '.0/24' end"""


class LogCounter:
    """Counts a log.

    Arguments:
        connection: an engine in memory.
        networks: the table of providers and countries.
        own_host: the site's own host, whose pages are no referrers.
    """

    def __init__(self, connection: "duckdb.DuckDBPyConnection", networks: Networks, *, own_host: str) -> None:
        self.sql = connection
        self._networks, self._own_host = networks, own_host
        self.days: dict[date, Counts] = defaultdict(Counts)
        self.steps: Counter[int] = Counter()
        self.step_views: Counter[int] = Counter()
        self.members: dict[date, Counter[tuple[str, str]]] = defaultdict(Counter)
        self.latest = 0
        for statement in _TABLES.split(";"):
            if statement.strip():
                self.sql.execute(statement)

    def count(self, *, last: bool = False) -> None:
        """Count what is over of the table ``parsed``; with ``last`` also what is not."""
        self._describe_new()
        (latest,) = self._one("select coalesce(max(moment), 0) from parsed")
        self.latest = max(self.latest, int(latest))
        self.sql.execute(_HITS)
        self.sql.execute(_VISITS)
        edge = self.latest + 1 if last else self.latest - IDLE
        self.sql.execute(_OVER.format(edge=edge))
        for statement in _KEEP.split(";"):
            self.sql.execute(statement)
        self.sql.execute(_FACTS.format(cut=_CUT))
        self._gather()

    def _describe_new(self) -> None:
        """Describe what is met for the first time: agents, targets, networks, referrers; each kind once."""
        self._learn("agents", "agent", "agent", _describe)
        self._learn("targets", "target", "target", name_path)
        self._learn("referrers", "referrer", "referrer", lambda referrer: (_host(referrer, self._own_host),))
        self._learn("networks", "network", _CUT.replace("o.", ""), self._place)

    def _place(self, network: str) -> tuple[str, str]:
        place = self._networks.find(cut_address(network) if network.count("/") == 0 else network)
        return place.provider, place.country

    def _learn(self, table: str, column: str, given: str, tell: Any) -> None:
        new = self.sql.execute(
            f"select distinct {given} as new from parsed where new is not null"
            f" and new not in (select {column} from {table})"
        ).fetchall()
        if not new:
            return
        rows = [(value, *tell(value)) for (value,) in new]
        columns = list(zip(*rows, strict=True))
        places = ", ".join("unnest(?)" for _column in columns)
        self.sql.execute(f"insert into {table} select {places}", [list(each) for each in columns])

    def _one(self, sql: str) -> Sequence[Any]:
        return self.sql.execute(sql).fetchone() or (0,)

    def _rows(self, sql: str) -> Iterable[tuple[Any, ...]]:
        return self.sql.execute(sql).fetchall()

    def _gather(self) -> None:
        """Add the counts of the visits that are over to their days."""
        people = "facts where not personal and robot = ''"
        for day, visits, views in self._rows(f"select day, count(*), sum(views) from {people} group by day"):
            counts = self._day(day)
            counts.visits += visits
            counts.views += int(views)
        for step, visits, views in self._rows(f"select step, count(*), sum(views) from {people} group by step"):
            self.steps[step] += visits
            self.step_views[step] += int(views)
        self._gather_dims(people)
        self._gather_pages(people)
        self._gather_ways(people)
        for day, walked in self._rows("select day, walked from facts where personal and robot = '' and views > 0"):
            self._add_member(_day(day), walked)

    def _gather_dims(self, people: str) -> None:
        fields = {
            **dict.fromkeys(("browser", "system", "device", "provider", "country"), ""),
            "referrer": "coalesce(nullif(host, ''), 'none')",
            "entry": "coalesce(walked[1], 'none')",
            "exit": "coalesce(walked[-1], 'none')",
        }
        for kind, sql in fields.items():
            for day, value, n in self._rows(f"select day, {sql or kind} as v, count(*) from {people} group by day, v"):
                self._day(day).dims[kind, value] += n
        for day, views, n in self._rows(f"select day, views, count(*) from {people} group by day, views"):
            self._day(day).dims["length", name_length(views)] += n
            for kind in set(KINDS) - fields.keys() - {"length"}:
                self._day(day).dims[kind, "none"] += n
        robots = "select day, robot, count(*) from facts where not personal and robot <> '' group by day, robot"
        for day, robot, n in self._rows(robots):
            self._day(day).dims["robot", robot] += n
            self._day(day).robots += n

    def _gather_pages(self, people: str) -> None:
        sql = f"""select f.day, w.route, (w.status // 100) || 'xx' as class,
            count(distinct (w.address, w.agent, w.visit)),
            count(*), sum(w.size) from walked w join (select * from {people}) f
            on f.address = w.address and f.agent = w.agent and f.visit = w.visit group by f.day, w.route, class"""
        for day, route, status, visits, hits, size in self._rows(sql):
            pages = self._day(day).pages
            there = pages.setdefault((route, status), [0, 0, 0, 0, 0])
            pages[route, status] = [a + b for a, b in zip(there, (visits, hits, int(size), 0, 0), strict=True)]

    def _gather_ways(self, people: str) -> None:
        sql = f"select day, walked, count(*) from {people} and views > 0 group by day, walked"
        for day, walked, n in self._rows(sql):
            counts = self._day(day)
            counts.paths[tuple(walked[:5])] += n
            for edge in set(pairwise(walked)):
                counts.edges[edge] += n

    def _add_member(self, day: date, walked: Sequence[str]) -> None:
        week = self.members[day - timedelta(days=day.weekday())]
        week.update({("", route) for route in walked})
        week.update(set(pairwise(walked)))

    def _day(self, number: int) -> Counts:
        return self.days[_day(number)]


def _day(number: int) -> date:
    return day_of(number * 86_400)


def _describe(agent: str) -> tuple[str, str, str, str]:
    found = describe(agent)
    return found.browser, found.system, found.device, found.robot


def _host(referrer: str, own: str) -> str:
    try:
        host = urlsplit(referrer).hostname or ""
    except ValueError:
        return ""
    return "" if host == own else host[:100]


__all__ = ["ARROW", "LogCounter"]
