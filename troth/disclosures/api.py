"""The border of disclosures: what other rooms may use."""

from troth.disclosures.actions import authorise, note_outcome, note_outcomes, withdraw, write_disclosure
from troth.disclosures.grounds import (
    Authorised,
    Evidence,
    Ground,
    Informed,
    NoGround,
    RequiredByLaw,
    Wanted,
    covers,
    informants,
    judge_ground,
    legal_evidence,
)
from troth.disclosures.holders import computed_values, name_field
from troth.disclosures.models import Authorisation, GroundKind, OutcomeState
from troth.disclosures.queries import (
    Left,
    count_left_of,
    find_authorisation,
    find_legal_disclosures,
    find_same_disclosure,
    list_authorisations,
    list_left_of,
    list_recipients_of,
    search_left,
)
from troth.disclosures.sabotage import drop_row, rewrite_row

__all__ = [
    "Authorisation",
    "Authorised",
    "Evidence",
    "Ground",
    "GroundKind",
    "Informed",
    "Left",
    "NoGround",
    "OutcomeState",
    "RequiredByLaw",
    "Wanted",
    "authorise",
    "computed_values",
    "count_left_of",
    "covers",
    "drop_row",
    "find_authorisation",
    "find_legal_disclosures",
    "find_same_disclosure",
    "informants",
    "judge_ground",
    "legal_evidence",
    "list_authorisations",
    "list_left_of",
    "list_recipients_of",
    "name_field",
    "note_outcome",
    "note_outcomes",
    "rewrite_row",
    "search_left",
    "withdraw",
    "write_disclosure",
]
