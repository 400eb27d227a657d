"""``troth erasures status | run | replay``: the erasure ledger."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser
from django.db.models import Count

from troth.vault.erasure.replay import replay_erasures
from troth.vault.erasure.run import run_erasures
from troth.vault.management.command import VaultCommand
from troth.vault.models import Erasure


class Command(VaultCommand):
    """Erasures: how many stand where, the nightly pass now, and the replay after a restore."""

    help = "Erasures: status, run, replay."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the subcommands."""
        commands = parser.add_subparsers(dest="what", required=True)
        for name, words in (
            ("status", "show how many erasures stand where"),
            ("run", "run all that are due or were interrupted, with one search for all"),
            ("replay", "after a restore or an import: erase again whoever came back"),
        ):
            command = commands.add_parser(name, help=words)
            command.add_argument("--json", action="store_true", help="print JSON")
            if name == "replay":
                command.add_argument(
                    "--force", action="store_true", help="remove rows without a key even where they are many"
                )

    def do_status(self, _options: dict[str, Any]) -> dict[str, Any]:
        """Return how many erasures stand where."""
        counts = Erasure.objects.values_list("state").annotate(count=Count("pk"))
        return dict(counts.order_by("state"))

    def do_run(self, _options: dict[str, Any]) -> dict[str, Any]:
        """Run the pass now."""
        return {"finished": run_erasures(report=self.show_progress), **self.do_status({})}

    def do_replay(self, options: dict[str, Any]) -> dict[str, Any]:
        """Erase again whoever came back."""
        return asdict(replay_erasures(report=self.show_progress, force=options["force"]))
