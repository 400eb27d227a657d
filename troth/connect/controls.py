"""The check of what connected sites are told: an invented client agrees to one thing, and takes it back (A6, H1)."""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.utils.translation import gettext_lazy as _

from troth.accounts.api import Account, open_account, verify
from troth.connect import sabotages
from troth.connect.actions import consent, parties, telling
from troth.connect.claims import IS_MEMBER, PLAN, PSEUDONYM
from troth.connect.models import RECIPIENT, AccessToken, Code, Party, RefreshToken
from troth.disclosures.api import GroundKind, list_left_of, search_left
from troth.kernel import clock
from troth.kernel.acting import acting, client, system
from troth.kernel.errors import AccessDenied, Closed, Refused
from troth.kernel.ids import new_id
from troth.kernel.ports import Control, Observation, Sabotage, controls
from troth.kernel.purposes import Purpose
from troth.kernel.undoing import undone

RECENT = timedelta(days=2)
MOST_ROWS = 2000
_DIGEST = 64
_ASKED = (PSEUDONYM.scope, IS_MEMBER.scope, PLAN.scope)


@dataclass
class _Notes:
    examined: int = 0
    failures: list[str] = field(default_factory=list)

    def expect(self, held: object, otherwise: str) -> None:
        self.examined += 1
        if not held:
            self.failures.append(otherwise)


def observe_answers() -> Observation:
    """Let an invented client connect two sites, and compare what they are told with its word and with the record."""
    notes = _Notes()
    try:
        with undone():
            _walk(notes)
    except Closed:
        pass  # another check closed all disclosures: nothing is told at all, and the rows can be looked at
    _look_at_rows(notes)
    return Observation(examined=notes.examined, failures=notes.failures)


def _walk(notes: _Notes) -> None:
    account = _make_client()
    site, other = _make_site("a"), _make_site("b")
    _connect(site, account.id)
    _connect(other, account.id)
    before = len(list_left_of(account.id, limit=MOST_ROWS))
    told = _tell(site, account.id)
    notes.expect(told is not None and IS_MEMBER.name in told, "a site is not told what the client agreed to")
    notes.expect(told is None or PLAN.name not in told, "a site is told what the client did not agree to")
    rows = list_left_of(account.id, limit=MOST_ROWS)[: -before or None]
    named = {label for row in rows if row.recipient == site.recipient for label in row.fields}
    notes.expect(named == {PSEUDONYM.label, IS_MEMBER.label}, "the record does not say just what a site was told")
    notes.expect(
        all(row.ground == GroundKind.AUTHORISED for row in rows),
        "a site is told on another ground than the client’s word",
    )
    elsewhere = _tell(other, account.id)
    names = {str((each or {}).get(PSEUDONYM.name)) for each in (told, elsewhere)}
    notes.expect(len(names) == 2, "two sites know a client by the same name")
    notes.expect(not any(str(account.id) in name for name in names), "a site learns the number of an account")
    _look_at_credentials(notes, site, account)
    with acting(actor=client(account.id), purpose=Purpose.ORDERS):
        consent.take_back(party=site, subject_id=account.id, claim=IS_MEMBER)
    notes.expect(IS_MEMBER.name not in (_tell(site, account.id) or {}), "a site is told what the client took back")
    with acting(actor=client(account.id), purpose=Purpose.ORDERS):
        consent.disconnect(party=site, subject_id=account.id)
    notes.expect(_tell(site, account.id) is None, "a site that was disconnected is told something")


def _look_at_credentials(notes: _Notes, site: Party, account: Account) -> None:
    """Make a code and a token as the server does, and look for them in the tables."""
    from troth.connect.validator import S256, Validator

    code, token = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    asked = SimpleNamespace(
        client=site,
        user=account,
        scopes=[PSEUDONYM.scope],
        redirect_uri=site.redirect_uris,
        nonce="",
        code_challenge="x" * 43,
        code_challenge_method=S256,
    )
    judge = Validator()
    judge._create_authorization_code(asked, {"code": code})  # noqa: SLF001  the package's own way
    expires = clock.now() + timedelta(minutes=1)
    judge._create_access_token(expires, asked, {"access_token": token, "scope": PSEUDONYM.scope})  # noqa: SLF001
    kept = str([list(model.objects.filter(application=site).values()) for model in (Code, AccessToken)])
    notes.expect(code not in kept and token not in kept, "a code or a token can be read in a table")


def _look_at_rows(notes: _Notes) -> None:
    """Look at what was told in the last days, and at what is kept of the newest credentials."""
    for row in search_left(since=clock.now() - RECENT, limit=MOST_ROWS):
        if row.recipient.startswith(RECIPIENT):
            notes.expect(
                row.ground == GroundKind.AUTHORISED and row.evidence.startswith("authorisation:"),
                f"{row.id}: a site was told on no word of the client",
            )
    for model, column in ((Code, "code"), (AccessToken, "token_checksum"), (RefreshToken, "token_checksum")):
        for value in model.objects.order_by("-pk").values_list(column, flat=True)[:MOST_ROWS]:
            notes.expect(len(value) == _DIGEST, f"a row of {model._meta.label} holds more than a digest")


def _tell(site: Party, subject_id: UUID) -> dict[str, object] | None:
    try:
        return telling.tell(site, subject_id, _ASKED)
    except Closed:
        raise
    except (AccessDenied, Refused):
        return None


def _connect(site: Party, subject_id: UUID) -> None:
    with acting(actor=client(subject_id), purpose=Purpose.ORDERS):
        consent.connect(party=site, subject_id=subject_id, asked=_ASKED, agreed=[IS_MEMBER.scope])


def _make_client() -> Account:
    tag = secrets.token_hex(6)
    values = {"name": f"Canary {tag}", "email": f"canary-{tag}@example.org", "user_name": f"canary-{tag}"}
    account = open_account(values=values, encoded=UNUSABLE_PASSWORD_PREFIX + secrets.token_hex(20), welcome=False)
    with acting(actor=client(account.id), purpose=Purpose.ACCOUNT):
        verify(account)
    return account


def _make_site(name: str) -> Party:
    key = f"canary-{name}-{new_id().hex[-12:]}"
    with acting(actor=system("operator"), purpose=Purpose.UPKEEP):
        made = parties.register_party(
            key=key,
            name="Canary",
            what_for="Nothing; it is invented.",
            statement_url="https://canary.example.org/",
            redirect_uris=[f"https://{key}.example.org/back"],
            scopes=_ASKED,
        )
    return made.party


ANSWERS = Control(
    key="connect.answers",
    clauses=("A6", "H1"),
    words=_(
        "A connected site is told what the client agreed to, written down each time, and nothing once it is taken back"
    ),
    observe=observe_answers,
    every=timedelta(hours=6),
    sabotages=(
        Sabotage("unasked", _("A site is told whatever it asks for"), sabotages.tell_everything),
        Sabotage("unwritten", _("What a site is told is not written down"), sabotages.write_nothing),
        Sabotage("same_name", _("Every site knows a client by the number of the account"), sabotages.use_one_name),
        Sabotage("deaf", _("Taking a consent back does nothing"), sabotages.ignore_withdrawal),
        Sabotage("plain", _("Codes and tokens are kept as they are"), sabotages.keep_plain),
    ),
)


def register() -> None:
    """Register the check; called once, at start-up."""
    controls.register(ANSWERS.key, ANSWERS)
