"""The kinds of evidence, and the one way to make them."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from django.utils import translation

from troth.assessment.evidence.claims import require_unbroken
from troth.assessment.evidence.dpv import make_handling
from troth.assessment.evidence.fides import make_manifest
from troth.assessment.evidence.oscal import make_results
from troth.assessment.evidence.terms import make_terms_declaration

type Document = dict[str, Any]


class EvidenceKind(StrEnum):
    """A form in which other programs read what this site promises and keeps.

    OSCAL: NIST OSCAL 1.2, assessment results. FIDES: a manifest of fideslang 3. DPV: JSON-LD in the words of the W3C
    community group's Data Privacy Vocabulary 2. TERMS: a declaration for Open Terms Archive, with which an outsider
    tracks our statement.
    """

    OSCAL = "oscal"
    FIDES = "fides"
    DPV = "dpv"
    TERMS = "terms"

    @property
    def content_type(self) -> str:
        """The media type of a document of this kind."""
        return "application/ld+json" if self is EvidenceKind.DPV else "application/json"


_MAKERS: dict[EvidenceKind, Callable[[], Document]] = {
    EvidenceKind.OSCAL: make_results,
    EvidenceKind.FIDES: make_manifest,
    EvidenceKind.DPV: make_handling,
    EvidenceKind.TERMS: make_terms_declaration,
}

_CLAIMS = frozenset({EvidenceKind.FIDES, EvidenceKind.DPV})
"""Kinds that claim what is done with values; results tell of red as of green, and the last names a public page."""


def make_evidence(kind: EvidenceKind) -> Document:
    """Return a document of this kind, as the site stands now, in English.

    Raises:
        Refused: it would claim something while a promise that it rests on is broken.
    """
    if kind in _CLAIMS:
        require_unbroken()
    with translation.override("en"):
        return _MAKERS[kind]()
