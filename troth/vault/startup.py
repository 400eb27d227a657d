"""What the vault registers when the program starts, and what it checks before the site serves."""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import DatabaseError
from django.utils.translation import gettext_lazy as _

from troth.kernel.errors import NotConfigured
from troth.kernel.ports import register_system_job
from troth.kernel.purposes import Purpose
from troth.ledger.api import register_events
from troth.vault import controls, keyring, probe, retention, rotation, upkeep
from troth.vault.declarations import check_declarations
from troth.vault.erasure import run, search
from troth.vault.erasure.subjects import declare_kept
from troth.vault.events import WORDS, Event
from troth.vault.models import RootCheck


def register() -> None:
    """Register checks, ledger events, system jobs, and what outlives an erasure."""
    checks.register(check_declarations, "troth")
    checks.register(check_key_material, checks.Tags.database)
    register_events(WORDS, looks=[Event.VALUES_OPENED])
    register_system_job(name=search.JOB, words=_("the search before an erasure"), purposes=(Purpose.RIGHTS,))
    register_system_job(name=run.JOB, words=_("the eraser"), purposes=(Purpose.RIGHTS, Purpose.UPKEEP))
    register_system_job(name=retention.JOB, words=_("the keeper of times"), purposes=(Purpose.UPKEEP,))
    register_system_job(name=rotation.JOB, words=_("the renewal of keys"), purposes=(Purpose.UPKEEP,))
    register_system_job(name=upkeep.JOB, words=_("the upkeep of look-ups"), purposes=(Purpose.UPKEEP,))
    register_system_job(
        name=probe.JOB, words=_("the check of the door"), purposes=tuple(Purpose), subjects=(probe.PROBE,)
    )
    controls.register()
    declare_kept(
        "ledger.EntryRow",
        words=_("The record of who looked and who received. It has a number in place of you, which leads nowhere."),
        until=_("for good: a record that can be shortened proves nothing"),
    )


def check_start() -> None:
    """Make what a new system needs, and check what stands; call it after the migrations, before anything is served.

    Errors: NotConfigured, one line, where root key or wrapping keys are missing or another system's. Nothing is then
    written.
    """
    keyring.ensure_epoch()


def check_key_material(databases: Sequence[str] | None = None, **_options: Any) -> list[checks.CheckMessage]:
    """Report missing or foreign keys (``troth check --database keys``, and each migration of the keys' database)."""
    if not databases or keyring.DATABASE not in databases:
        return []
    try:
        if RootCheck.objects.exists():
            keyring.check_keys()
    except NotConfigured as error:
        return [checks.Error(error.message, id="troth.E008")]
    except DatabaseError:
        # The tables are not made yet: there is nothing to check.
        return []
    return []
