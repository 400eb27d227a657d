"""``troth setup``: everything that must stand before the site can answer; ``troth serve`` runs it at each start.

It may run as often as wished: what stands is left alone, and no key is ever made again. This module imports no settings
at its top, because the settings need the root key that it makes.
"""

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import troth
from troth.config.environment import Environment
from troth.config.tls import ensure_tls, locate_tls
from troth.kernel.errors import NotConfigured
from troth.kernel.secrets import make_private_folder, make_root, read_root

Tell = Callable[[str], None]
"""Says one line of progress."""


def tell(line: str) -> None:
    """Print a line of progress at once, on the error stream, so that pipes see it as it happens."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201  this is the command's own voice


def set_up(environment: Environment, *, tell: Tell = tell) -> None:
    """Make the data folder, keys, certificate, tables, static files, statement and demo people, where they are missing.

    Raises NotConfigured, with a line for the operator, at the first thing that cannot be.
    """
    new = _prepare_folders(environment)
    if new:
        tell("This place is new. It is made ready:")
    with _telling(tell, "Certificate", new=new):
        ensure_tls(environment)
    with _telling(tell, "Program and configuration", new=new):
        _start_django()
    try:
        with _telling(tell, "Databases", new=new):
            bring_up_to_date(environment, new=new)
    except NotConfigured:
        if new:
            (environment.secrets / "root").unlink()
        raise
    with _telling(tell, "Keys of this week", new=new):
        _make_keys()
    with _telling(tell, "Style sheets, fonts and icons", new=new):
        _collect_static(environment)
    with _telling(tell, "Statement", new=new):
        _publish_statement()
    with _telling(tell, "Catalogue", new=new):
        _seed_catalogue()
    with _telling(tell, "Register of processors", new=new):
        _fill_register()
        _note_practice()
    if environment.demo:
        with _telling(tell, "Demo people", new=new):
            _make_demo()
            _make_first_backup(environment)


@contextmanager
def _telling(tell: Tell, what: str, *, new: bool) -> Iterator[None]:
    """Tell what is done: each step of a new place as it begins, and else only one that took its time."""
    start = monotonic()
    if new:
        tell(f"  {what} …")
    yield
    if not new and (took := monotonic() - start) > 2:
        tell(f"  {what}: done in {took:.1f} seconds.")


def _prepare_folders(environment: Environment) -> bool:
    """Make the folders and, in a new place only, the root key; return whether the place is new."""
    os.umask(0o077)
    make_private_folder(environment.data)
    make_private_folder(environment.secrets)
    if (environment.secrets / "root").exists():
        read_root(environment.secrets)
        return False
    if standing := sorted(path.name for path in environment.data.glob("*.db")):
        raise NotConfigured(
            f"The root key {environment.secrets / 'root'} is missing, but {', '.join(standing)} stands in "
            f"{environment.data}. Restore the secrets folder from its mirror; nothing was changed."
        )
    return make_root(environment.secrets)


def _start_django() -> None:
    import django
    from django.core.exceptions import ImproperlyConfigured

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "troth.config.settings")
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise NotConfigured(f"The settings cannot be read: {error}") from None
    from django.core.checks import ERROR, run_checks

    from troth.kernel.operator import read_operator

    read_operator()
    if wrong := [f"{message.msg} ({message.id})" for message in run_checks() if message.level >= ERROR]:
        raise NotConfigured("\n".join(wrong))


def bring_up_to_date(environment: Environment, *, new: bool) -> None:
    """Bring the tables of all databases up to date; refuse tables that another root key wrote for."""
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor
    from django.db.utils import DatabaseError

    for alias in connections:
        connection = connections[alias]
        try:
            tables = connection.introspection.table_names()
            if new and tables:
                raise NotConfigured(
                    f"The root key in {environment.secrets} is missing, but the database '{alias}' already has tables. "
                    "Restore the secrets folder from its mirror; nothing was changed."
                )
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                call_command("migrate", database=alias, interactive=False, verbosity=0)
        except DatabaseError as error:
            raise NotConfigured(f"The database '{alias}' cannot be used: {first_line(error)}") from None


def _make_keys() -> None:
    from troth.ledger.rotation import ensure_signing_key
    from troth.vault.keyring import check_keys, ensure_epoch
    from troth.vault.upkeep import check_index

    ensure_signing_key()
    ensure_epoch()
    check_keys()
    check_index()


def _collect_static(environment: Environment) -> None:
    """Copy, name by content and compress the static files, unless those that stand are of the same sources."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    digest = hashlib.sha256(troth.__version__.encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            digest.update(f"{name}\0{storage.size(name)}\0{storage.get_modified_time(name)}\0".encode())
    stamp = environment.data / "static.stamp"
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if stamp.exists() and stamp.read_text() == digest.hexdigest() and manifest.exists():
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(digest.hexdigest())


def _fill_register() -> None:
    from troth.processors.api import ensure_register

    ensure_register()


def _publish_statement() -> None:
    from troth.statement.api import ensure_published

    ensure_published()


def _note_practice() -> None:
    from troth.amendments.api import ensure_practice

    ensure_practice()


def _seed_catalogue() -> None:
    from troth.orders.api import seed_catalogue

    seed_catalogue()


def _make_demo() -> None:
    from troth.config.demo import make_demo

    make_demo()


def _make_first_backup(environment: Environment) -> None:
    """Let the demo have the key of its rehearsals, and a first backup, so that the checks have one to look at."""
    from troth.backup.api import make_identity, rehearsal_file, take_due

    if environment.backup_key or rehearsal_file().exists():
        return
    make_identity(rehearsal_file())
    take_due()


def first_line(error: BaseException) -> str:
    """Return the first line of what an error says, or its name."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def describe_authority(environment: Environment) -> list[str]:
    """Return how to make a browser trust the local authority, as lines; none where the operator has a certificate."""
    authority = locate_tls(environment).authority
    if authority is None:
        return []
    return [
        "A browser warns at first: the certificate is signed by an authority of this machine alone. To trust it:",
        f"  Debian, Ubuntu: sudo install -m 644 {authority} /usr/local/share/ca-certificates/troth.crt",
        "                  sudo update-ca-certificates",
        f"  Firefox: Settings, Certificates, Authorities, Import: {authority}",
        f"  macOS: security add-trusted-cert -k ~/Library/Keychains/login.keychain-db {authority}",
        f"  curl: curl --cacert {authority} {environment.site}/",
    ]


def read_demo_sign_ins(environment: Environment) -> list[str]:
    """Return the demo's sign-ins as lines to print; nothing where the demo is off or has made nobody yet."""
    path = environment.data / "demo.json"
    if not environment.demo or not path.exists():
        return []
    people = json.loads(path.read_text(encoding="utf-8"))
    clients = [person["username"] for person in people if "seed" not in person]
    staff = [f"{person['username']} ({person['role']})" for person in people if "seed" in person]
    half = -(-len(staff) // 2)
    return [
        f"Invented people of the demo, all with the password: {people[0]['password']}",
        f"  clients: {', '.join(clients)}",
        f"  staff, with the one-time code on the mailbox page: {', '.join(staff[:half])},",
        f"    {', '.join(staff[half:])}",
    ]
