"""A small invented site, gathered into a folder of its own by the collector's own code, for the checks to look at.

The engine is loaded in a child that lives briefly, so that the program that checks stays as small as it was.
"""

import os
import pickle
import select
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from troth.weblog.attack.replaying import replay
from troth.weblog.attack.simulating import Person, SimulatedVisit, Site
from troth.weblog.store import Policy

PATIENCE = 300.0
CANARY_AGENT = "CanaryBrowser/7.7 (never to be found again)"
CANARY_ADDRESS = "185.77.77.77"
CANARY_REFERRER = "canary.example.org"


def in_child[Result](work: Callable[[], Result]) -> Result:
    """Do the work in a forked child and return what it returned; raise RuntimeError where it failed or hung."""
    answer, end = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if not pid:
        status = 1
        try:
            os.close(answer)
            said = pickle.dumps(work())
            with os.fdopen(end, "wb") as out:
                out.write(said)
            status = 0
        finally:
            os._exit(status)
    os.close(end)
    received = bytearray()
    try:
        while select.select([answer], [], [], PATIENCE)[0] and (data := os.read(answer, 1 << 18)):
            received += data
    finally:
        os.close(answer)
        _, status = os.waitpid(pid, 0)
    if status or not received:
        raise RuntimeError("the child fell")
    result: Result = pickle.loads(received)  # noqa: S301  our own child's word
    return result


def make_probe(*, days: int = 2, visits_a_day: int = 90, members: int = 30) -> Site:
    """Return an invented site with one canary: a member whose browser, network and referrer nobody else has."""
    site = Site(days=days, visits_a_day=visits_a_day, members=members, seed=7).fill()
    canary = Person(number=-1, address=CANARY_ADDRESS, agent=CANARY_AGENT, page="home")
    for number in range(40):
        at = site.visits[number * 2].at + 1
        steps = ((0.0, "home"), (20.0, "accounts:sign_in"), (40.0, "rights:page"))
        site.visits.append(SimulatedVisit(canary, member=True, at=at, referrer=CANARY_REFERRER, steps=steps))
    site.visits.sort(key=lambda visit: visit.at)
    return site


def with_probe[Result](policy: Policy, look: Callable[[Path, Site], Result]) -> Result:
    """Gather the probe into a folder that is gone afterwards, and return what ``look`` saw there."""

    def work() -> Result:
        with tempfile.TemporaryDirectory(prefix="troth-weblog-") as scratch:
            folder, site = Path(scratch) / "weblog", make_probe()
            replay(site, folder, policy)
            return look(folder, site)

    return in_child(work)
