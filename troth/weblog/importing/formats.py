"""How a line of a log is taken apart, in SQL, for each format that servers write.

Every format ends in the same columns: address, who was signed in, seconds since 1970, method, target, status, bytes,
referrer, agent. A line that does not fit has no seconds, and is counted as malformed.
"""

import json
import re
from collections.abc import Mapping
from enum import StrEnum


class Format(StrEnum):
    """What a server writes."""

    COMBINED = "combined"
    COMMON = "common"
    JSON = "json"
    CADDY = "caddy"
    W3C = "w3c"


_STAMP = (
    r"""epoch_us(try_strptime(string_split(string_split(x[1], '[')[2], ']')[1], '%d/%b/%Y:%H:%M:%S %z')) // 1000000"""
)
_QUOTED = """
with l as materialized (
  select n, string_split(case when contains(line, '\\"') then replace(line, '\\"', chr(1)) else line end, '"') as x
  from lines)
select n, string_split(x[1], ' ')[1] as address, string_split(x[1], ' ')[3] as who, {stamp} as moment,
  string_split(x[2], ' ')[1] as method, string_split(x[2], ' ')[2] as target,
  try_cast(string_split(trim(x[3]), ' ')[1] as integer) as status,
  coalesce(try_cast(string_split(trim(x[3]), ' ')[2] as bigint), 0) as size, {referrer} as referrer, {agent} as agent
from l where len(x) = {parts}
"""


def _json(line: str, *paths: str) -> str:
    found = ", ".join(f"json_extract_string({line}, '{path}')" for path in paths)
    return f"coalesce({found})"


_STRUCTURED = f"""
with j as materialized (select n, try_cast(line as json) as o from lines)
select n, {_json("o", "$.request.client_ip", "$.request.remote_ip", "$.remote_addr", "$.client", "$.ip")} as address,
  coalesce(nullif({_json("o", "$.user_id", "$.remote_user", "$.user")}, ''), '-') as who,
  coalesce(
    try_cast(try_cast({_json("o", "$.ts", "$.msec", "$.timestamp", "$.time")} as double) as bigint),
    epoch_us(try_cast({_json("o", "$.ts", "$.time_iso8601", "$.timestamp", "$.time", "$.@timestamp")} as timestamptz))
      // 1000000,
    epoch_us(try_strptime({_json("o", "$.time_local")}, '%d/%b/%Y:%H:%M:%S %z')) // 1000000) as moment,
  {_json("o", "$.request.method", "$.request_method", "$.method")} as method_given,
  coalesce(method_given, string_split({_json("o", "$.request")}, ' ')[1]) as method,
  coalesce({_json("o", "$.request.uri", "$.request_uri", "$.uri", "$.path")},
    string_split({_json("o", "$.request")}, ' ')[2]) as target,
  try_cast({_json("o", "$.status")} as integer) as status,
  coalesce(try_cast({_json("o", "$.size", "$.body_bytes_sent", "$.bytes_sent", "$.bytes")} as bigint), 0) as size,
  {_json("o", "$.request.headers.Referer[0]", "$.http_referer", "$.http_referrer", "$.referer", "$.referrer")}
    as referrer,
  {_json("o", '$.request.headers."User-Agent"[0]', "$.http_user_agent", "$.user_agent", "$.agent")} as agent
from j where o is not null
"""


def detect(head: str) -> Format:
    """Return the format of a log by its first lines; one that is unknown is taken for combined, and then malformed."""
    for line in head.splitlines():
        if line.startswith(("#Fields:", "#Software:")):
            return Format.W3C
        if line.startswith("{"):
            try:
                found = json.loads(line)
            except ValueError:
                continue
            return Format.CADDY if isinstance(found.get("request"), dict) else Format.JSON
        if re.match(r'\S+ \S+ .+\[.+\] ".*" \d+ \S+\s*$', line):
            return Format.COMMON
        if re.match(r'\S+ \S+ .+\[.+\] ".*" \d+ \S+ ".*"', line):
            return Format.COMBINED
    return Format.COMBINED


def select_fields(kind: Format, columns: Mapping[str, int]) -> str:
    """Return the SQL that takes the table ``lines`` (``n``, ``line``) apart.

    Arguments:
        kind: the format.
        columns: of W3C: name of a field → its place in the line, counted from 1.
    """
    if kind in {Format.JSON, Format.CADDY}:
        return _STRUCTURED
    if kind is Format.W3C:
        return _select_w3c(columns)
    is_common = kind is Format.COMMON
    return _QUOTED.format(
        stamp=_STAMP,
        referrer="''" if is_common else "x[4]",
        agent="''" if is_common else "replace(x[6], chr(1), '\"')",
        parts="3" if is_common else "7 and x[7] = '' and x[5] = ' '",
    )


def _select_w3c(columns: Mapping[str, int]) -> str:
    def field(*names: str, default: str = "'-'") -> str:
        place = next((columns[name] for name in names if name in columns), 0)
        return f"nullif(x[{place}], '-')" if place else default

    return f"""
with l as materialized (
  select n, string_split(line, ' ') as x from lines
  where line not like '#%' and len(string_split(line, ' ')) = {len(columns)})
select n, {field("c-ip")} as address, coalesce({field("cs-username")}, '-') as who,
  epoch_us(try_strptime({field("date")} || ' ' || {field("time")}, '%Y-%m-%d %H:%M:%S')) // 1000000 as moment,
  {field("cs-method")} as method, {field("cs-uri-stem")} as target,
  try_cast({field("sc-status")} as integer) as status, coalesce(try_cast({field("sc-bytes")} as bigint), 0) as size,
  {field("cs(Referer)")} as referrer, replace({field("cs(User-Agent)", default="''")}, '+', ' ') as agent
from l
"""


def read_columns(line: str) -> dict[str, int]:
    """Return the fields of a ``#Fields:`` line with their places, counted from 1."""
    return {name: place for place, name in enumerate(line.split()[1:], start=1)}


def mask(line: str) -> str:
    """Return the shape of a line, in which no address and no name can be read."""
    return re.sub(r"[A-Za-z]", "a", re.sub(r"\d", "9", line[:120]))
