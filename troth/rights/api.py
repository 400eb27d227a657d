"""The border of rights: what other rooms may use."""

from troth.rights.cases import case_of
from troth.rights.collection import CollectionPoint, list_collection_points
from troth.rights.completeness import FileFigures, measure_files
from troth.rights.guard import may_execute
from troth.rights.kinds import Channel, Denial, Kind, State, Verification
from troth.rights.models import Request
from troth.rights.queries import CorrectionFigures, late_requests, measure_corrections

__all__ = [
    "Channel",
    "CollectionPoint",
    "CorrectionFigures",
    "Denial",
    "FileFigures",
    "Kind",
    "Request",
    "State",
    "Verification",
    "case_of",
    "late_requests",
    "list_collection_points",
    "may_execute",
    "measure_corrections",
    "measure_files",
]
