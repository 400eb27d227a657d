"""What ``accounts`` holds about a client beside the sealed profile, for the Admin page, export and erasure (L1)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from troth.accounts.limits import digest_of
from troth.accounts.links import KEPT_AFTER_END
from troth.accounts.mails import KEPT, describe_kind
from troth.accounts.models import (
    Account,
    AttemptCount,
    Doubt,
    KeptSignIn,
    MailedLink,
    Message,
    Profile,
    RecoveryCode,
    Session,
)
from troth.kernel.ports import HeldItem, Words, holders

COUNTED = ("sign_in", "confirm", "second_factor", "confirm_identity")
"""The kinds of tries that are counted under a subject's id."""


@dataclass(slots=True)
class RowHolder:
    """Holds the rows of one table about a subject.

    Arguments:
        name: the holder's name.
        label: what it is, in the client's words.
        rows: returns the subject's rows.
        describe: returns one row as the client sees it.
    """

    name: str
    label: Words
    rows: Callable[[UUID], QuerySet[Any]]
    describe: Callable[[Any], HeldItem]

    @property
    def tables(self) -> tuple[str, ...]:
        """The label of the table, so that nobody lists it a second time."""
        return (self.rows(UUID(int=0)).model._meta.label,)

    def show(self, subject_id: UUID) -> Sequence[HeldItem]:
        """Return each row as the client sees it."""
        return [self.describe(row) for row in self.rows(subject_id)]

    def erase(self, subject_id: UUID) -> int:
        """Remove the rows; return how many."""
        return self.rows(subject_id).delete()[0]

    def count(self, subject_id: UUID) -> int:
        """Return how many rows there are."""
        return self.rows(subject_id).count()


def register_holders() -> None:
    """Register all that ``accounts`` holds; called once, at start-up."""
    for holder in (_SESSIONS, _KEPT, _LINKS, _MESSAGES, _ATTEMPTS, _RECOVERY, _DOUBTS, _ACCOUNT):
        holders.register(holder.name, holder)


def _by_subject(model: type[Model]) -> Callable[[UUID], QuerySet[Any]]:
    return lambda subject_id: model._default_manager.filter(subject_id=subject_id)


def _rows_of_attempts(subject_id: UUID) -> QuerySet[Any]:
    """Return the counts of a subject, found by computing their digests: the rows name nobody."""
    return AttemptCount.objects.filter(pk__in=[digest_of(kind, str(subject_id)) for kind in COUNTED])


def _describe_account(row: Account) -> HeldItem:
    return HeldItem(
        "account",
        _("Your account"),
        {
            _("State"): row.get_state_display(),
            _("Opened on"): row.created_on,
            _("Confirmed"): row.verified_at or _("not yet"),
            _("Password"): _("only a fingerprint of it, which cannot be turned back"),
        },
        why=_("So that you can use the site, and nobody else as you."),
        kept=_("as long as you have an account"),
        kept_until=row.deletes_at,
    )


def _describe_doubt(row: Doubt) -> HeldItem:
    return HeldItem(
        "doubt",
        _("A detail of yours that may be wrong"),
        {
            _("Which"): Profile.sealed_attributes[row.what].label,
            _("Why"): row.get_cause_display(),
            _("Since"): row.since,
        },
        why=_("So that we ask you, and do not send anything to a wrong place again."),
        kept=_("until you correct it, or say that it is right"),
    )


def _describe_session(row: Session) -> HeldItem:
    return HeldItem(
        "session",
        _("A browser that is signed in"),
        {_("Since"): row.started_on, _("Last used"): row.seen_on},
        why=_("So that you need not sign in on every page. It names no address and no device."),
        kept=_("until you sign out, or it was unused too long"),
        kept_until=min(row.idle_ends_at, row.ends_at),
    )


def _describe_kept(row: KeptSignIn) -> HeldItem:
    return HeldItem(
        "kept_sign_in",
        _("A browser that you asked us to keep signed in"),
        {_("Since"): row.started_on, _("Last used"): row.used_on},
        why=_("Because you asked for it when you signed in."),
        kept=_("until you end it, or it was unused too long"),
        kept_until=row.ends_at,
    )


def _describe_link(row: MailedLink) -> HeldItem:
    return HeldItem(
        "mailed_link",
        _("A link that we mailed to you"),
        {_("Made"): row.made_at, _("Used"): row.used_at or _("no")},
        why=_("So that it works once, and not longer than we said."),
        kept=_("for a week after it has run out"),
        kept_until=row.ends_at + KEPT_AFTER_END,
    )


def _describe_message(row: Message) -> HeldItem:
    return HeldItem(
        "message",
        _("A mail about your account"),
        {_("Subject"): describe_kind(row.kind), _("Asked for"): row.made_at, _("Sent"): row.sent_at or _("not yet")},
        why=_("So that each is sent once, and you can ask whether we wrote it. Its text is not kept."),
        kept=_("for 30 days"),
        kept_until=row.made_at + KEPT,
    )


def _describe_attempts(row: AttemptCount) -> HeldItem:
    return HeldItem(
        "attempts",
        _("Wrong tries at your account"),
        {_("How many"): row.failures},
        why=_("So that nobody can try passwords or codes without end. It says nothing of who tried."),
        kept=_("until the next right one, at most 30 days"),
        kept_until=row.ends_at,
    )


def _describe_recovery_code(row: RecoveryCode) -> HeldItem:
    return HeldItem(
        "recovery_code",
        _("A recovery code"),
        {_("Made on"): row.made_on, _("Used on"): row.used_on or _("not used")},
        why=_("So that you can sign in when your telephone or key is lost. We keep only a fingerprint of it."),
        kept=_("until you make new ones, or remove your passkeys and codes"),
    )


_RECOVERY = RowHolder(
    "accounts.recovery_codes", _("Recovery codes"), _by_subject(RecoveryCode), _describe_recovery_code
)
_DOUBTS = RowHolder("accounts.doubts", _("What may be wrong"), _by_subject(Doubt), _describe_doubt)
_ACCOUNT = RowHolder("accounts.account", _("Account"), lambda s: Account.objects.filter(pk=s), _describe_account)
_SESSIONS = RowHolder("accounts.sessions", _("Sessions"), _by_subject(Session), _describe_session)
_KEPT = RowHolder("accounts.kept_sign_ins", _("Kept sign-ins"), _by_subject(KeptSignIn), _describe_kept)
_LINKS = RowHolder("accounts.links", _("Mailed links"), _by_subject(MailedLink), _describe_link)
_MESSAGES = RowHolder("accounts.messages", _("Account mails"), _by_subject(Message), _describe_message)
_ATTEMPTS = RowHolder("accounts.attempts", _("Wrong tries"), _rows_of_attempts, _describe_attempts)
