"""``troth evidence``: what other programs may read of the promises, as a file."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from troth.assessment.evidence.kinds import EvidenceKind, make_evidence
from troth.kernel.errors import Refused


class Command(BaseCommand):
    """Print a document that other programs read."""

    help = "Print assessment results (oscal), or what is held, why and who receives it (fides, dpv, terms), as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("kind", choices=[str(kind) for kind in EvidenceKind], help="the form of the document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the document; a claim that is withheld is an error, and nothing is printed."""
        try:
            document = make_evidence(EvidenceKind(options["kind"]))
        except Refused as error:
            raise CommandError(f"{error.message} {error.next_step}", returncode=2) from None
        self.stdout.write(json.dumps(document, indent=2, ensure_ascii=False))
