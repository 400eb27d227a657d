"""The checks of A1, A2, A3 and A7: they look at rows, bytes and keys, at most a thousand each time."""

import contextvars
import re
import stat
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.acting import VISITOR, Actor, acting, client, system
from troth.kernel.errors import AccessDenied, CannotOpen, NotConfigured
from troth.kernel.ports import Control, Feature, Observation, controls
from troth.kernel.purposes import Purpose
from troth.ledger.api import count_looks_at, looks_at
from troth.vault import cipher, door, keyring, sabotages
from troth.vault.attributes import Attribute
from troth.vault.declarations import all_attributes, check_declarations, declared_columns, sealed_models
from troth.vault.forms import forms_of_house, input_name
from troth.vault.models import Epoch, EpochState, ErasedKey, Erasure, ErasureState, SubjectKey, WrappedKey
from troth.vault.probe import JOB, PROBE, STRANGER
from troth.vault.rotation import read_key_status
from troth.vault.sealed import SealedModel

MOST = 1000
_READABLE_RUN = re.compile(rb"[\x20-\x7e]{32,}")
"""In sealed bytes a run of 32 readable characters comes by chance once in a hundred thousand million messages."""
_OVERHEAD = 2 + cipher.NONCE_BYTES + 16
_LATE = timedelta(days=1)


# -- A1: each look has a purpose, and leaves a trace ------------------------------------------------------------------


def observe_door() -> Observation:
    """Try the door with every declared value as those who may not, once as one who may, and read who did look."""
    failures: list[str] = []
    examined = 0
    for attribute in all_attributes():
        for words, attempt in _attempts(attribute):
            examined += 1
            if not _is_denied(attempt):
                failures.append(f"{attribute.model._meta.label}.{attribute.name} opens {words}")
    for model in sealed_models():
        for row in model._base_manager.all()[:1]:
            examined += 1
            if not _is_denied(row.open):
                failures.append(f"A row of {model._meta.label} opens though nobody acts")
    looks, wrong = _read_recorded_looks()
    failures += wrong
    failures += _look_once()
    return Observation(
        examined=examined + looks + 1, failures=failures, evidence={"attempts": examined, "recorded_looks": looks}
    )


def _attempts(attribute: Attribute) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield looks that must be denied, each with what it would mean that it is not."""
    foreign = next((p for p in Purpose if p not in attribute.purposes | {Purpose.RIGHTS, Purpose.UPKEEP}), None)
    own = min(attribute.purposes)
    yield "though nobody acts", lambda: _knock(attribute, actor=None, purpose=own)
    yield "to a visitor", lambda: _knock(attribute, actor=VISITOR, purpose=own)
    yield "to another client", lambda: _knock(attribute, actor=client(STRANGER), purpose=own)
    yield "to a job that is not registered", lambda: _knock(attribute, actor=system("vault-nobody"), purpose=own)
    if foreign is not None:
        yield f"for {foreign}", lambda: _knock(attribute, actor=system(JOB), purpose=foreign)


def _knock(attribute: Attribute, *, actor: Actor | None, purpose: Purpose) -> None:
    def pass_door() -> None:
        label = attribute.model._meta.label
        door.judge_access(subject_id=PROBE, model=label, attributes=[attribute])

    if actor is None:
        pass_door()
        return
    with acting(actor=actor, purpose=purpose):
        pass_door()


def _is_denied(attempt: Callable[[], object]) -> bool:
    """Return whether the attempt meets a shut door; whoever runs this check does not act in it."""
    try:
        contextvars.Context().run(attempt)
    except AccessDenied:
        return True
    return False


def _look_once() -> list[str]:
    """Pass the door once as the check's own job, about nobody, and see that a row stands in the ledger."""
    attribute = next(all_attributes(), None)
    if attribute is None:
        return []
    before = count_looks_at(PROBE)
    with acting(actor=system(JOB), purpose=Purpose.UPKEEP):
        door.pass_door(subject_id=PROBE, model=attribute.model._meta.label, row_id=PROBE, attributes=[attribute])
    return [] if count_looks_at(PROBE) == before + 1 else ["A look left no row in the record"]


def _read_recorded_looks() -> tuple[int, list[str]]:
    """Return how many recorded looks were read, and those for a purpose that a value was not collected for."""
    known = {(a.model._meta.label, a.name): a.purposes | door.ALWAYS_ALLOWED for a in all_attributes()}
    examined, failures = 0, []
    for subject_id in _sample_subjects():
        for look in looks_at(subject_id, limit=20):
            for name in look.fields:
                allowed = known.get((look.object_type, name))
                if allowed is None:
                    continue
                examined += 1
                if look.purpose not in allowed:
                    failures.append(f"{look.object_type}.{name} was looked at for {look.purpose}, entry {look.id}")
    return examined, failures


def _sample_subjects() -> list[UUID]:
    """Return the subjects that joined last, as ids grow with time; and those of the oldest keys."""
    subjects = SubjectKey.objects.values_list("subject_id", flat=True)
    return list({*subjects.order_by("-pk")[:50], *subjects.order_by("pk")[:50]})


# -- A2: sealed at rest -----------------------------------------------------------------------------------------------


def observe_seals() -> Observation:
    """Look at the stored bytes of a sample: sealed, unreadable, and opening at their place alone."""
    failures: list[str] = []
    examined = 0
    models = sealed_models()
    for model in models:
        for row in _sample(model, most=max(1, MOST // len(models))):
            examined += 1
            if fault := _find_fault(row):
                failures.append(f"{model._meta.label} {row.pk}: {fault}")
    return Observation(examined=examined, failures=failures, evidence={"rows": examined, "tables": len(models)})


def _sample(model: type[SealedModel], *, most: int) -> Iterator[SealedModel]:
    """Yield rows from both ends of the table: reading a random part of a million rows costs what reading all does."""
    rows = model._base_manager
    newest = list(rows.order_by("-pk")[: most // 2 + 1])
    yield from newest
    yield from rows.exclude(pk__in=[row.pk for row in newest]).order_by("pk")[: most // 2]


def _find_fault(row: SealedModel) -> str:
    message = bytes(row.sealed)
    if message[:2] != bytes((cipher.VERSION, cipher.AES_256_GCM)) or (len(message) - _OVERHEAD) % 64:
        return "its bytes do not have the form of a sealed record"
    if _READABLE_RUN.search(message):
        return "its bytes can be read"
    try:
        row.dates_of_values()
    except (CannotOpen, NotConfigured):
        return "it does not open at its place"
    row.seal_version += 1
    try:
        row.dates_of_values()
    except CannotOpen:
        return ""
    return "it opens at another place"


# -- A3: the minimum, and no longer than said -------------------------------------------------------------------------


def observe_minimum() -> Observation:
    """Look at every column and every form's input for one that nothing declares, and for what is past its time."""
    failures = [message.msg for message in check_declarations()]
    examined = sum(1 for _column in declared_columns())
    for form in forms_of_house:
        declared = {
            input_name(name, suffix) for name, a in form.declared_attributes().items() for suffix in a.form_fields()
        }
        plain = set(getattr(getattr(form, "Meta", None), "plain", {}))
        asked = {*form.base_fields, *declared}
        examined += len(asked)
        failures += [f"{form.__qualname__} asks “{name}”" for name in sorted(asked - declared - plain)]
    rows = 0
    for model in sealed_models():
        rows += model._base_manager.filter(due_on__isnull=False)[:MOST].count()
        late = model._base_manager.filter(due_on__lt=clock.today() - _LATE)[:MOST].count()
        if late:
            failures.append(f"{model._meta.label}: {late} rows are past their time")
    return Observation(examined=examined + rows, failures=failures, evidence={"declared": examined, "dated_rows": rows})


# -- A7: control over confidentiality: keys, and what was erased ------------------------------------------------------


def observe_keys() -> Observation:
    """Look at wrapping keys, epochs, a key destroyed before our eyes, and at what erasures left behind."""
    failures = [*_check_epochs(), *_check_files(), *_check_destruction(), *_check_erasures()]
    epochs, erased = Epoch.objects.count(), ErasedKey.objects.count()
    examined = epochs + min(erased, MOST) + 1
    return Observation(examined=examined, failures=failures, evidence={"epochs": epochs, "erased_keys": erased})


def _check_epochs() -> Iterator[str]:
    try:
        keyring.check_keys()
    except NotConfigured as error:
        yield error.message
    status = read_key_status()
    if status.age_days > status.longest_days:
        yield f"Epoch {status.epoch} has lasted {status.age_days} days; {status.longest_days} are promised"
    living = Epoch.objects.exclude(state=EpochState.DESTROYED).values_list("number", flat=True)
    if WrappedKey.objects.exclude(epoch__in=list(living)).exists():
        yield "Keys are wrapped under an epoch that does not live"


def _check_files() -> Iterator[str]:
    folder = settings.ENVIRONMENT.secrets
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        yield "The secrets folder can be entered by others"
    living = {str(n) for n in Epoch.objects.exclude(state=EpochState.DESTROYED).values_list("number", flat=True)}
    for path in folder.glob("kek.*"):
        number = path.name.split(".")[1]
        if number not in living and Epoch.objects.filter(number=number).exists():
            yield f"The wrapping key of epoch {number} is still there, though it was destroyed"
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield f"{path.name} can be read by others"


def _check_destruction() -> Iterator[str]:
    """Make a key, destroy it, and see that it is gone at once: nothing keeps it in memory."""
    key_id = keyring.create_key()
    keyring.open_key(key_id)
    keyring.destroy_keys([key_id])
    try:
        keyring.open_key(key_id)
    except CannotOpen:
        return
    yield "A destroyed key still opens"


def _check_erasures() -> Iterator[str]:
    newest: QuerySet[ErasedKey, UUID] = ErasedKey.objects.order_by("-erased_on").values_list("key_id", flat=True)
    if WrappedKey.objects.filter(key_id__in=list(newest[:MOST])).exists():
        yield "A key that was erased is back"
    late = Erasure.objects.exclude(state=ErasureState.DONE).filter(requested_on__lt=clock.today() - 3 * _LATE)
    if count := late.count():
        yield f"{count} erasures are waiting for more than three days"
    lately = Erasure.objects.filter(erased_on__gte=clock.today() - timedelta(days=30))
    for erasure in lately.order_by("-erased_on")[:MOST]:
        for finding in erasure.facts.get("search", {}).get("findings", ()):
            if not finding["mended"]:
                yield f"Erasure {erasure.pk} found a value in clear at {finding['place']}"


def register() -> None:
    """Register the vault's controls."""
    for control in (
        Control(
            key="vault.door",
            clauses=("A1",),
            words=_("Nobody opens a value without a purpose that it was collected for, and each look leaves a trace"),
            observe=observe_door,
            sabotages=sabotages.OF_DOOR,
            critical=True,
            closes=(Feature.STAFF_ACCESS,),
        ),
        Control(
            key="vault.seals",
            clauses=("A2",),
            words=_("Stored values are sealed under living keys of their clients, and open at their own place alone"),
            observe=observe_seals,
            sabotages=sabotages.OF_SEALS,
            critical=True,
            closes=(Feature.REGISTRATION,),
        ),
        Control(
            key="vault.minimum",
            clauses=("A3",),
            words=_("Every column and every question is declared with its reason, and nothing is past its time"),
            observe=observe_minimum,
            sabotages=sabotages.OF_MINIMUM,
        ),
        Control(
            key="vault.keys",
            clauses=("A7",),
            words=_("Keys are renewed in time, destroyed ones are gone at once, and erasures leave nothing behind"),
            observe=observe_keys,
            sabotages=sabotages.OF_KEYS,
        ),
    ):
        controls.register(control.key, control)
