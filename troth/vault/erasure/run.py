"""Running erasures: each step may run twice, each is noted after its work, and a killed run goes on where it was.

``due`` → the client is told, sessions and the like end, the values are looked for in every table and file →
``searched`` → the index forgets, the keys are destroyed → ``shredded`` → the rows go, the files are truncated →
``removed`` → all is verified, the receipt signed → ``done``.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connections, transaction

from troth.kernel import clock
from troth.kernel.acting import Case, acting, require_acting, system
from troth.kernel.errors import Refused
from troth.kernel.operator import read_operator
from troth.kernel.ports import erasure_relays, farewells, holders
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.vault import index, keyring
from troth.vault.attributes import Trigger
from troth.vault.erasure.plan import (
    Staying,
    count_tables,
    held_rows,
    holds_on,
    plan_erasure,
    statutory_keys,
)
from troth.vault.erasure.receipt import sign_receipt
from troth.vault.erasure.search import search_for_values
from troth.vault.erasure.subjects import (
    delete_rows,
    end_unused_statutory_key,
    going_rows,
    tables_of_subjects,
)
from troth.vault.events import Event
from troth.vault.locks import run_alone
from troth.vault.models import ErasedKey, Erasure, ErasureState, IndexEntry, KeyClass, SubjectKey, WrappedKey
from troth.vault.sealed import SealedModel

JOB = "erasure"
_FAREWELL_TRIES = 3
"""After so many passes the erasure goes on though the client could not be told: it asked for it, and mail may fail."""

_log = logging.getLogger(__name__)
type Report = Callable[[str], None]


def start_erasure(*, subject_id: UUID, case: Case | None = None) -> UUID:
    """Put the subject's erasure on the list for the next pass, and return its number, by which the receipt is fetched.

    Whoever acts must be the client itself or hold a case; the caller has judged that. Asking twice changes nothing.
    """
    context = require_acting()
    reason = case or context.case
    erasure, is_new = Erasure.objects.get_or_create(
        subject_digest=keyring.digest_subject(subject_id),
        defaults={
            "subject_id": subject_id,
            "requested_on": clock.today(),
            "case_kind": reason.kind if reason else "",
            "case_ref": reason.ref if reason else "",
        },
    )
    if is_new:
        _record(Event.ERASURE_PLANNED, erasure, subject_id)
    return erasure.pk


def cancel_erasure(subject_id: UUID) -> bool:
    """Take an erasure off the list; return whether it was still there untouched."""
    taken_back, _by_model = Erasure.objects.filter(subject_id=subject_id, state=ErasureState.DUE, facts={}).delete()
    if taken_back:
        record(event=Event.ERASURE_CANCELLED, subject_id=subject_id)
    return bool(taken_back)


def is_being_erased(subject_id: UUID) -> bool:
    """Return whether an erasure of this subject is on the list or under way."""
    return Erasure.objects.filter(subject_id=subject_id).exclude(state=ErasureState.DONE).exists()


def find_receipt(erasure_id: UUID) -> str:
    """Return the receipt of this erasure, or an empty text where there is none (yet)."""
    return Erasure.objects.filter(pk=erasure_id).values_list("receipt", flat=True).first() or ""


def run_erasures(*, report: Report = _log.info, only_interrupted: bool = False) -> int:
    """Run every erasure that is due or was interrupted; return how many were finished.

    One that fails is reported, stays where it is and is tried again in the next pass; the others go on.

    Arguments:
        report: called with lines of progress.
        only_interrupted: finish what was begun, and leave what is due and untouched to the night.
    """
    with run_alone(JOB), acting(actor=system(JOB), purpose=Purpose.RIGHTS):
        due = Erasure.objects.filter(state=ErasureState.DUE)
        if only_interrupted:
            due = due.exclude(facts={})
        else:
            _take_up_deferred()
        prepare = partial(_prepare, is_nightly=not only_interrupted)
        _search([e for e in due if _try(partial(prepare, e), e, report)], report)
        finished = 0
        for erasure in Erasure.objects.exclude(state__in=(ErasureState.DUE, ErasureState.DONE)):
            if _try(partial(_finish, erasure), erasure, report):
                finished += 1
                report(f"erasure {erasure.pk}: done")
    return finished


def _try(step: Callable[[], bool], erasure: Erasure, report: Report) -> bool:
    """Run a step of one erasure; a failure is told by its kind alone, as its text might carry a value."""
    try:
        return step()
    except Exception as error:
        _log.error("erasure %s stopped at %s: %s", erasure.pk, erasure.state, type(error).__name__)
        report(f"erasure {erasure.pk}: stopped at “{erasure.state}”, tried again in the next pass")
        return False


# -- due → searched ---------------------------------------------------------------------------------------------------


def _prepare(erasure: Erasure, *, is_nightly: bool) -> bool:
    """Tell the client, note what is there, end what holders hold; return whether the erasure can go on."""
    subject_id = _subject_of(erasure)
    if not _say_farewell(erasure, subject_id, is_nightly=is_nightly):
        return False
    if "found" not in erasure.facts:
        erasure.facts["found"] = count_tables(subject_id)
        erasure.save(update_fields=["facts"])
    # A relay says how things stand now, so that its last word is the one that counts.
    erasure.facts["told"] = sorted({name for relay in erasure_relays for name in relay(subject_id)})
    held = erasure.facts.setdefault("holders", {})
    for holder in holders:
        held[holder.name] = held.get(holder.name, 0) + holder.erase(subject_id)
    erasure.save(update_fields=["facts"])
    return True


def _say_farewell(erasure: Erasure, subject_id: UUID, *, is_nightly: bool) -> bool:
    """Tell the client; return whether the erasure can go on.

    Only a night's try counts, as the others are half an hour apart.
    """
    tries = erasure.facts.get("farewell_tries", 0)
    if erasure.facts.get("farewell_said") or tries >= _FAREWELL_TRIES:
        return True
    try:
        for farewell in farewells:
            farewell(subject_id, erasure.pk)
    except Exception as error:
        _log.warning("erasure %s: the client could not be told: %s", erasure.pk, type(error).__name__)
        erasure.facts["farewell_tries"] = tries + is_nightly
    else:
        erasure.facts["farewell_said"] = True
    erasure.save(update_fields=["facts"])
    return bool(erasure.facts.get("farewell_said"))


def _search(erasures: Sequence[Erasure], report: Report) -> None:
    """Look for the values of all of them in one pass, and note what was found."""
    if not erasures:
        return
    report(f"searching every table and file for the values of {len(erasures)} subjects")
    result = search_for_values([_subject_of(erasure) for erasure in erasures])
    for erasure in erasures:
        erasure.facts["search"] = result.facts(_subject_of(erasure))
        _advance(erasure, ErasureState.SEARCHED)


# -- searched → done --------------------------------------------------------------------------------------------------


def _finish(erasure: Erasure) -> bool:
    subject_id = _subject_of(erasure)
    if erasure.state == ErasureState.SEARCHED:
        _shred(erasure, subject_id)
    if erasure.state == ErasureState.SHREDDED:
        _remove(erasure, subject_id)
    if erasure.state == ErasureState.REMOVED:
        return _verify_and_sign(erasure, subject_id)
    return erasure.state == ErasureState.DONE


def _shred(erasure: Erasure, subject_id: UUID) -> None:
    """Make what a hold keeps back independent of the account's key; forget the subject; destroy its keys."""
    _keep_held_rows(erasure, subject_id)
    index.forget_subject(subject_id)
    keys = SubjectKey.objects.filter(subject_id=subject_id, key_class=KeyClass.ACCOUNT)
    key_ids = {*keys.values_list("key_id", flat=True), *_keys_of_rows(subject_id)}
    with transaction.atomic(using=keyring.DATABASE):
        erasure.facts["keys_destroyed"] = len(key_ids)
        keyring.destroy_keys(key_ids)
        erased = [ErasedKey(key_id=key_id, erased_on=clock.today()) for key_id in key_ids]
        ErasedKey.objects.bulk_create(erased, ignore_conflicts=True)
        _advance(erasure, ErasureState.SHREDDED)


def _keep_held_rows(erasure: Erasure, subject_id: UUID) -> None:
    holds = holds_on(subject_id)
    for model in _sealed_tables():
        for row in model._base_manager.filter(pk__in=held_rows(model, subject_id, holds), subject_id=subject_id):
            row.move_to_key_class(KeyClass.STATUTORY)
            record(event=Event.RECORD_HELD, subject_id=subject_id, object_type=model._meta.label, object_id=str(row.pk))
    erasure.deferred = bool(holds)
    erasure.save(update_fields=["deferred"])


def _keys_of_rows(subject_id: UUID) -> set[UUID]:
    """Return the keys of the subject's rows, apart from those that stay: one that no list names any more goes too."""
    staying = statutory_keys(subject_id)
    found: set[UUID] = set()
    for model in _sealed_tables():
        found.update(model._base_manager.filter(subject_id=subject_id).values_list("key_id", flat=True))
    return found - staying


def _remove(erasure: Erasure, subject_id: UUID) -> None:
    """Delete the rows, date what stays, and truncate the write-ahead logs, which still hold what was deleted."""
    kept = plan_erasure(subject_id).stays
    erasure.facts["kept"] = [_describe_staying(staying) for staying in kept]
    for holder in holders:
        holder.erase(subject_id)
    holds, staying = holds_on(subject_id), statutory_keys(subject_id)
    with transaction.atomic():
        delete_rows(
            [
                going_rows(model, subject_id, staying_keys=staying, held=held_rows(model, subject_id, holds))
                for model in tables_of_subjects()
            ]
        )
        SubjectKey.objects.filter(subject_id=subject_id, key_class=KeyClass.ACCOUNT).delete()
        _date_what_stays(subject_id)
    erasure.facts["truncated"] = truncate_logs()
    erasure.erased_on = clock.today()
    _advance(erasure, ErasureState.REMOVED)


def _date_what_stays(subject_id: UUID) -> None:
    """Give what outlives the account the date on which it goes, where that counts from the account's end."""
    today = clock.today()
    for model in _sealed_tables():
        ends = [a.keep.period for a in model.sealed_attributes.values() if a.keep.trigger is Trigger.ACCOUNT_ENDS]
        if not ends or model.key_class != KeyClass.STATUTORY:
            continue
        first = today + min(ends)
        for row in model._base_manager.filter(subject_id=subject_id):
            due_on = first if row.due_on is None else min(first, row.due_on)
            model._base_manager.filter(pk=row.pk).update(due_on=due_on)


def truncate_logs(*, patience: timedelta | None = None) -> bool:
    """Move the write-ahead logs into the files and cut them to nothing; return whether every one could be.

    Arguments:
        patience: how long to wait for who reads, during which nobody writes; None leaves it to the connection.

    Source: docs/decisions/erasure.md. PostgreSQL's log holds sealed rows only and is cut by its own checkpoints.
    """
    done = True
    for alias in connections:
        connection = connections[alias]
        if connection.vendor == "sqlite" and not connection.in_atomic_block:
            with connection.cursor() as cursor:
                usual = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
                wait = usual if patience is None else round(patience.total_seconds() * 1000)
                cursor.execute(f"PRAGMA busy_timeout = {wait}")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                busy, _pages, _moved = cursor.fetchone()
                cursor.execute(f"PRAGMA busy_timeout = {usual}")
            done = done and not busy
    return done


def _verify_and_sign(erasure: Erasure, subject_id: UUID) -> bool:
    failures = find_remains(subject_id)
    if failures:
        erasure.facts["failures"] = failures
        _advance(erasure, ErasureState.SHREDDED)
        _log.error("erasure %s: something is left in %s", erasure.pk, ", ".join(failures))
        return False
    erasure.facts.pop("failures", None)
    erasure.receipt = sign_receipt(_facts_of_receipt(erasure))
    _record(Event.ERASURE_RUN, erasure, subject_id)
    if not erasure.deferred:
        erasure.subject_id = None
    _advance(erasure, ErasureState.DONE)
    return True


def find_remains(subject_id: UUID) -> list[str]:
    """Return the places that still have something of an erased subject: keys, index, tables, holders. Empty is good."""
    holds, staying = holds_on(subject_id), statutory_keys(subject_id)
    remains = []
    keys = SubjectKey.objects.filter(subject_id=subject_id, key_class=KeyClass.ACCOUNT).values_list("key_id", flat=True)
    if WrappedKey.objects.filter(key_id__in=[*keys, *_keys_of_rows(subject_id)]).exists() or keys:
        remains.append("keys")
    if IndexEntry.objects.filter(subject_id=subject_id).exists():
        remains.append("index")
    for model in tables_of_subjects():
        held = held_rows(model, subject_id, holds)
        if going_rows(model, subject_id, staying_keys=staying, held=held).exists():
            remains.append(model._meta.label)
    remains.extend(holder.name for holder in holders if holder.count(subject_id))
    return remains


def _take_up_deferred() -> None:
    """Erase what a hold kept back, once the hold has ended."""
    for erasure in Erasure.objects.filter(state=ErasureState.DONE, deferred=True):
        subject_id = _subject_of(erasure)
        if holds_on(subject_id):
            continue
        with transaction.atomic():
            for model in _sealed_tables():
                if model.key_class == KeyClass.ACCOUNT:
                    model._base_manager.filter(subject_id=subject_id).delete()
        end_unused_statutory_key(subject_id)
        erasure.deferred = False
        _advance(erasure, ErasureState.SHREDDED)


# -- Inside -----------------------------------------------------------------------------------------------------------


def _facts_of_receipt(erasure: Erasure) -> dict[str, Any]:
    operator = read_operator()
    erased_on = erasure.erased_on or clock.today()
    numbers = operator.numbers
    search = erasure.facts.get("search", {})
    return {
        "version": 1,
        "id": str(erasure.pk),
        "operator": operator.name,
        "site": operator.site,
        "requested_on": erasure.requested_on.isoformat(),
        "erased_on": erased_on.isoformat(),
        "removed": [
            {"table": label, "count": count, "columns": _columns_of(label)}
            for label, count in sorted(erasure.facts["found"].items())
        ],
        "kept": erasure.facts["kept"],
        "keys_destroyed": erasure.facts["keys_destroyed"],
        "search": search,
        "told": erasure.facts.get("told", []),
        "backups": {
            "unreadable_after": (erased_on + timedelta(days=numbers.key_epoch_days)).isoformat(),
            "gone_after": (erased_on + timedelta(days=numbers.backup_days)).isoformat(),
        },
    }


def _columns_of(label: str) -> list[str]:
    model = apps.get_model(label)
    return list(model.sealed_attributes) if issubclass(model, SealedModel) else []


def _describe_staying(staying: Staying) -> dict[str, Any]:
    facts = asdict(staying)
    facts["until"] = staying.until.isoformat() if staying.until else ""
    return {name: value if isinstance(value, int) else str(value) for name, value in facts.items()}


def _sealed_tables() -> list[type[SealedModel]]:
    return [model for model in tables_of_subjects() if issubclass(model, SealedModel)]


def _subject_of(erasure: Erasure) -> UUID:
    if erasure.subject_id is None:
        raise Refused("This erasure is finished.")
    return erasure.subject_id


def _record(event: Event, erasure: Erasure, subject_id: UUID) -> None:
    record(event=event, subject_id=subject_id, object_type=Erasure._meta.label, object_id=str(erasure.pk))


def _advance(erasure: Erasure, state: ErasureState) -> None:
    erasure.state = state
    erasure.save()
