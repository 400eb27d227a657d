"""Writers queue before a SQLite file: nobody is refused, nobody starves, and a dead writer blocks nobody."""

import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from django.db import OperationalError, connections, transaction

from troth.config.sqlite.base import REQUIRED_PRAGMAS, DatabaseWrapper
from troth.config.sqlite.queue import TurnDidNotComeError, wait_for_turn
from troth.kernel.errors import NotConfigured

pytestmark = pytest.mark.sqlite


@pytest.fixture
def connect(tmp_path, django_db_blocker):
    """Return a function that opens a connection of our backend to one file, as the settings configure it."""
    opened = []

    def open_connection(**options):
        settings = dict(connections["default"].settings_dict)
        settings["NAME"] = str(tmp_path / "queue.db")
        settings["OPTIONS"] = settings["OPTIONS"] | options
        connection = DatabaseWrapper(settings, alias="queue")
        connection.inc_thread_sharing()
        connection.connect()
        opened.append(connection)
        return connection

    with django_db_blocker.unblock():
        yield open_connection
        for connection in opened:
            connection.close()


def begin(connection):
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def end(connection):
    connection.commit()
    connection.set_autocommit(True)


def is_free(tmp_path):
    try:
        wait_for_turn(tmp_path / "queue.db-queue", patience=0.05).end()
    except TurnDidNotComeError:
        return False
    return True


def test_the_databases_of_the_site_queue_and_are_read_back():
    for connection in connections.all():
        assert isinstance(connection, DatabaseWrapper)


@pytest.mark.parametrize("finish", ["commit", "rollback", "close"])
def test_a_turn_lasts_as_long_as_the_transaction(connect, tmp_path, finish):
    connection = connect()
    begin(connection)
    assert not is_free(tmp_path)
    getattr(connection, finish)()
    assert is_free(tmp_path)


def test_a_begin_that_fails_ends_the_turn(connect, tmp_path):
    connection = connect()
    begin(connection)
    with pytest.raises(OperationalError):
        connection._start_transaction_under_autocommit()
    assert is_free(tmp_path)


def test_reading_waits_for_nobody(connect):
    writer, reader = connect(), connect()
    begin(writer)
    with reader.cursor() as cursor:
        assert cursor.execute("SELECT 1").fetchone() == (1,)
    end(writer)


def test_who_waits_too_long_is_told_and_can_try_again(connect):
    first, second = connect(), connect(timeout=0.2)
    begin(first)
    began = time.monotonic()
    with pytest.raises(OperationalError, match="database is locked"):
        begin(second)
    assert 0.15 < time.monotonic() - began < 5
    end(first)
    begin(second)
    end(second)


def test_two_databases_taken_in_opposite_order_end_in_an_error_and_not_in_a_standstill(tmp_path):
    files = [tmp_path / "a", tmp_path / "b"]
    outcomes = []

    def take(order):
        first = wait_for_turn(files[order[0]], patience=5)
        barrier.wait()
        try:
            wait_for_turn(files[order[1]], patience=0.3).end()
            outcomes.append("both")
        except TurnDidNotComeError:
            outcomes.append("told")
        first.end()

    barrier = threading.Barrier(2)
    threads = [threading.Thread(target=take, args=(order,)) for order in ((0, 1), (1, 0))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    assert "told" in outcomes
    assert len(outcomes) == 2


def test_turns_come_in_the_order_of_waiting(tmp_path):
    file, order = tmp_path / "queue", []
    first = wait_for_turn(file, patience=5)

    def take(number):
        turn = wait_for_turn(file, patience=10)
        order.append(number)
        turn.end()

    threads = []
    for number in range(6):
        threads.append(threading.Thread(target=take, args=(number,)))
        threads[-1].start()
        time.sleep(0.1)
    first.end()
    for thread in threads:
        thread.join(timeout=10)
    assert order == list(range(6))


def test_who_gave_up_does_not_keep_the_turn_that_comes_later(tmp_path):
    file = tmp_path / "queue"
    first = wait_for_turn(file, patience=5)
    with pytest.raises(TurnDidNotComeError):
        wait_for_turn(file, patience=0.1)
    first.end()
    wait_for_turn(file, patience=5).end()


def test_a_killed_writer_leaves_the_turn_to_the_next(tmp_path):
    program = (
        "import sys, pathlib; sys.path.insert(0, {here!r}); from troth.config.sqlite.queue import wait_for_turn\n"
        "wait_for_turn(pathlib.Path({file!r}), patience=5); print('mine', flush=True); sys.stdin.read()"
    )
    file = tmp_path / "queue"
    process = subprocess.Popen(
        [sys.executable, "-c", program.format(here=str(Path.cwd()), file=str(file))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout.readline() == b"mine\n"
        with pytest.raises(TurnDidNotComeError):
            wait_for_turn(file, patience=0.1)
        process.send_signal(signal.SIGKILL)
        wait_for_turn(file, patience=5).end()
    finally:
        process.kill()
        process.communicate()


def test_a_connection_whose_pragmas_did_not_take_is_refused(connect):
    with pytest.raises(NotConfigured, match="secure_delete 0, and not 1"):
        connect(init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=OFF;")
    assert connect().is_usable()
    assert set(REQUIRED_PRAGMAS) == {"journal_mode", "synchronous", "secure_delete", "foreign_keys"}


WRITER = """
import sqlite3, sys, time
sys.path.insert(0, {here!r})
from django.conf import settings
database = {{"ENGINE": "troth.config.sqlite", "NAME": {name!r}, "OPTIONS": {options!r}}}
settings.configure(DATABASES={{"default": database}})
import django
django.setup()
from django.db import connection, transaction
slowest = 0.0
for _ in range({many}):
    began = time.monotonic()
    with transaction.atomic(), connection.cursor() as cursor:
        value = cursor.execute("SELECT value FROM counter").fetchone()[0]
        cursor.execute("UPDATE counter SET value = %s", [value + 1])
    slowest = max(slowest, time.monotonic() - began)
print(slowest)
"""


def test_four_writing_processes_lose_nothing_and_are_never_refused(tmp_path):
    name, many = str(tmp_path / "queue.db"), 100
    with closing(sqlite3.connect(name, autocommit=True)) as database:
        database.execute("CREATE TABLE counter (value INTEGER)")
        database.execute("INSERT INTO counter VALUES (0)")
    options = connections["default"].settings_dict["OPTIONS"]
    program = textwrap.dedent(WRITER).format(here=str(Path.cwd()), name=name, options=options, many=many)
    command = [sys.executable, "-c", program]
    writers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _writer in range(4)
    ]
    outputs = [writer.communicate(timeout=120) for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0, 0], outputs
    assert not any("locked" in error for _out, error in outputs)
    with closing(sqlite3.connect(name)) as database:
        assert database.execute("SELECT value FROM counter").fetchone() == (4 * many,)
    assert max(float(out) for out, _error in outputs) < 10


@pytest.mark.django_db(transaction=True)
def test_a_failed_block_ends_the_turn_on_the_site_itself():
    connection = connections["default"]
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert connection._turn is not None
        1 / 0  # noqa: B018
    assert connection._turn is None
