"""Logs of other servers: each format, packed and plain, read once, and nobody in them found again."""

import gzip
import json

import pytest
import zstandard

from tests.unit.weblog.visiting import read_table
from troth.weblog.attack.simulating import Site
from troth.weblog.importing.formats import Format, detect, mask
from troth.weblog.importing.running import Importer
from troth.weblog.importing.sources import order_rotated
from troth.weblog.store import Policy

FIELDS = "#Fields: date time c-ip cs-username cs-method cs-uri-stem sc-status sc-bytes cs(Referer) cs(User-Agent)"


@pytest.fixture(scope="module")
def lines():
    return list(Site(days=2, visits_a_day=120, members=10, seed=3).fill().list_lines())


def run(folder, *names, **given):
    return Importer(folder, Policy(10, 7), own_host="www.example.org", **given).run([str(name) for name in names])


def count(folder):
    return sum(row[3] for row in read_table(folder, "visit"))


def take_apart(line):
    from datetime import datetime

    address, _ident, who, stamp, zone, rest = line.split(" ", 5)
    _empty, request, status_size, referrer, _space, agent, _end = rest.split('"')
    moment = datetime.strptime(f"{stamp} {zone}", "[%d/%b/%Y:%H:%M:%S %z]")
    return address, who, moment, request.split(" "), status_size.split(), referrer, agent


def as_common(line):
    return line.split(' "http')[0].split(' "-" "')[0]


def as_json(line):
    address, who, moment, request, (status, size), referrer, agent = take_apart(line)
    return json.dumps(
        {
            "remote_addr": address,
            "remote_user": who,
            "time_iso8601": moment.isoformat(),
            "request": " ".join(request),
            "status": status,
            "body_bytes_sent": size,
            "http_referer": referrer,
            "http_user_agent": agent,
        }
    )


def as_caddy(line):
    address, _who, moment, request, (status, size), referrer, agent = take_apart(line)
    headers = {"User-Agent": [agent], "Referer": [referrer]}
    told = {"remote_ip": address, "method": request[0], "uri": request[1], "headers": headers}
    return json.dumps({"ts": moment.timestamp(), "request": told, "status": int(status), "size": int(size)})


def as_w3c(line):
    address, who, moment, request, (status, size), referrer, agent = take_apart(line)
    agent = agent.replace(" ", "+")
    return f"{moment:%Y-%m-%d %H:%M:%S} {address} {who} {request[0]} {request[1]} {status} {size} {referrer} {agent}"


@pytest.fixture(scope="module")
def expected(lines, tmp_path_factory):
    folder = tmp_path_factory.mktemp("expected")
    (folder / "log").write_text("\n".join(lines) + "\n")
    run(folder / "w", folder / "log")
    return read_table(folder / "w", "visit"), read_table(folder / "w", "dim")


@pytest.mark.parametrize(
    ("write", "kind", "head"),
    [
        (as_json, Format.JSON, ""),
        (as_caddy, Format.CADDY, ""),
        (as_w3c, Format.W3C, f"#Software: example\n{FIELDS}\n"),
    ],
)
def test_each_format_gives_the_same_counts(tmp_path, lines, expected, write, kind, head):  # noqa: PLR0917
    text = head + "\n".join(map(write, lines)) + "\n"
    assert detect(text) is kind
    (tmp_path / "log").write_text(text)
    done = run(tmp_path / "w", tmp_path / "log")
    assert done.malformed == 0
    assert (read_table(tmp_path / "w", "visit"), read_table(tmp_path / "w", "dim")) == expected


def test_the_common_format_is_read_too(tmp_path, lines):
    text = "\n".join(map(as_common, lines))
    assert detect(text) is Format.COMMON
    (tmp_path / "log").write_text(text)
    assert run(tmp_path / "w", tmp_path / "log").malformed == 0


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor().compress])
def test_packed_logs_are_unpacked(tmp_path, lines, expected, pack):
    (tmp_path / "log.1.x").write_bytes(pack(("\n".join(lines) + "\n").encode()))
    run(tmp_path / "w", tmp_path / "log.1.x")
    assert read_table(tmp_path / "w", "visit") == expected[0]


def test_small_pieces_give_the_same_as_one(tmp_path, lines, expected, monkeypatch):
    monkeypatch.setattr("troth.weblog.importing.sources.PIECE", 40_000)
    (tmp_path / "log").write_text("\n".join(lines) + "\n")
    run(tmp_path / "w", tmp_path / "log")
    assert (read_table(tmp_path / "w", "visit"), read_table(tmp_path / "w", "dim")) == expected


def test_the_same_lines_twice_are_counted_once_under_whatever_name(tmp_path, lines, expected):
    (tmp_path / "log").write_text("\n".join(lines) + "\n")
    run(tmp_path / "w", tmp_path / "log")
    (tmp_path / "log.1.gz").write_bytes(gzip.compress((tmp_path / "log").read_bytes()))
    done = run(tmp_path / "w", tmp_path / "log.1.gz")
    assert (done.skipped, done.visits) == (["log.1.gz"], 0)
    assert read_table(tmp_path / "w", "visit") == expected[0]


def test_an_import_that_was_broken_off_goes_on_and_counts_nothing_twice(tmp_path, lines, expected, monkeypatch):
    monkeypatch.setattr("troth.weblog.importing.sources.PIECE", 40_000)
    (tmp_path / "log").write_text("\n".join(lines) + "\n")

    def fall(progress):
        if progress.read > (tmp_path / "log").stat().st_size * 0.9:
            raise OSError("the machine went down")

    with pytest.raises(OSError, match="went down"):
        run(tmp_path / "w", tmp_path / "log", tell=fall)
    run(tmp_path / "w", tmp_path / "log")
    assert (read_table(tmp_path / "w", "visit"), read_table(tmp_path / "w", "dim")) == expected


def test_malformed_lines_are_counted_and_shown_without_their_address(tmp_path, lines):
    broken = ['203.0.113.77 - ottilie "GET', "", "\x00\x01", "no log at all"]
    (tmp_path / "log").write_text("\n".join([*lines, *broken]) + "\n")
    done = run(tmp_path / "w", tmp_path / "log")
    assert done.malformed == 3
    assert "203.0" not in done.example
    assert mask(broken[0]) == '999.9.999.99 - aaaaaaa "aaa'


def test_who_was_signed_in_is_counted_by_routes_alone(tmp_path, lines):
    named = [line.replace(" - - [", " - ottilie [") for line in lines]
    (tmp_path / "log").write_text("\n".join(named) + "\n")
    run(tmp_path / "w", tmp_path / "log")
    assert count(tmp_path / "w") == 0
    assert read_table(tmp_path / "w", "member")
    assert b"ottilie" not in b"".join(path.read_bytes() for path in (tmp_path / "w").rglob("*.parquet"))


def test_surveys_of_a_log_are_named_nowhere_and_their_visits_are_forgotten(tmp_path, lines):
    took_part = [line.replace("GET /home ", "GET /surveys/0191d3b2-7a41-7c1e-9f00-a1b2c3d4e5f6/ ") for line in lines]
    assert took_part != lines
    (tmp_path / "log").write_text("\n".join(took_part) + "\n")
    (tmp_path / "plain").write_text("\n".join(lines) + "\n")
    assert run(tmp_path / "w", tmp_path / "log").visits < run(tmp_path / "v", tmp_path / "plain").visits
    assert not any(
        "survey" in str(row) for table in ("page", "dim", "edge", "member") for row in read_table(tmp_path / "w", table)
    )


def test_the_standard_input_gives_the_same_counts(tmp_path, lines, expected, monkeypatch):
    import io

    class Input:
        buffer = io.BufferedReader(io.BytesIO(("\n".join(lines) + "\n").encode()))

    monkeypatch.setattr("sys.stdin", Input)
    assert run(tmp_path / "w", "-").malformed == 0
    assert (read_table(tmp_path / "w", "visit"), read_table(tmp_path / "w", "dim")) == expected


def test_a_file_that_grows_is_followed_until_it_is_broken_off(tmp_path, lines, expected, monkeypatch):
    half = len(lines) // 2
    (tmp_path / "log").write_text("\n".join(lines[:half]) + "\n")
    waits = []

    def grow(_seconds):
        waits.append(1)
        if len(waits) > 1:
            raise KeyboardInterrupt
        with (tmp_path / "log").open("a") as file:
            file.write("\n".join(lines[half:]) + "\n")

    monkeypatch.setattr("troth.weblog.importing.sources.time.sleep", grow)
    importer = Importer(tmp_path / "w", Policy(10, 7), own_host="www.example.org")
    done = importer.run([str(tmp_path / "log")], follow=True)
    assert done.lines == len(lines)
    assert (read_table(tmp_path / "w", "visit"), read_table(tmp_path / "w", "dim")) == expected


def test_a_rotated_set_is_read_from_the_oldest_on():
    assert order_rotated(["a.log", "a.log.1", "a.log.10.gz", "a.log.2.gz"]) == [
        "a.log.10.gz",
        "a.log.2.gz",
        "a.log.1",
        "a.log",
    ]


@pytest.mark.parametrize("content", ["", "\n\n", "no newline at the end"])
def test_empty_and_odd_files_are_no_error(tmp_path, content):
    (tmp_path / "log").write_text(content)
    assert run(tmp_path / "w", tmp_path / "log").visits == 0
