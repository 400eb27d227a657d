"""``troth index rebuild | reconcile``: the blind index, by which a client is found."""

from typing import Any

from django.core.management.base import CommandParser

from troth.vault.management.command import VaultCommand
from troth.vault.upkeep import rebuild_index, reconcile_index


class Command(VaultCommand):
    """The look-up index: made anew after a restore, or mended."""

    help = "The look-up index: rebuild, reconcile."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the subcommands."""
        commands = parser.add_subparsers(dest="what", required=True)
        for name, words in (
            ("rebuild", "empty the index and make it anew from the rows; for after a restore"),
            ("reconcile", "settle claims that were never settled"),
        ):
            commands.add_parser(name, help=words).add_argument("--json", action="store_true", help="print JSON")

    def do_rebuild(self, _options: dict[str, Any]) -> dict[str, Any]:
        """Make the index anew."""
        return {"entries": rebuild_index(report=self.show_progress)}

    def do_reconcile(self, _options: dict[str, Any]) -> dict[str, Any]:
        """Settle old claims."""
        return {"settled": reconcile_index()}
