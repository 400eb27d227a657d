"""What the vault's commands share: subcommands, progress to the error stream, results as words or as JSON."""

import json
from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from troth.kernel.errors import TrothError


class VaultCommand(BaseCommand):
    """A command whose first argument names one of its methods ``do_<name>``, which returns the facts to print."""

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Do what the subcommand says; a refusal is one line and exit code 1."""
        try:
            facts: Mapping[str, Any] = getattr(self, f"do_{options['what']}")(options)
        except TrothError as error:
            raise CommandError(
                " ".join(part for part in (error.message, error.kept, error.next_step) if part)
            ) from None
        if options.get("json"):
            self.stdout.write(json.dumps(facts, indent=2, default=str))
        else:
            for name, value in facts.items():
                self.stdout.write(f"{name.replace('_', ' ')}: {value}")

    def show_progress(self, line: str) -> None:
        """Show a line of progress, apart from the result."""
        self.stderr.write(line)
