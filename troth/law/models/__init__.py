"""The tables of ``law``."""

from troth.law.models.breaches import AffectedClient, Breach, BreachStep
from troth.law.models.holds import LegalHold
from troth.law.models.requests import LegalRequest, LegalReview, ScopeItem, Telling

__all__ = [
    "AffectedClient",
    "Breach",
    "BreachStep",
    "LegalHold",
    "LegalRequest",
    "LegalReview",
    "ScopeItem",
    "Telling",
]
