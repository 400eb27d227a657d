"""A database to a file and back: SQLite by ``VACUUM INTO``, PostgreSQL by its own ``pg_dump`` and ``pg_restore``.

Both give the state of one moment while the site runs.
"""

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

from troth.kernel.errors import NotConfigured, Refused

_BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite lays beside a database's file."""


def vendor_of(alias: str) -> str:
    """Return ``sqlite`` or ``postgresql``."""
    return connections[alias].vendor


def dump(alias: str, target: Path, *, without: Sequence[str] = ()) -> None:
    """Write this database, as it is at one moment, to a new file.

    Arguments:
        alias: of the database.
        target: the file, which is not there yet.
        without: tables whose rows are left out.

    Errors: Refused where the dump fails or what it wrote is not whole; OSError where the disk is full.
    """
    if vendor_of(alias) == "sqlite":
        _dump_sqlite(sqlite_file(alias), target, without)
    else:
        left_out = [f"--exclude-table-data=public.{table}" for table in without]
        _run_postgres(
            alias, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", *left_out, f"--file={target}"
        )


def load(alias: str, source: Path) -> None:
    """Make this database, which is empty, from a file that ``dump`` wrote; a SQLite file is moved to its place.

    Errors: Refused where it cannot be; on PostgreSQL nothing is then changed, as it is one transaction.
    """
    connections[alias].close()
    if vendor_of(alias) == "sqlite":
        place = sqlite_file(alias)
        for end in ("", *_BESIDE):
            place.with_name(place.name + end).unlink(missing_ok=True)
        source.replace(place)
        return
    _run_postgres(
        alias,
        "pg_restore",
        "--exit-on-error",
        "--single-transaction",
        "--no-owner",
        "--no-privileges",
        f"--dbname={settings.DATABASES[alias]['NAME']}",
        str(source),
    )


def is_empty(alias: str) -> bool:
    """Return whether there is no table in this database; a SQLite file is not made by asking."""
    if vendor_of(alias) != "sqlite":
        return not connections[alias].introspection.table_names()
    place = sqlite_file(alias)
    if not place.exists() or place.stat().st_size == 0:
        return True
    with closing(_open_to_read(place)) as database:
        return not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]


def read_rows(dumped: Path, *, vendor: str, table: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Yield these columns of a table out of a dumped file, without a database to load it into.

    Ids come as text and bytes as bytes, whatever wrote the file.
    """
    if vendor != "sqlite":
        yield from _read_copied(dumped, table, columns)
        return
    names = ", ".join(f'"{column}"' for column in columns)
    with closing(_open_to_read(dumped)) as database:
        yield from database.execute(f'SELECT {names} FROM "{table}"')  # noqa: S608  names of our own models


def check_whole(dumped: Path, *, vendor: str) -> None:
    """Raise Refused where a dumped file is no sound database."""
    if vendor != "sqlite":
        _run([_find("pg_restore"), "--list", str(dumped)], {})
        return
    try:
        with closing(_open_to_read(dumped)) as database:
            found = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        found = str(error)
    if found != "ok":
        raise Refused(f"What the backup holds is no sound database: {found}.", kept="Nothing was changed.")


def sqlite_file(alias: str) -> Path:
    """Return the file of a SQLite database."""
    return Path(settings.DATABASES[alias]["NAME"])


def _open_to_read(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)


def _dump_sqlite(source: Path, target: Path, without: Sequence[str]) -> None:
    try:
        with closing(_open_to_read(source)) as database:
            database.execute("VACUUM INTO ?", [str(target)])
        with closing(sqlite3.connect(target, isolation_level=None)) as copy:
            copy.execute("PRAGMA secure_delete=ON")
            copy.execute("PRAGMA foreign_keys=ON")
            for table in without:
                copy.execute(f'DELETE FROM "{table}"')  # noqa: S608  names of our own models
            if without:
                copy.execute("VACUUM")
            if copy.execute("PRAGMA foreign_key_check").fetchone():
                raise Refused("A row in the backup refers to one that is left out of it.")
    except sqlite3.Error as error:
        raise Refused(f"The database could not be copied: {error}.") from None
    check_whole(target, vendor="sqlite")


# -- PostgreSQL's own programs ----------------------------------------------------------------------------------------


def _run_postgres(alias: str, program: str, *arguments: str) -> None:
    found = settings.DATABASES[alias]
    options = found.get("OPTIONS", {})
    given = {
        "PGHOST": found.get("HOST") or options.get("host", ""),
        "PGPORT": str(found.get("PORT") or ""),
        "PGUSER": found.get("USER", ""),
        "PGPASSWORD": found.get("PASSWORD", ""),
        "PGDATABASE": found["NAME"],
        "PGSSLMODE": options.get("sslmode", ""),
        "PGSSLROOTCERT": options.get("sslrootcert", ""),
    }
    _run([_find(program), *arguments], {name: value for name, value in given.items() if value})


def _run(command: Sequence[str], environment: dict[str, str]) -> None:
    """Run one of them; what it says goes with the refusal: names of tables, and no row of any."""
    done = subprocess.run(  # noqa: S603  PostgreSQL's own program, and names of ours
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = " ".join(done.stderr.split()) or "it said nothing"
        raise Refused(f"{Path(command[0]).name} failed: {said[:300]}")


def _find(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise NotConfigured(f"{program} is not on this machine; install PostgreSQL's client programs.")
    return found


_UNESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}


def _read_copied(dumped: Path, table: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Read PostgreSQL's text of a table (COPY), as ``pg_restore`` writes it out."""
    command = [_find("pg_restore"), "--data-only", f"--table={table}", "--file=-", str(dumped)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  as above
        places: list[int] = []
        for line in process.stdout or ():
            if line.startswith("COPY "):
                names = [name.strip(' "') for name in line[line.index("(") + 1 : line.index(")")].split(",")]
                places = [names.index(column) for column in columns]
            elif line == "\\.\n":
                places = []
            elif places:
                values = line.rstrip("\n").split("\t")
                yield tuple(_read_copied_value(values[place]) for place in places)
    if process.returncode:
        raise Refused("pg_restore could not read the backup.")


def _read_copied_value(text: str) -> Any:
    if text == "\\N":
        return None
    plain = re.sub(r"\\(.)", lambda found: _UNESCAPED.get(found[1], found[1]), text)
    return bytes.fromhex(plain[2:]) if plain.startswith("\\x") else plain
