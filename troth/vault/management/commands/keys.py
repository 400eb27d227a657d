"""``troth keys status | check | rotate``: the wrapping keys and their epochs."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser

from troth.vault.keyring import check_keys
from troth.vault.management.command import VaultCommand
from troth.vault.rotation import read_key_status, rotate_keys, sweep_orphans


class Command(VaultCommand):
    """The keys: where they stand, whether they are the right ones, and a new epoch."""

    help = "The keys: status, check, rotate."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the subcommands."""
        commands = parser.add_subparsers(dest="what", required=True)
        for name, words in (
            ("status", "show the epoch, its age, and how many keys there are"),
            ("check", "check that root and wrapping keys are the right ones; exit code 1 if not"),
            ("rotate", "begin a new epoch, wrap every key anew, destroy the old wrapping key; runs under load"),
        ):
            commands.add_parser(name, help=words).add_argument("--json", action="store_true", help="print JSON")

    def do_status(self, _options: dict[str, Any]) -> dict[str, Any]:
        """Return where the keys stand."""
        status = read_key_status()
        return {**asdict(status), "due": status.is_due}

    def do_check(self, _options: dict[str, Any]) -> dict[str, Any]:
        """Return that the keys are right, or refuse."""
        check_keys()
        return {"keys": "right"}

    def do_rotate(self, _options: dict[str, Any]) -> dict[str, Any]:
        """Begin a new epoch; orphans are swept on the way."""
        destroyed = sweep_orphans(report=self.show_progress)
        moved = rotate_keys(report=self.show_progress)
        return {
            "wrapped_anew": moved,
            "orphans_destroyed": destroyed,
            "epoch": read_key_status().epoch,
            "now": "Copy the secrets folder over its mirror, and take a new copy of the keys' database.",
        }
