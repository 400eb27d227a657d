"""Deliberate breaches of A1, A2, A3 and A7, for drills: each from another side than the check looks at it.

They run in a scratch place, where the people are invented; after each, everything is as before.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.acting import Acting, acting, system
from troth.kernel.ids import new_id
from troth.kernel.ports import Sabotage
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.vault import cipher, door, keyring
from troth.vault.declarations import all_attributes, sealed_models
from troth.vault.events import Event
from troth.vault.forms import forms_of_house
from troth.vault.models import Epoch, EpochState, SubjectKey
from troth.vault.probe import JOB
from troth.vault.sealed import SealedModel


@contextmanager
def _replaced(owner: Any, name: str, other: Any) -> Iterator[None]:
    before = getattr(owner, name)
    setattr(owner, name, other)
    try:
        yield
    finally:
        setattr(owner, name, before)


# -- A1 ---------------------------------------------------------------------------------------------------------------


def _forget_purposes() -> Any:
    return _replaced(door, "ALWAYS_ALLOWED", frozenset(Purpose))


def _forget_who_acts() -> Any:
    everybody = Acting(actor=system(JOB), purpose=Purpose.UPKEEP)
    return _replaced(door, "require_acting", lambda: everybody)


def _leave_no_trace() -> Any:
    return _replaced(door, "record", lambda **_row: None)


@contextmanager
def _look_for_news() -> Iterator[None]:
    """Record a look for a purpose that the value was not collected for, as a hole in the door would leave it."""
    attribute = next(a for a in all_attributes() if Purpose.SURVEYS not in a.purposes)
    subject_id = new_id()
    known = SubjectKey.objects.create(subject_id=subject_id, key_class="account", key_id=new_id())
    with acting(actor=system(JOB), purpose=Purpose.SURVEYS):
        record(
            event=Event.VALUES_OPENED,
            subject_id=subject_id,
            fields=[attribute.name],
            object_type=attribute.model._meta.label,
        )
    try:
        yield
    finally:
        known.delete()


# -- A2 ---------------------------------------------------------------------------------------------------------------


@contextmanager
def _with_row(harm: Callable[[SealedModel], bytes]) -> Iterator[None]:
    """Put other bytes in the place of the newest row's seal, and put the right ones back."""
    row = _newest_row()
    rows = type(row)._base_manager.filter(pk=row.pk)
    before = bytes(row.sealed)
    rows.update(sealed=harm(row))
    try:
        yield
    finally:
        rows.update(sealed=before)


def _newest_row() -> SealedModel:
    for model in sealed_models():
        row = model._base_manager.order_by("-pk").first()
        if row is not None:
            return row
    raise LookupError("There is no sealed row to tamper with.")


def _in_clear(_row: SealedModel) -> bytes:
    header = bytes((cipher.VERSION, cipher.AES_256_GCM))
    return (
        header
        + bytes(cipher.NONCE_BYTES + 16)
        + b"Ada Example, 1 Example Street, Exampleton, ada@example.org".ljust(64)
    )


def _one_bit_changed(row: SealedModel) -> bytes:
    message = bytearray(row.sealed)
    message[-1] ^= 1
    return bytes(message)


def _of_another_place(row: SealedModel) -> bytes:
    place = cipher.Binding("elsewhere.Table", row.key_id, row.pk, row.seal_version)
    return cipher.seal(key=keyring.open_key(row.key_id), binding=place, values={"v": {}, "d": {}})


@contextmanager
def _bind_to_nothing() -> Iterator[None]:
    """Let every message open anywhere: the binding says nothing any more, for sealing and opening alike."""

    def without_place(row: SealedModel) -> bytes:
        place = cipher.Binding(row._meta.label, row.key_id, row.pk, row.seal_version)
        return cipher.seal(key=keyring.open_key(row.key_id), binding=place, values={"v": {}, "d": {}})

    with _replaced(cipher.Binding, "encode", lambda _self: b""), _with_row(without_place):
        yield


# -- A3 ---------------------------------------------------------------------------------------------------------------


def _undeclare_a_column() -> Any:
    return _replaced(Epoch, "not_personal", {})


@contextmanager
def _ask_more() -> Iterator[None]:
    form = forms_of_house[0]
    with _replaced(form, "base_fields", {**form.base_fields, "mothers_maiden_name": forms.CharField()}):
        yield


@contextmanager
def _keep_longer() -> Iterator[None]:
    row = _newest_row()
    rows = type(row)._base_manager.filter(pk=row.pk)
    rows.update(due_on=clock.today() - timedelta(days=40))
    try:
        yield
    finally:
        rows.update(due_on=row.due_on)


# -- A7 ---------------------------------------------------------------------------------------------------------------


def _cache_keys() -> Any:
    return _replaced(keyring, "open_key", cache(keyring.open_key))


@contextmanager
def _keep_a_destroyed_key() -> Iterator[None]:
    number = 1_000_000
    path = keyring.kek_path(number)
    gone = Epoch.objects.create(
        number=number, state=EpochState.DESTROYED, check_value=b"", started_at=clock.now(), destroyed_at=clock.now()
    )
    path.touch(mode=0o600)
    try:
        yield
    finally:
        path.unlink()
        gone.delete()


@contextmanager
def _stop_renewing() -> Iterator[None]:
    epoch = Epoch.objects.get(state=EpochState.CURRENT)
    epochs = Epoch.objects.filter(pk=epoch.pk)
    epochs.update(started_at=epoch.started_at - timedelta(days=90))
    try:
        yield
    finally:
        epochs.update(started_at=epoch.started_at)


OF_DOOR = (
    Sabotage("purposes_forgotten", _("The door opens for every purpose"), _forget_purposes),
    Sabotage("actor_forgotten", _("The door takes whoever comes for one of our jobs"), _forget_who_acts),
    Sabotage("no_trace", _("A look leaves no row in the record"), _leave_no_trace),
    Sabotage("other_purpose", _("A value was looked at for a purpose that it was not collected for"), _look_for_news),
)
OF_SEALS = (
    Sabotage("in_clear", _("A row is stored in clear, with the mark of a sealed one"), lambda: _with_row(_in_clear)),
    Sabotage("one_bit", _("One bit of a sealed row is changed"), lambda: _with_row(_one_bit_changed)),
    Sabotage("moved", _("A message of another table is put into a row"), lambda: _with_row(_of_another_place)),
    Sabotage("unbound", _("Messages are sealed without their place"), _bind_to_nothing),
)
OF_MINIMUM = (
    Sabotage("undeclared_column", _("A column that can hold text is not declared"), _undeclare_a_column),
    Sabotage("undeclared_question", _("A form asks something that is not declared"), _ask_more),
    Sabotage("kept_longer", _("A row is kept longer than was said"), _keep_longer),
)
OF_KEYS = (
    Sabotage("cached_keys", _("Keys are kept in memory after they were destroyed"), _cache_keys),
    Sabotage("kept_key", _("A destroyed wrapping key is still on the disk"), _keep_a_destroyed_key),
    Sabotage("no_renewal", _("The keys have not been renewed for months"), _stop_renewing),
)
