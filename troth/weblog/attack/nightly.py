"""The attack of every night: several small sites, which are the hard case, and a busy one, each invented anew.

Some of so many methods look right by luck alone now and then. So a method that seems to work is tried again on sites
that it has not seen, and counts as a link only where it works there beyond doubt; both samples are shown together.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from troth.weblog.attack.attacking import Verdict, attack
from troth.weblog.attack.scoring import DOUBTLESS, Score, pool
from troth.weblog.attack.simulating import Site
from troth.weblog.store import Policy


@dataclass(frozen=True, slots=True)
class Plan:
    """A kind of site that is attacked.

    Arguments:
        name: ``small`` or ``busy``.
        days, visits_a_day, members: how large a site of it is.
        sites: how many of them are invented; their guesses are counted together.
    """

    name: str
    days: int
    visits_a_day: int
    members: int
    sites: int


PLANS = (
    Plan("small", days=42, visits_a_day=60, members=60, sites=4),
    Plan("busy", days=21, visits_a_day=600, members=300, sites=1),
)
"""About 1200 sign-ins on small sites and 750 on a busy one: enough to tell five points from chance for most methods."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attack on one kind of site came to.

    Arguments:
        plan: the kind of site.
        naive: the attack on the usual layout.
        scores: the attacks on our files, all samples together.
        linked: the methods that worked on the first sample, and beyond doubt on the second.
        is_void: whether the attacker was too weak for the run to count.
        visits: how many visits there were.
    """

    plan: Plan
    naive: Score
    scores: Sequence[Score]
    linked: Sequence[str]
    is_void: bool
    visits: int


def attack_plan(plan: Plan, policy: Policy, *, seed: int) -> Outcome:
    """Attack sites of one kind.

    Arguments:
        plan: the kind.
        policy: the operator's numbers.
        seed: the same seed gives the same sites.
    """
    first = [_attack_one(plan, policy, seed=seed * 100 + number) for number in range(plan.sites)]
    scores = pool([verdict.scores for verdict in first])
    suspected = [score.method for score in scores if score.beats_chance]
    again: list[Verdict] = []
    linked: list[str] = []
    if suspected:
        again = [_attack_one(plan, policy, seed=seed * 100 + 50 + number) for number in range(plan.sites)]
        confirmed = pool([verdict.scores for verdict in again])
        linked = [score.method for score in confirmed if score.method in suspected and score.beats_by(DOUBTLESS)]
    verdicts = first + again
    return Outcome(
        plan=plan,
        naive=pool([[verdict.naive] for verdict in verdicts])[0],
        scores=pool([verdict.scores for verdict in verdicts]),
        linked=linked,
        is_void=any(verdict.is_void for verdict in verdicts),
        visits=sum(verdict.visits for verdict in verdicts),
    )


def _attack_one(plan: Plan, policy: Policy, *, seed: int) -> Verdict:
    site = Site(days=plan.days, visits_a_day=plan.visits_a_day, members=plan.members, seed=seed).fill()
    with tempfile.TemporaryDirectory(prefix="troth-weblog-") as scratch:
        return attack(site, Path(scratch) / "weblog", policy)
