"""``troth mail check``: what the world finds when it looks at the domain of our mail, and what to do."""

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from troth.announcements.deliverability import Level, look_now


class Command(BaseCommand):
    """Look at SPF, DKIM, DMARC and the way back for bounces."""

    help = "Look whether the world takes mail of our domain: SPF, DKIM, DMARC, MX; exit code 1 where one is bad."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the subcommand."""
        check = parser.add_subparsers(dest="what", required=True).add_parser("check", help="look at the mail domain")
        check.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Print what was found; exit with 1 where something would have mail refused or bounces lost."""
        findings = look_now()
        if options["json"]:
            self.stdout.write(json.dumps([asdict(each) for each in findings], indent=2))
        else:
            for each in findings:
                self.stdout.write(f"{each.name:6} {each.level:8} {each.words}")
                if each.advice and each.level is not Level.GOOD:
                    self.stdout.write(f"{'':16}{each.advice}")
        if any(each.level is Level.BAD for each in findings):
            sys.exit(1)
