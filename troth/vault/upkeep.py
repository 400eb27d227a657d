"""Keeping the blind index true: claims that were never settled, and the whole of it anew after a restore.

Values are opened here to compute digests and are given to nobody; one ledger row says so for the whole run.
"""

import logging
from collections.abc import Callable, Iterator
from uuid import UUID

from django.db import transaction

from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.errors import CannotOpen, NotConfigured
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.vault import index
from troth.vault.attributes import Attribute, Lookup
from troth.vault.declarations import all_attributes, sealed_models
from troth.vault.events import Event
from troth.vault.locks import run_alone
from troth.vault.models import IndexEntry
from troth.vault.sealed import SealedModel

JOB = "index-upkeep"
_BATCH = 1000
_log = logging.getLogger(__name__)
type Report = Callable[[str], None]


def reconcile_index() -> int:
    """Settle what was claimed and never settled, from what the rows say; return how many claims there were."""
    attributes = {index.code_of(attribute): attribute for attribute in looked_up_attributes()}
    claims = IndexEntry.objects.filter(claimed_at__lt=clock.now() - index.CLAIM_AGE)
    pairs = set(claims.values_list("code", "subject_id"))
    for code, subject_id in pairs:
        attribute = attributes.get(code)
        if attribute is None:
            IndexEntry.objects.filter(code=code).delete()
        else:
            index.settle(attribute, subject_id=subject_id, digests=list(derive_digests(attribute, subject_id)))
    return len(pairs)


def derive_digests(attribute: Attribute, subject_id: UUID) -> Iterator[bytes]:
    """Yield the digests under which the subject's stored values of this attribute are found."""
    for row in attribute.model._base_manager.filter(subject_id=subject_id):
        try:
            yield from row.derive_digests(attribute)
        except CannotOpen:
            continue


def rebuild_index(*, report: Report = _log.info) -> int:
    """Empty the index and make it anew from the rows, batch by batch; return how many entries it has.

    For after a restore; look-ups find too little while it runs, so the site is closed meanwhile. A row that does not
    open has no entry.
    """
    with run_alone(JOB), acting(actor=system(JOB), purpose=Purpose.UPKEEP):
        IndexEntry.objects.all().delete()
        rows = 0
        for model in sealed_models():
            attributes = [a for a in model.sealed_attributes.values() if a.lookup is not Lookup.NONE]
            if attributes:
                for batch in _batches(model):
                    _store_entries(batch, attributes)
                    rows += len(batch)
                    report(f"{model._meta.label}: {rows} rows")
        entries = IndexEntry.objects.count()
        record(event=Event.INDEX_REBUILT, count=entries)
    return entries


def check_index() -> None:
    """Raise NotConfigured where the index is empty and somebody should stand in it: it was lost, or not made anew.

    Nobody could sign in, and a second account could take the name and the address of a first.
    """
    if IndexEntry.objects.exists():
        return
    unique = {attribute.model for attribute in looked_up_attributes() if attribute.lookup is Lookup.UNIQUE}
    if any(model._base_manager.exists() for model in unique):
        raise NotConfigured(
            "The look-up index is empty, but there are accounts to be found. Make it anew with 'troth index rebuild'; "
            "nothing was changed."
        )


def looked_up_attributes() -> Iterator[Attribute]:
    """Yield every attribute that can be looked up."""
    return (attribute for attribute in all_attributes() if attribute.lookup is not Lookup.NONE)


def _batches(model: type[SealedModel]) -> Iterator[list[SealedModel]]:
    last = UUID(int=0)
    while batch := list(model._base_manager.filter(pk__gt=last).order_by("pk")[:_BATCH]):
        last = batch[-1].pk
        yield batch


def _store_entries(batch: list[SealedModel], attributes: list[Attribute]) -> None:
    entries = {}
    for row in batch:
        try:
            for attribute in attributes:
                code, unique = index.code_of(attribute), attribute.lookup is Lookup.UNIQUE
                for digest in row.derive_digests(attribute):
                    key = (code, digest, row.subject_id)
                    entries[key] = IndexEntry(code=code, digest=digest, subject_id=row.subject_id, unique=unique)
        except CannotOpen:
            continue
    with transaction.atomic(using=index.DATABASE):
        IndexEntry.objects.bulk_create(entries.values(), batch_size=_BATCH, ignore_conflicts=True)
