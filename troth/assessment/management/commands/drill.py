"""``troth drill``: break every promise on purpose, in a scratch place, and see that its control catches it."""

import json
import os
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from troth.assessment.drills import DrillResult, drill_here, run_drill, write_result
from troth.assessment.management.commands.assess import choose_controls

_COURTESY = 10
"""How far a drill stands back for the people who use the site meanwhile (``nice``)."""


class Command(BaseCommand):
    """Drill the controls."""

    help = "Break every promise on purpose (or those of the controls named), in a scratch place."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("controls", nargs="*", help="keys of controls; all if none")
        parser.add_argument("--json", action="store_true", help="print one JSON list")
        parser.add_argument("--here", action="store_true", help="this is the scratch place: drill here, a line each")

    def handle(self, *args: Any, **options: Any) -> None:
        """Drill, and say of each sabotage whether it was caught."""
        chosen = choose_controls(options["controls"])
        if options["here"]:
            os.nice(_COURTESY)
            for result in drill_here(chosen):
                self.stdout.write(write_result(result))
                self.stdout.flush()
            return
        results = run_drill(chosen=options["controls"], tell=self._tell)
        if options["json"]:
            self.stdout.write(json.dumps([asdict(result) for result in results], indent=2))
        caught = sum(result.caught for result in results)
        self.stderr.write(f"{caught} of {len(results)} sabotages were caught.")
        if caught < len(results) or not results:
            raise CommandError("At least one sabotage was not caught.", returncode=2)

    def _tell(self, result: DrillResult) -> None:
        self.stderr.write(
            f"  {'caught' if result.caught else 'MISSED'} {result.control} / {result.sabotage}: {result.note}"
        )
