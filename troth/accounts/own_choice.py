"""Who says which services interest a client: the client alone (B3). Others may take a choice away, never add one."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from troth.kernel.acting import ActorKind, require_acting
from troth.kernel.errors import AccessDenied
from troth.vault.api import Attribute, keep_found


def require_own_choice(attribute: Attribute, *, subject_id: UUID, chosen: Sequence[str]) -> None:
    """Return if whoever acts may store this choice; raise AccessDenied where it adds what the client did not choose.

    Nothing is opened for it: what was chosen before is asked of the look-up index.

    Arguments:
        attribute: the one that holds the choice; it can be looked up.
        subject_id: the client.
        chosen: the keys that would be stored.
    """
    actor = require_acting().actor
    if actor.kind is ActorKind.CLIENT and actor.ref == str(subject_id):
        return
    if all(subject_id in keep_found(attribute, key, [subject_id]) for key in chosen):
        return
    raise AccessDenied(
        _("Only the client itself chooses news."),
        kept=_("Nothing was changed."),
        next_step=_("Tell the client of the page “What you want news of”."),
    )
