"""What the public page of promises says of conduct: counts of the last year, and no names, roles or pseudonyms (A5)."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count

from troth.kernel import clock
from troth.staff.discipline import read_conduct
from troth.staff.models import BreakGlass, Challenge, ChallengeFinding, Incident, IncidentState

OVER = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class ConductFigures:
    """The figures of the last year.

    Arguments:
        incidents: how many things out of place were found; ``open_incidents`` of them are still examined.
        outcomes: what a decision is called → how often it was that.
        challenges: how often clients objected; ``wrong`` how often they were right, and more than a mistake it was.
        late: how many objections were, or are, answered too late.
        glass: how often a record was opened without a case; ``glass_wrong`` how often that was found wrong.
    """

    incidents: int
    open_incidents: int
    outcomes: dict[str, int]
    challenges: int
    wrong: int
    late: int
    glass: int
    glass_wrong: int

    @property
    def shown_outcomes(self) -> list[tuple[str, str]]:
        """The outcomes as a page lists them."""
        return [(words, str(count)) for words, count in self.outcomes.items()]


def measure_conduct() -> ConductFigures:
    """Return the figures, from the rows."""
    since = clock.now() - OVER
    incidents = Incident.objects.filter(found_at__gt=since)
    decided = incidents.exclude(outcome="").values("outcome").annotate(count=Count("id"))
    table = read_conduct().outcomes
    challenges = list(Challenge.objects.defer("sealed").filter(opened_at__gt=since))
    glass = BreakGlass.objects.filter(begun_at__gt=since)
    done = (IncidentState.DECIDED, IncidentState.CLOSED)
    return ConductFigures(
        incidents=incidents.count(),
        open_incidents=incidents.exclude(state__in=done).count(),
        outcomes={
            table[row["outcome"]].words if row["outcome"] in table else row["outcome"]: row["count"] for row in decided
        },
        challenges=len(challenges),
        wrong=sum(each.finding == ChallengeFinding.WRONG for each in challenges),
        late=sum(each.is_late for each in challenges),
        glass=glass.count(),
        glass_wrong=glass.filter(was_right=False).count(),
    )
