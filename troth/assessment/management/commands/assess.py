"""``troth assess``: run controls now, and say how each promise stands; ``--reopen`` opens a closed feature again."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from troth.assessment.actions import act_as_operator, reopen_feature, run_controls
from troth.assessment.models import Run
from troth.assessment.queries import report_clauses, report_controls
from troth.kernel.acting import acting
from troth.kernel.errors import TrothError
from troth.kernel.ports import Control, Feature, controls
from troth.statement.api import State


class Command(BaseCommand):
    """Run controls on the live system."""

    help = "Run the controls now (all, or those named), and show how each promise stands."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("controls", nargs="*", help="keys of controls, such as cookies.register; all if none")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--show", action="store_true", help="show how it stands without running anything")
        parser.add_argument("--reopen", choices=[str(f) for f in Feature], help="open a closed feature again")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, show, or reopen."""
        if options["reopen"]:
            self._reopen(Feature(options["reopen"]))
            return
        chosen = choose_controls(options["controls"])
        if not options["show"]:
            done = 0

            def tell(run: Run) -> None:
                nonlocal done
                done += 1
                self.stderr.write(f"  {done}/{len(chosen)} {run.control}: {run.outcome}, {run.examined} examined")

            run_controls(chosen, tell=tell)
        self._print_json() if options["json"] else self._print_words()
        if any(report.state is State.BROKEN for report in report_controls()):
            raise CommandError("At least one promise is broken.", returncode=2)

    def _reopen(self, feature: Feature) -> None:
        context = act_as_operator()
        with acting(actor=context.actor, purpose=context.purpose):
            try:
                ended = reopen_feature(feature, by="operator")
            except TrothError as error:
                raise CommandError(f"{error.message} {error.next_step}") from None
        self.stdout.write(f"{feature} is open ({ended} closure(s) ended).")

    def _print_words(self) -> None:
        for report in report_controls():
            self.stdout.write(f"{report.state:<9} {report.control.key:<34} {' '.join(report.control.clauses)}")
            if report.reason:
                self.stdout.write(f"          {report.reason}")
        counts = dict.fromkeys(State, 0)
        for clause in report_clauses().values():
            counts[clause.state] += 1
        self.stdout.write(", ".join(f"{count} {state}" for state, count in counts.items()))

    def _print_json(self) -> None:
        clauses = {
            clause.id: {
                "state": clause.state,
                "examined": clause.examined,
                "controls": [c.control.key for c in clause.controls],
            }
            for clause in report_clauses().values()
        }
        found = [
            {
                "control": r.control.key,
                "state": r.state,
                "reason": r.reason,
                "examined": r.run.examined if r.run else 0,
                "failures": list(r.run.failures) if r.run else [],
                "checked_at": r.run.finished_at.isoformat() if r.run else None,
                "drilled_at": r.drilled_at.isoformat() if r.drilled_at else None,
            }
            for r in report_controls()
        ]
        self.stdout.write(json.dumps({"clauses": clauses, "controls": found}, indent=2))


def choose_controls(keys: list[str]) -> list[Control]:
    """Return the controls of these keys, or all; raise CommandError for an unknown one."""
    unknown = [key for key in keys if key not in controls]
    if unknown:
        raise CommandError(f"No control is called {', '.join(unknown)}. 'troth assess --show' lists them.")
    return [control for control in controls if not keys or control.key in keys]
