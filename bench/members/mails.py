"""The work of the help desk: mails taken in, and decisions of the gate; beside bare rows of the same size."""

import sqlite3
from time import perf_counter

from bench.values import email_of

_BODY = "It stood in the second room, and I should like to know where it is now. " * 12


def take_mails(*, clients: int, first: int, count: int) -> dict[str, float]:
    """Store and file so many mails of so many clients: raw bytes sealed, read, judged, a case and a message made."""
    from troth.support.mailin.filing import file_mail
    from troth.support.mailin.storing import store_mail
    from troth.support.models import InboundMail

    raws = [_write(number % clients, number) for number in range(first, first + count)]
    began = perf_counter()
    for number, raw in enumerate(raws, first):
        mail_id = store_mail(raw, source="imap:bench/INBOX", key=f"1:{number}")
        if mail_id is not None:
            file_mail(mail_id)
    took = perf_counter() - began
    filed = InboundMail.objects.filter(source="imap:bench/INBOX", state="filed").count()
    return {"took": took, "filed": filed}


def _write(client: int, number: int) -> bytes:
    from troth.kernel.operator import read_operator

    address = email_of(client)
    operator = read_operator()
    return (
        f"Authentication-Results: {operator.mail.authserv_id}; dmarc=pass header.from={address.rpartition('@')[2]}\r\n"
        f"From: Client <{address}>\r\nTo: {operator.contacts.support_email}\r\n"
        f"Subject: Matter {number}\r\n\r\n{_BODY}\r\n"
    ).encode()


def decide_contacts(*, clients: int, count: int) -> dict[str, float]:
    """Have the gate decide so many contacts with a client of this site, each a row and a row in the record."""
    from django.db import transaction

    from troth.accounts.api import find_account
    from troth.kernel.acting import acting, system
    from troth.kernel.purposes import Purpose
    from troth.support import jobs
    from troth.support.gate import ANSWER, decide

    account = find_account(email_of(clients // 2))
    if account is None:
        raise LookupError("The client of the bench is gone.")
    began = perf_counter()
    with acting(actor=system(jobs.SENDER), purpose=Purpose.SUPPORT):
        for _time in range(count):
            with transaction.atomic():
                decide(subject_id=account.id, purpose=Purpose.SUPPORT, about=ANSWER)
    return {"took": perf_counter() - began}


def insert_rows(*, clients: int, count: int) -> dict[str, float]:
    """Insert so many bare rows of the size of a mail, a commit each: what the disk and SQLite ask by themselves."""
    from django.conf import settings

    path = settings.ENVIRONMENT.data / "bare.db"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, raw BLOB)")
        raw = _write(clients // 2, 0)
        began = perf_counter()
        for _time in range(count):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO bare (raw) VALUES (?)", (raw,))
            connection.execute("COMMIT")
        return {"took": perf_counter() - began}
    finally:
        connection.close()
