"""``troth ledger verify | export | checkpoint | seal | rotate-key``: the record's own command."""

import json
import sys
from argparse import ArgumentTypeError
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from troth.kernel.errors import TrothError
from troth.ledger.queries import latest_checkpoint
from troth.ledger.reading import export_log, verify_ledger
from troth.ledger.rotation import rotate_key
from troth.ledger.sealing import seal_entries
from troth.ledger.verify_export import (
    CheckpointNote,
    MalformedError,
    PublicKey,
    describe,
    parse_public_key,
    read_kept,
)
from troth.ledger.verify_export import main as verify_file


def _read_key(text: str) -> PublicKey:
    try:
        return parse_public_key(text)
    except MalformedError as error:
        raise ArgumentTypeError(str(error)) from None


def _read_checkpoints(text: str) -> list[CheckpointNote]:
    try:
        return read_kept(Path(text))
    except (OSError, MalformedError) as error:
        raise ArgumentTypeError(f"{text} cannot be read as a checkpoint: {error}") from None


class Command(BaseCommand):
    """The record: verify it, export it, show its checkpoint, seal what waits, replace its key."""

    help = "The record of looks and disclosures: verify, export, checkpoint, seal, rotate-key."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the subcommands."""
        commands = parser.add_subparsers(dest="what", required=True)
        verify = commands.add_parser("verify", help="recompute everything and name what is wrong; exit code 1 if so")
        verify.add_argument("--json", action="store_true", help="print the result as JSON")
        verify.add_argument("--key", type=_read_key, help="the public key that you noted when the log began")
        verify.add_argument("--checkpoint", type=_read_checkpoints, default=[], help="a file of checkpoints you kept")
        verify.add_argument("--export", metavar="FILE", help="verify this exported file instead of the live record")
        export = commands.add_parser("export", help="write the sealed record for verify_export.py")
        export.add_argument("file", type=Path, help="where to write, as JSON lines")
        commands.add_parser("checkpoint", help="print the latest signed checkpoint, to be kept outside")
        commands.add_parser("seal", help="seal the rows that wait").add_argument("--sweep", action="store_true")
        commands.add_parser("rotate-key", help="hand over to a fresh signing key and destroy the old one")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Do what the subcommand says."""
        try:
            getattr(self, f"_{options['what'].replace('-', '_')}")(options)
        except TrothError as error:
            raise CommandError(error.message) from None

    def _verify(self, options: dict[str, Any]) -> None:
        if options["export"]:
            sys.exit(verify_file(_make_arguments(options)))
        result = verify_ledger(key=options["key"], kept=options["checkpoint"], progress=self._show_progress)
        facts = result.as_facts()
        self._write_lines([json.dumps(facts, indent=2)] if options["json"] else describe(facts))
        if not options["json"] and result.waiting:
            self._write_lines([f"Rows that wait to be sealed: {result.waiting}."])
        if result.findings:
            sys.exit(1)

    def _export(self, options: dict[str, Any]) -> None:
        target: Path = options["file"]
        unfinished = target.with_name(f".{target.name}.unfinished")
        try:
            with unfinished.open("w", encoding="utf-8") as file:
                file.writelines(export_log(progress=self._show_progress))
            unfinished.replace(target)
        except OSError as error:
            raise CommandError(f"{target} cannot be written: {error.strerror}.") from None
        finally:
            unfinished.unlink(missing_ok=True)
        self._write_lines([f"Written to {target}. Verify it anywhere with verify_export.py."])

    def _checkpoint(self, _options: dict[str, Any]) -> None:
        checkpoint = latest_checkpoint()
        if checkpoint is None:
            raise CommandError("Nothing is sealed yet.")
        self.stdout.write(checkpoint.note, ending="")

    def _seal(self, options: dict[str, Any]) -> None:
        result = seal_entries(sweep=options["sweep"])
        self._write_lines([f"Rows sealed now: {result.sealed}; in all: {result.size}."])

    def _rotate_key(self, _options: dict[str, Any]) -> None:
        self._write_lines([f"The record is signed from now on by {rotate_key()}"])

    def _write_lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.stdout.write(line)

    def _show_progress(self, done: int, size: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{done} of {size} rows" + ("\n" if done >= size else ""))


def _make_arguments(options: dict[str, Any]) -> list[str]:
    arguments = [options["export"]]
    if options["key"]:
        arguments += ["--key", str(options["key"])]
    if options["json"]:
        arguments.append("--json")
    return arguments
