"""``troth processors``: the companies that act for the operator, how they stand, and what the file says otherwise."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from troth.processors.differences import Difference, compare_all
from troth.processors.queries import EntryView, view_all


class Command(BaseCommand):
    """Lists the register, and shows where ``operator/processors.toml`` differs. It changes nothing: that takes two."""

    help = "The companies that act for you: how they stand, and what operator/processors.toml says otherwise."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the option."""
        parser.add_argument("--json", action="store_true", help="Print JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the register."""
        entries = [_describe(entry) for entry in view_all(ended=True)]
        differences = [_spell(difference) for difference in compare_all()]
        if options["json"]:
            self.stdout.write(json.dumps({"companies": entries, "differences": differences}, indent=1))
            return
        for entry in entries:
            self.stdout.write(f"{entry['key']}: {entry['stopped_by'] or 'may receive'}")
            self.stdout.write(f"  agreement until {entry['agreement_until']}, audit by {entry['audit_by']}")
        for difference in differences:
            self.stdout.write(f"{difference['key']}: operator/processors.toml says otherwise")
            for line in difference["lines"]:
                self.stdout.write(f"  {line}")
        if differences:
            self.stdout.write(
                "The privacy officer takes it over in the console, under Companies, with a second person."
            )


def _describe(entry: EntryView) -> dict[str, Any]:
    return {
        "key": entry.processor.key,
        "name": entry.processor.name,
        "state": entry.processor.state,
        "stopped_by": str(entry.stopped_by),
        "agreement_until": str(entry.agreement.last_day) if entry.agreement else "none",
        "audit_by": str(entry.audit_due.due_on) if entry.audit_due else "none",
        "refused_in_30_days": entry.refused,
    }


def _spell(difference: Difference) -> dict[str, Any]:
    lines = [f"+ {label} ({purpose})" for label, purpose in difference.more]
    lines += [f"- {label} ({purpose})" for label, purpose in difference.less]
    lines += [f"~ {name}" for name in difference.facts]
    lines += ["the file does not have this company"] if difference.is_missing else []
    return {"key": difference.key, "lines": lines}
