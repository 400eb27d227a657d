"""Whether the copy shows all that an erasure would remove.

Every table with a subject's id is sealed, is shown by a holder that names it in ``tables``, or stands here with the
reason why not.
"""

from collections.abc import Mapping
from types import MappingProxyType

from django.apps import apps
from django.db import models

from troth.kernel.ports import holders
from troth.vault.api import SealedModel

NOT_COPIED: Mapping[str, str] = MappingProxyType(
    {
        "vault.SubjectKey": "Which key is whose: a random number that says nothing and opens nothing by itself.",
        "vault.IndexEntry": "Digests by which values are found again; the values themselves are in the copy.",
        "vault.Erasure": "The ledger of erasures: a date and a random number, from which the receipt is made.",
        "ledger.EntryRow": "The copy has its rows in words, under “record”.",
        "disclosures.Disclosure": "The copy has its rows in words, under “disclosures”.",
    }
)
"""Table → why it is not in the copy as a table of its own."""


def list_uncopied_tables() -> list[str]:
    """Return the labels of tables that hold rows about a client and of which the copy says nothing."""
    shown = {label for holder in holders for label in getattr(holder, "tables", ())}
    return [
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        if _names_subject(model)
        and not issubclass(model, SealedModel)
        and model._meta.label not in shown
        and model._meta.label not in NOT_COPIED
    ]


def _names_subject(model: type[models.Model]) -> bool:
    return any(column.name == "subject_id" for column in model._meta.concrete_fields)
