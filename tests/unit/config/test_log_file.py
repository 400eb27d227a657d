"""The log of ``troth serve`` lies in a file, stays small, and tells the terminal of errors alone."""

import io
import logging

import pytest

from troth.config import log_file
from troth.config.environment import read_environment
from troth.config.log_file import KEPT, PlainFile, TerminalFormatter, put_away
from troth.config.logs import PlainFormatter, PlainHandler, configure_logging
from troth.config.serve import choose_log


@pytest.fixture
def path(tmp_path):
    return tmp_path / "logs" / "troth.log"


@pytest.fixture
def log(path):
    """A logger that writes as the program does with a file; returns it, and what the terminal shows."""
    configured = configure_logging(path)
    terminal = io.StringIO()
    handlers = [PlainFile(str(path)), PlainHandler(terminal)]
    handlers[0].setFormatter(PlainFormatter())
    handlers[1].setFormatter(TerminalFormatter(str(path)))
    handlers[1].setLevel(configured["handlers"]["stream"]["level"])
    logger = logging.getLogger("troth.test_log_file")
    logger.handlers, logger.propagate = handlers, False
    yield logger, terminal
    for handler in handlers:
        handler.close()
    logger.handlers, logger.propagate = [], True


def test_only_an_error_is_told_on_the_terminal_and_in_one_line(log, path):
    logger, terminal = log
    logger.info("A request was refused.")
    logger.warning("Something to heed.")
    assert terminal.getvalue() == ""
    try:
        raise ValueError("ada.canary@example.org")
    except ValueError:
        logger.exception("A program fell.", extra={"facts": {"program": "web"}})
    (line,) = terminal.getvalue().splitlines()
    assert "A program fell. (program web)" in line
    assert line.endswith(f"More stands in {path}.")
    written = path.read_text()
    assert all(words in written for words in ("A request was refused.", "Something to heed.", "ValueError"))
    assert "canary" not in written + terminal.getvalue()


def test_the_file_is_for_its_owner_alone(log, path):
    log[0].info("A line.")
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_file_that_has_grown_is_moved_away_and_writing_goes_on(log, path, monkeypatch):
    logger, _terminal = log
    assert not put_away(path)
    for number in range(KEPT + 3):
        logger.info("The line of round %d.", number, extra={"facts": {"round": number}})
        assert not put_away(path)
        monkeypatch.setattr(log_file, "LARGEST", 1)
        assert put_away(path)
        monkeypatch.undo()
    kept = sorted(path.parent.iterdir())
    assert [each.name for each in kept] == [f"troth.log.{number}" for number in range(1, KEPT + 1)]
    assert "round=6" in kept[0].read_text()
    logger.info("After it.")
    assert "After it." in path.read_text()


@pytest.mark.parametrize(("given", "name"), [("", "troth.log"), ("-", ""), ("elsewhere.log", "elsewhere.log")])
def test_the_operator_chooses_where_it_lies(monkeypatch, tmp_path, given, name):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TROTH_LOG", given)
    if not given:
        monkeypatch.delenv("TROTH_LOG")
    choose_log()
    found = read_environment().log
    assert (found.name if found else "") == name
