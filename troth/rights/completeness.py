"""How complete and how old the clients' files are, counted over plain columns: nothing is opened to count (A9)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Avg, Count, Max, Min, Q

from troth.accounts.api import Doubt, Profile
from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.kernel.ports import Words


@dataclass(frozen=True, slots=True)
class FileFigures:
    """What can be said of all files together.

    Arguments:
        files: how many there are.
        confirmed: how many were written or confirmed within the time after which we ask.
        to_ask: how many are older, and are asked at the next visit.
        oldest: the day of the oldest; None where there are no files.
        newest: the day of the newest; None where there are no files.
        lacking: how many hold fewer values than are required; there should be none.
        average_given: how many values a file holds on average; None where there are no files.
        most_given: how many values a file can hold.
        doubtful: how many hold a detail that may be wrong, because something sent there came back.
    """

    files: int
    confirmed: int
    to_ask: int
    oldest: date | None
    newest: date | None
    lacking: int
    average_given: float | None
    most_given: int
    doubtful: int = 0


@dataclass(frozen=True, slots=True)
class Doubted:
    """A detail that may be wrong: its name and label, why, and since when."""

    what: str
    label: Words
    cause: str
    since: datetime


def measure_files() -> FileFigures:
    """Return the figures, in two queries."""
    limit = oldest_unasked()
    required = sum(attribute.required for attribute in Profile.sealed_attributes.values())
    counted = Profile.objects.aggregate(
        files=Count("pk"),
        confirmed=Count("pk", filter=Q(written_on__gte=limit)),
        oldest=Min("written_on"),
        newest=Max("written_on"),
        lacking=Count("pk", filter=Q(given_count__lt=required)),
        average_given=Avg("given_count"),
    )
    most_given = len(Profile.sealed_attributes)
    doubtful = Doubt.objects.values("subject_id").distinct().count()
    to_ask = counted["files"] - counted["confirmed"]
    return FileFigures(to_ask=to_ask, most_given=most_given, doubtful=doubtful, **counted)


def oldest_unasked() -> date:
    """Return the day before which a file is so old that the client is asked whether it is still right."""
    return clock.today() - timedelta(days=round(read_operator().numbers.confirm_details_months * 365.25 / 12))


def list_doubts(subject_id: UUID) -> list[Doubted]:
    """Return what of a client's details may be wrong, so that it is asked: a parcel or mail came back (A9)."""
    rows = Doubt.objects.filter(subject_id=subject_id).order_by("since")
    return [
        Doubted(row.what, Profile.sealed_attributes[row.what].label, row.get_cause_display(), row.since) for row in rows
    ]


def needs_confirming(profile: Profile) -> bool:
    """Return whether the client is to be asked now."""
    return profile.written_on < oldest_unasked()
