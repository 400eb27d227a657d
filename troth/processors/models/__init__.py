"""The tables of processors: the register, and what happens at the door out and after it."""

from troth.processors.models.changes import ChangeKind, RegisterChange
from troth.processors.models.corrections import CorrectionState, RelayedCorrection
from troth.processors.models.hooks import HookEvent
from troth.processors.models.passing_on import Answer, DeletionRequest, HeldThere
from troth.processors.models.register import (
    Agreement,
    AllowedField,
    Audit,
    DatedException,
    Deletes,
    Document,
    Kind,
    Processor,
    State,
    SubProcessor,
)
from troth.processors.models.watch import RefusalCount, StrayConnection

__all__ = [
    "Agreement",
    "AllowedField",
    "Answer",
    "Audit",
    "ChangeKind",
    "CorrectionState",
    "DatedException",
    "Deletes",
    "DeletionRequest",
    "Document",
    "HeldThere",
    "HookEvent",
    "Kind",
    "Processor",
    "RefusalCount",
    "RegisterChange",
    "RelayedCorrection",
    "State",
    "StrayConnection",
    "SubProcessor",
]
