"""The package for the other party: sealed to its key, part by part, through the one door out.

A part holds some hundred clients, one JSON line each, with a manifest of the same length beside it that has no value.
Each line bears a salt, so that its digest, which stays here for each client, gives nothing away. We cannot open a part
that we have sealed. A making that was cut off goes on: a part without its rows is written again under its own name, and
whose disclosure stands already gets no second one.
"""

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID
from zipfile import ZIP_STORED, ZipFile

from django.apps import apps
from django.conf import settings
from django.db import transaction as database

from troth.disclosures.api import Announced
from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.processors.api import Cause, SendRefused, hand_over, seal_to
from troth.transitions.banners import find_running
from troth.transitions.events import Event
from troth.transitions.evidence import recipient_of
from troth.transitions.jobs import PACKER
from troth.transitions.kinds import TransitionState
from troth.transitions.models import Passed, Transition
from troth.transitions.queries import list_included
from troth.vault.api import SealedModel, SealedValue

PART = 200
"""Clients in one part."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One client of a part: its line of the package, and its line of the manifest."""

    subject_id: UUID
    disclosure_id: UUID
    content: bytes
    values: tuple[str, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the line."""
        return hashlib.sha256(self.content).hexdigest()


def make_part(transition: Transition) -> bool:
    """Make the next part; return whether there may be another. Call it outside of any transaction."""
    found = Transition.objects.select_related("notice").get(pk=transition.pk)
    if found.state != TransitionState.PACKING:
        return False
    due = list_included(found).order_by("subject_id")
    if found.packed_up_to:
        due = due.filter(subject_id__gt=found.packed_up_to)
    subjects = [each for each in due.values_list("subject_id", flat=True)[:PART] if each]
    if not subjects:
        _finish(found)
        return False
    with acting(actor=system(PACKER), purpose=Purpose.TRANSITION):
        lines = [line for subject_id in subjects if (line := _pack(found, subject_id))]
    number = found.parts + bool(lines)
    if lines:
        _write_part(found, number, lines)
    with database.atomic():
        Passed.objects.bulk_create(
            Passed(
                transition=found,
                subject_id=line.subject_id,
                part=number,
                digest=line.digest,
                disclosure_id=line.disclosure_id,
            )
            for line in lines
        )
        Transition.objects.filter(pk=found.pk).update(parts=number, packed_up_to=subjects[-1])
    return True


def find_package(transition: Transition) -> Path | None:
    """Return where the sealed package lies, or None where it is gone or not ready."""
    path = _folder(transition) / "package.zip"
    return path if transition.package and path.exists() else None


def remove_package(transition: Transition) -> None:
    """Remove the package: it was fetched, or its time is over."""
    shutil.rmtree(_folder(transition), ignore_errors=True)
    Transition.objects.filter(pk=transition.pk).update(package=False)


def _pack(transition: Transition, subject_id: UUID) -> _Line | None:
    """Open what passes on of one client, its disclosure committed before; None where the door stayed shut for it."""
    values = _find_values(transition, subject_id)
    if not values:
        return None
    try:
        handed = hand_over(
            subject_id=subject_id,
            recipient=recipient_of(transition),
            values=values,
            ground=Announced(transition.pk),
            reference=str(transition.pk),
            recipient_name=transition.other_party,
        )
    except SendRefused as refusal:
        if refusal.cause is not Cause.NO_GROUND:
            raise
        # Somebody who left since the part was begun. Its refusal is written down; all others go on.
        return None
    content = {
        "client": str(subject_id),
        "salt": secrets.token_hex(16),
        "values": [{"name": name, "value": shown} for name, shown in handed.shown],
    }
    return _Line(
        subject_id=subject_id,
        disclosure_id=handed.disclosure_id,
        content=json.dumps(content, ensure_ascii=False).encode(),
        values=tuple(dict.fromkeys(f"{value.row._meta.label}.{value.name}" for value in values)),
    )


def _find_values(transition: Transition, subject_id: UUID) -> list[SealedValue]:
    found = []
    for label in transition.labels:
        table, _dot, name = label.rpartition(".")
        model: type[SealedModel] = apps.get_model(table)
        found += [SealedValue(row=row, name=name) for row in model._base_manager.filter(subject_id=subject_id)]
    return found


def _write_part(transition: Transition, number: int, lines: Sequence[_Line]) -> None:
    manifest = [
        {
            "client": str(line.subject_id),
            "sha256": line.digest,
            "values": line.values,
            "disclosure": str(line.disclosure_id),
        }
        for line in lines
    ]
    _write(transition, f"part-{number:06}.jsonl.age", [line.content for line in lines])
    _write(transition, f"part-{number:06}.manifest.jsonl.age", [json.dumps(each).encode() for each in manifest])


def _write(transition: Transition, name: str, lines: Sequence[bytes]) -> None:
    """Write lines, sealed, under a name that has all of them or does not exist."""
    sealed = seal_to(b"\n".join([*lines, b""]), recipient_key=transition.recipient_key)
    folder = _folder(transition)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = folder / f"{name}.half"
    with half.open("wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    half.rename(folder / name)


def _finish(transition: Transition) -> None:
    """Put all parts into one file, and close the transition."""
    folder = _folder(transition)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = folder / "package.half"
    with ZipFile(half, "w", ZIP_STORED) as package:
        for number in range(1, transition.parts + 1):
            for name in (f"part-{number:06}.jsonl.age", f"part-{number:06}.manifest.jsonl.age"):
                package.write(folder / name, name)
    half.rename(folder / "package.zip")
    with acting(actor=system(PACKER), purpose=Purpose.UPKEEP), database.atomic():
        found = Transition.objects.select_for_update().get(pk=transition.pk)
        found.state, found.ended_at, found.package = TransitionState.TRANSFERRED, clock.now(), True
        found.save()
        record(event=Event.TRANSFERRED, object_type="transitions.Transition", object_id=str(found.pk))
        database.on_commit(find_running.forget)
    for part in folder.glob("part-*"):
        part.unlink()


def _folder(transition: Transition) -> Path:
    data: Path = settings.ENVIRONMENT.data
    return data / "transfers" / transition.pk.hex
