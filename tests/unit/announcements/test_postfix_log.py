"""Postfix's log says which mails it took: read of real lines, of rotated files, and of a Postfix that runs."""

import gzip
import os
import smtplib
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.mail_servers import DISCARD, IS_ROOT, POSTFIX, run_postfix
from tests.running import find_port, wait_until
from troth.announcements import relay_log
from troth.announcements.kinds import DeliveryState, NoticeClass
from troth.announcements.models import Delivery
from troth.announcements.postfix_log import PostfixLog, read_moment
from troth.announcements.relay_log import RelayWord
from troth.announcements.sending import reconcile
from troth.announcements.tokens import make_message_id
from troth.kernel import clock

TAKEN, CUT_OFF, UNKNOWN = "notice-1-a@example.org", "notice-2-b@example.org", "notice-3-c@example.org"
LINES = f"""\
2026-11-26T07:00:00.000001+00:00 mail postfix/postfix-script[40]: starting the Postfix mail system
2026-11-26T08:00:01.120000+00:00 mail postfix/smtpd[70]: 4F1A2B: client=localhost[127.0.0.1]
2026-11-26T08:00:01.130000+00:00 mail postfix/cleanup[71]: 4F1A2B: message-id=<{TAKEN}>
2026-11-26T08:00:01.150000+00:00 mail postfix/qmgr[52]: 4F1A2B: from=<b@example.org>, size=22, nrcpt=1 (queue active)
2026-11-26T08:00:01.190000+00:00 mail postfix/cleanup[71]: 5C3D4E: message-id=<{CUT_OFF}>
2026-11-26T08:00:01.200000+00:00 mail postfix/smtpd[70]: lost connection after DATA (812 bytes) from localhost
"""
SINCE = datetime(2026, 11, 26, 7, 59, tzinfo=UTC)
ASKED = (TAKEN, CUT_OFF, UNKNOWN)


def ask(path, since=SINCE):
    return PostfixLog(path).ask(ASKED, since)


def test_what_lies_in_the_queue_was_taken_and_what_was_cut_off_is_undecided(tmp_path):
    (tmp_path / "mail.log").write_text(LINES)
    assert ask(tmp_path / "mail.log") == RelayWord(taken=frozenset({TAKEN}), undecided=frozenset({CUT_OFF}))


def test_a_queue_id_that_is_used_again_names_the_mail_that_was_named_last(tmp_path):
    later = """\
2026-11-26T08:05:01.130000+00:00 mail postfix/cleanup[71]: 5C3D4E: message-id=<somebody.elses@example.net>
2026-11-26T08:05:01.150000+00:00 mail postfix/qmgr[52]: 5C3D4E: from=<b@example.org>, size=22, nrcpt=1 (queue active)
"""
    (tmp_path / "mail.log").write_text(LINES + later)
    assert ask(tmp_path / "mail.log") == RelayWord(taken=frozenset({TAKEN}), undecided=frozenset({CUT_OFF}))


def test_a_log_that_begins_later_or_ended_before_says_nothing(tmp_path):
    path = tmp_path / "mail.log"
    path.write_text(LINES)
    assert ask(path, datetime(2026, 11, 26, 6, tzinfo=UTC)) is None
    assert ask(path, datetime(2026, 11, 26, 9, tzinfo=UTC)) is None
    assert ask(tmp_path / "none.log") is None


def test_what_was_rotated_away_is_read_too(tmp_path):
    first, *others = LINES.splitlines(keepends=True)
    with gzip.open(tmp_path / "mail.log.2.gz", "wb") as file:
        file.write(first.encode())
    (tmp_path / "mail.log.1").write_text("".join(others[:3]))
    (tmp_path / "mail.log").write_text("".join(others[3:]))
    for name, minutes in (("mail.log.2.gz", -30), ("mail.log.1", 2), ("mail.log", 3)):
        at = (SINCE + timedelta(minutes=minutes)).timestamp()
        os.utime(tmp_path / name, (at, at))
    word = ask(tmp_path / "mail.log")
    assert word is not None
    assert word.taken == {TAKEN}


def test_a_broken_archive_is_no_word(tmp_path):
    (tmp_path / "mail.log.1.gz").write_bytes(b"not an archive")
    (tmp_path / "mail.log").write_text(LINES)
    assert ask(tmp_path / "mail.log") is None


@time_machine.travel(datetime(2027, 1, 1, 0, 30, tzinfo=UTC))
def test_the_old_style_has_no_year_and_is_of_the_one_that_is_not_to_come():
    last_year, this_year = read_moment(b"Dec 31 12:00:00 mail postfix"), read_moment(b"Jan  1 00:10:00 mail postfix")
    assert last_year is not None
    assert this_year is not None
    assert (last_year.year, this_year.year) == (2026, 2027)
    assert read_moment(b"a line without a time") is None


@pytest.mark.django_db(databases="__all__", transaction=True)
@pytest.mark.parametrize(
    ("kind", "ends"),
    [
        (NoticeClass.SERVICE, {"taken": "accepted", "undecided": "pending", "unknown": "pending"}),
        (NoticeClass.NEWS, {"taken": "accepted", "undecided": "uncertain", "unknown": "pending"}),
    ],
)
def test_uncertain_rows_are_settled_by_the_log_and_only_what_it_leaves_open_by_the_class(
    ada, begin, monkeypatch, kind, ends
):
    notice = begin(kind, **({"interest": "events"} if kind == NoticeClass.NEWS else {}))
    row = Delivery.objects.get(notice=notice, subject_id=ada.id)
    words = {
        "taken": RelayWord(frozenset({make_message_id(row.pk)})),
        "undecided": RelayWord(frozenset(), frozenset({make_message_id(row.pk)})),
        "unknown": RelayWord(frozenset()),
    }
    for name, end in ends.items():
        monkeypatch.setattr(relay_log, "relay_logs", [lambda _ids, _since, name=name: words[name]])
        Delivery.objects.filter(pk=row.pk).update(
            state=DeliveryState.INFLIGHT, leased_until=clock.now() - timedelta(minutes=1), told_again=False
        )
        assert reconcile(notice) == 1
        row.refresh_from_db()
        assert (row.state, row.told_again) == (end, name == "undecided" and end == "pending")


@pytest.mark.skipif(not (POSTFIX and IS_ROOT), reason="Postfix is not here, or this is not root.")
def test_a_postfix_that_runs_is_understood():
    with run_postfix(find_port(), hand_to=DISCARD) as server:
        log, since = PostfixLog(server.folder / "log"), datetime.now(tz=UTC)
        server.send(f"Message-ID: <{TAKEN}>\r\n\r\nA mail.\r\n".encode())
        with smtplib.SMTP("127.0.0.1", server.port, timeout=10) as cut:
            cut.ehlo()
            cut.mail("ada@example.org")
            cut.rcpt("support@example.org")
            cut.docmd("DATA")
            cut.send(f"Message-ID: <{CUT_OFF}>\r\nSubject: cut\r\n\r\n".encode() + b"text\r\n" * 20_000)
            cut.close()
        wait_until(lambda: "lost connection after DATA" in (server.folder / "log").read_text(), longest=20)
        wait_until(lambda: (word := log.ask(ASKED, since)) is not None and TAKEN in word.taken, longest=20)
        word = log.ask(ASKED, since)
    assert word is not None
    assert word.taken == {TAKEN}
    assert UNKNOWN not in word.undecided
