"""Drills: each sabotage is done in a scratch place, and the control must catch it there.

The scratch place is a folder of its own: same code, same operator's configuration, fresh keys, invented people. No
client's value and no key of the live system is ever copied into it (docs/decisions/drills.md). Another process runs
there; the live one only keeps what it reports.
"""

import json
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from time import monotonic

from django.conf import settings

from troth.assessment.actions import observe
from troth.assessment.models import Drill
from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.errors import Refused
from troth.kernel.ports import Control, Sabotage, controls
from troth.kernel.purposes import Purpose

JOB = "assessor"
SCRATCH_MARK = "TROTH_SCRATCH"
SCRATCH_FILE = "scratch-place"
NO_MAIL = "smtp://127.0.0.1:9"
"""A port at which nothing listens (RFC 863's, long unused): a drill must not write to anybody by the site's relay."""

NO_COMPANY = "http://localhost:9"
"""Nor does any card processor or carrier answer there, the live site's stand-ins of them least of all."""


@dataclass(frozen=True, slots=True)
class DrillResult:
    """What one sabotage came to.

    Arguments:
        control, sabotage: their keys.
        caught: the control was not broken before, was broken during, and was not broken after.
        note: what went otherwise, or how many failures it named.
    """

    control: str
    sabotage: str
    caught: bool
    note: str


def is_scratch_place() -> bool:
    """Return whether this process runs in a scratch place: its environment says so, and a file in its data folder.

    Two marks of two kinds: a variable that leaked into the shell of the live site does not make it one.
    """
    return os.environ.get(SCRATCH_MARK) == "1" and (settings.ENVIRONMENT.data / SCRATCH_FILE).is_file()


def drill_here(chosen: Iterable[Control]) -> Iterator[DrillResult]:
    """Do every sabotage of these controls in this process; refuse outside a scratch place."""
    if not is_scratch_place():
        raise Refused("Promises are broken on purpose only in a scratch place.", next_step="Use 'troth drill'.")
    for control in chosen:
        for sabotage in control.sabotages:
            yield _drill_one(control, sabotage)


def _drill_one(control: Control, sabotage: Sabotage) -> DrillResult:
    with acting(actor=system(JOB), purpose=Purpose.UPKEEP):
        before = observe(control)
        if before.failures:
            return DrillResult(control.key, sabotage.key, caught=False, note=f"Broken before: {before.failures[0]}")
        try:
            with sabotage.breach():
                during = observe(control)
        except Exception as error:
            return DrillResult(control.key, sabotage.key, caught=False, note=f"The breach failed: {_place_of(error)}")
        after = observe(control)
    if not during.failures:
        return DrillResult(control.key, sabotage.key, caught=False, note="The breach was not seen.")
    if after.failures:
        return DrillResult(control.key, sabotage.key, caught=False, note=f"Broken after: {after.failures[0]}")
    return DrillResult(control.key, sabotage.key, caught=True, note=during.failures[0])


def run_drill(
    *, chosen: list[str], tell: Callable[[DrillResult], None] | None = None, longest: float | None = None
) -> list[DrillResult]:
    """Make a scratch place, drill these controls (all where none is named) there, and keep what came of each.

    What is known of a control is kept as soon as its last sabotage is done: a drill that is killed loses one control.

    Arguments:
        chosen: keys of controls.
        tell: is given each result as it comes.
        longest: seconds after which no further control is begun; the rest is left for the next time.
    """
    ends = None if longest is None else monotonic() + longest
    results: list[DrillResult] = []
    with (
        tempfile.TemporaryDirectory(prefix="troth-drill-") as folder,
        closing(_drill_in(Path(folder), chosen)) as found,
    ):
        for _control, group in groupby(found, key=lambda result: result.control):
            of_one = []
            for result in group:
                if tell:
                    tell(result)
                of_one.append(result)
            _keep(of_one)
            results += of_one
            if ends is not None and monotonic() > ends:
                break
    return results


def _keep(results: list[DrillResult]) -> None:
    now = clock.now()
    Drill.objects.bulk_create(
        [
            Drill(control=r.control, sabotage=r.sabotage, at=now, caught=r.caught, note=r.note[:300])
            for r in results
            if r.control in controls
        ]
    )


def _drill_in(folder: Path, chosen: list[str]) -> Generator[DrillResult]:
    environment = _scratch_environment(folder)
    _call(environment, "setup")
    (folder / SCRATCH_FILE).touch()
    command = [sys.executable, "-m", "troth", "drill", "--here", *chosen]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, cwd=folder) as process:  # noqa: S603  our own interpreter and command
        try:
            for line in process.stdout or ():
                if line.startswith("{"):
                    yield DrillResult(**json.loads(line))
        except GeneratorExit:
            process.terminate()
            raise
    if process.returncode != 0:
        raise Refused("The drill stopped before its end.", next_step="Run 'troth drill' by hand to see why.")


def _scratch_environment(folder: Path) -> dict[str, str]:
    ours = ("DATABASE_URL", "EMAIL_URL", "MAIL_IN_URL")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("TROTH_") and not k.endswith(ours)}
    return {
        **inherited,
        SCRATCH_MARK: "1",
        "TROTH_DATA": str(folder),
        "TROTH_OPERATOR": str(settings.ENVIRONMENT.operator),
        "TROTH_PORT": str(settings.ENVIRONMENT.port),
        "TROTH_SITE": settings.ENVIRONMENT.site,
        "TROTH_DEMO": "1",
        "TROTH_CARD_URL": NO_COMPANY,
        "TROTH_PARCEL_URL": NO_COMPANY,
        "EMAIL_URL": NO_MAIL,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }


def _call(environment: dict[str, str], *arguments: str) -> None:
    done = subprocess.run(  # noqa: S603  our own interpreter and command
        [sys.executable, "-m", "troth", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise Refused("The scratch place could not be made.", next_step=done.stderr.strip()[-300:])


def write_result(result: DrillResult) -> str:
    """Return the result as the one line that the scratch process hands back."""
    return json.dumps(asdict(result))


def _place_of(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {frame.filename.rpartition('/')[2]}:{frame.lineno}"
