"""``troth restore FILE``: a backup into an empty place, and nothing serves there until every step is done."""

import argparse
import getpass
import os
from pathlib import Path

from troth.backup.marker import find_unfinished
from troth.config.environment import Environment
from troth.config.serve import hold_place
from troth.config.setup import bring_up_to_date, first_line, tell
from troth.kernel.errors import NotConfigured, Refused


def restore(environment: Environment, arguments: list[str]) -> int:
    """Restore as the command line says, and return the exit code.

    Raises NotConfigured where a ``troth serve`` runs on the place; Refused where a step cannot be done.
    """
    given = _parse(arguments)
    os.umask(0o077)
    import django

    django.setup()
    from django.db import DatabaseError

    try:
        _restore(environment, given)
    except DatabaseError as error:
        raise NotConfigured(f"A database cannot be used: {first_line(error)}") from None
    tell(
        "Restored. Run 'troth serve', then 'troth ledger verify' and 'troth assess'. Mail to many that was under way "
        "is held until somebody looks at it in the console."
    )
    return 0


def _restore(environment: Environment, given: argparse.Namespace) -> None:
    from troth.backup.api import begin_restore, finish_restore, is_placed, read_identity

    with hold_place(environment):
        _judge_turn(given, unfinished=find_unfinished(environment.data), placed=is_placed())
        if not given.resume:
            if given.file is None:
                raise Refused("Say which backup to restore.", kept="Nothing was changed.")
            identity_file, passphrase = _choose_identity(given)
            identity = read_identity(identity_file, passphrase=passphrase)
            begin_restore(given.file, keys=given.keys, identity=identity, report=tell)
        bring_up_to_date(environment, new=False)
        finish_restore(report=tell, force=given.force)


def _judge_turn(given: argparse.Namespace, *, unfinished: bool, placed: bool) -> None:
    """Raise Refused where a restore is to go on that cannot, or to begin where one must go on."""
    if given.resume and not unfinished:
        raise Refused("No restore was begun here that could go on.", kept="Nothing was changed.")
    if given.resume and not placed:
        raise Refused(
            "The restore was cut off before the main database was in its place.",
            kept="Nothing was changed.",
            next_step="Run 'troth restore FILE' again, as you did.",
        )
    if unfinished and placed and not given.resume:
        raise Refused("A restore was begun here and is not finished.", next_step="Run 'troth restore --resume'.")


def refuse_unfinished(environment: Environment) -> None:
    """Raise NotConfigured where a restore was begun and not finished: the erased may be there, and nobody is found."""
    if find_unfinished(environment.data):
        raise NotConfigured(
            f"A restore into {environment.data} was begun and is not finished, so nothing serves. "
            "Run 'troth restore --resume'."
        )


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="troth restore", description="Bring a backup back into an empty place, whose secrets folder stands."
    )
    parser.add_argument("file", nargs="?", type=Path, help="the backup of the main database, ending in .main.age")
    parser.add_argument("--identity", type=Path, help="the file of the identity that opens it")
    parser.add_argument("--passphrase-file", type=Path, help="the file of that file's passphrase; else it is asked for")
    parser.add_argument("--keys", type=Path, help="the newest copy of the keys' database; else the newest beside FILE")
    parser.add_argument("--resume", action="store_true", help="go on with a restore that was cut off")
    parser.add_argument("--force", action="store_true", help="remove rows without a key even where they are many")
    return parser.parse_args(arguments)


def _choose_identity(given: argparse.Namespace) -> tuple[Path, str]:
    """Return the identity's file, and its passphrase where it has one."""
    from troth.backup.api import is_locked, rehearsal_file

    path: Path = given.identity or rehearsal_file()
    if not path.exists():
        raise Refused(
            f"There is no identity at {path}.",
            kept="Nothing was changed.",
            next_step="Give the one that belongs to TROTH_BACKUP_KEY with --identity.",
        )
    if not is_locked(path):
        return path, ""
    if given.passphrase_file is not None:
        try:
            return path, given.passphrase_file.read_text(encoding="utf-8").rstrip("\n")
        except OSError as error:
            raise Refused(f"{given.passphrase_file} cannot be read: {error.strerror}.") from None
    return path, getpass.getpass(f"Passphrase of {path}: ")
