"""``troth retention preview | run``: what is past its time."""

from typing import Any

from django.core.management.base import CommandParser

from troth.vault.management.command import VaultCommand
from troth.vault.retention import preview_retention, run_retention


class Command(VaultCommand):
    """Retention: what the next run would remove, or the run itself."""

    help = "Retention: preview, run."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the subcommands."""
        commands = parser.add_subparsers(dest="what", required=True)
        for name, words in (("preview", "show what is past its time"), ("run", "remove what is past its time")):
            commands.add_parser(name, help=words).add_argument("--json", action="store_true", help="print JSON")

    def do_preview(self, _options: dict[str, Any]) -> dict[str, Any]:
        """Return how much is due."""
        return {line.name: line.count for line in preview_retention()}

    def do_run(self, _options: dict[str, Any]) -> dict[str, Any]:
        """Remove what is due."""
        return {line.name: line.count for line in run_retention(report=self.show_progress)}
