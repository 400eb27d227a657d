"""``troth backup [take | list | key]``: makes a sealed backup, lists them, or makes keys to seal to."""

import argparse
import getpass
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from troth.backup import store
from troth.backup.sealing import make_identity, rehearsal_file
from troth.backup.store import Kind, Stored
from troth.backup.taking import take_backup
from troth.kernel.errors import Refused, TrothError


class Command(BaseCommand):
    """Backups: take, list, key."""

    help = "Backups: take one now (the default), list them, or make a pair of keys to seal them to."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the subcommands."""
        parser.add_argument("--json", action="store_true", help="print JSON")
        commands = parser.add_subparsers(dest="what")
        take = commands.add_parser("take", help="back up now, and remove what is past its days")
        listing = commands.add_parser("list", help="list the backups that there are")
        key = commands.add_parser("key", help="make a pair of keys; do it away from this machine")
        for command in (take, listing, key):
            command.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")
        key.add_argument("file", nargs="?", type=Path, help="where to write the identity, which opens the backups")
        key.add_argument("--no-passphrase", action="store_true", help="do not seal the identity's file")
        key.add_argument(
            "--rehearsal", action="store_true", help="make the one with which this machine rehearses each night"
        )

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Do what the subcommand says; a refusal is one line and exit code 1."""
        try:
            getattr(self, f"do_{options['what'] or 'take'}")(options)
        except TrothError as error:
            raise CommandError(
                " ".join(part for part in (error.message, error.kept, error.next_step) if part)
            ) from None

    def do_take(self, options: dict[str, Any]) -> None:
        """Back up now."""
        self._show(take_backup(report=self.stderr.write), as_json=options["json"])

    def do_list(self, options: dict[str, Any]) -> None:
        """List the backups."""
        self._show([each for kind in Kind for each in store.list_stored(kind)], as_json=options["json"])

    def do_key(self, options: dict[str, Any]) -> None:
        """Make a pair of keys."""
        target = rehearsal_file() if options["rehearsal"] else options["file"]
        if target is None:
            raise Refused("Say in which file the identity is to stand.", kept="Nothing was made.")
        bare = options["rehearsal"] or options["no_passphrase"]
        passphrase = "" if bare else getpass.getpass("Passphrase for the identity's file: ")
        if not bare and (not passphrase or passphrase != getpass.getpass("Once more: ")):
            raise Refused("The two passphrases differ, or are empty.", kept="Nothing was made.")
        public = make_identity(target, passphrase=passphrase)
        self.stdout.write(json.dumps({"public": public}) if options["json"] else public)

    def _show(self, stored: list[Stored], *, as_json: bool) -> None:
        if as_json:
            facts = [
                {"file": str(each.path), "of": each.kind, "at": each.at.isoformat(), **each.note} for each in stored
            ]
            self.stdout.write(json.dumps(facts, indent=2))
            return
        for each in stored:
            self.stdout.write(
                f"{each.at:%Y-%m-%d %H:%M} UTC  {each.kind}  {each.note.get('bytes', '?')} bytes  {each.path}"
            )
