"""A change of the register that lets more leave: one person prepares it, another decides it (A8)."""

import hashlib
import json
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.json_column import JsonColumn
from troth.processors.models.register import Document, Processor


class ChangeKind(models.TextChoices):
    """What is changed. Each lets something leave that would not leave now, or changes what the public page says."""

    ENTER = "enter", _("a new company")
    AGREEMENT = "agreement", _("a new agreement")
    AUDIT = "audit", _("what an audit found")
    ALLOW = "allow", _("more values allowed")
    EXCEPTION = "exception", _("a dated exception")
    REOPEN = "reopen", _("in use again")
    FACTS = "facts", _("what the register says of it")
    SUB_PROCESSOR = "sub", _("a company that it hires itself")


_WORDS = "Language, and the operator's words on a company."
_FACTS = {
    "title": "The title of a paper between two companies.",
    "signed_on": "A day.",
    "runs_until": "A day.",
    "audit": "The id of an audit.",
    "done_on": "A day.",
    "findings": "The auditor's own words on a company.",
    "next_on": "A day.",
    "fields.[].[]": "The label of a declared value, and a purpose.",
    "reason.*": _WORDS,
    "until": "A day.",
    "name": "The name of a company.",
    "what_for.*": _WORDS,
    "country": "A country's code.",
    "clause": "The id of a clause.",
    "retention.*": _WORDS,
    "retention_days": "A number of days.",
    "only_authorised": "Yes or no.",
    "deletes": "One of a closed list.",
    "deletion_words.*": _WORDS,
    "hosts.[]": "The name of a company's host.",
}


class RegisterChange(models.Model):
    """One prepared change, to the letter. It is never altered; what becomes of it is the review's business.

    Arguments:
        facts: what the kind needs, such as days and labels; words of the operator's own on a company.
        document: the paper that belongs to it, or None.
        prepared_by: the id of the member of staff.
        done_at: when it was carried out, or None.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    processor = models.ForeignKey(Processor, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=10, choices=ChangeKind)
    facts = JsonColumn(default=dict, paths=_FACTS)
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT)
    prepared_by = models.CharField(max_length=100)
    prepared_at = models.DateTimeField(default=clock.now, editable=False)
    done_at = models.DateTimeField(null=True)

    not_personal: ClassVar[dict[str, str]] = {
        "kind": "One of a closed list.",
        "facts": "Days, labels of values, and the operator's own words on a company.",
        "prepared_by": "The id of a member of staff.",
    }

    class Meta:
        ordering = ("-prepared_at",)

    def __str__(self) -> str:
        return f"change {self.pk}: {self.kind}"

    @property
    def digest(self) -> str:
        """What the second person agrees to: of the kind, the company, each fact, and the bytes of the paper."""
        paper = self.document.digest if self.document else ""
        whole = [self.kind, self.processor.key, self.facts, paper]
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()
