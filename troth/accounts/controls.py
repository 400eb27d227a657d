"""The checks of B1, B2, B3, G1, J2, J3 and J4: an invented visitor goes through the pages, and the rows are counted."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Q
from django.db.models.expressions import Exists
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.accounts import kept, sabotages
from troth.accounts.canary import ACCEPTED, REFUSED, Canary, signed_in_browser, vanishing_canary
from troth.accounts.models import Account, AccountState, KeptSignIn, Profile, Session
from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.crawl import Guise, guises
from troth.kernel.operator import read_operator
from troth.kernel.pages import CLIENT
from troth.kernel.ports import Control, Feature, Observation, Sabotage, controls
from troth.kernel.purposes import Purpose

REQUIRED = {"name", "email", "user_name", "password"}
ASKED = REQUIRED | {"interests"}


@dataclass
class Notes:
    """Counts what was looked at, and keeps what broke."""

    examined: int = 0
    failures: list[str] = field(default_factory=list)

    def expect(self, held: object, otherwise: str) -> None:
        """Note one look, and ``otherwise`` where it did not hold."""
        self.examined += 1
        if not held:
            self.failures.append(otherwise)

    def observation(self, **evidence: Any) -> Observation:
        """Return what was seen."""
        return Observation(examined=self.examined, failures=self.failures, evidence=evidence)


# -- B1: a form, a user name, a password ------------------------------------------------------------------------------


def observe_joining() -> Observation:
    """Join, confirm, sign out, and sign in by user name and by address; wrong ones must fail."""
    notes = Notes()
    with vanishing_canary() as canary:
        notes.expect(canary.join().status_code == ACCEPTED, "the registration form was not taken")
        if canary.account is None:
            notes.expect(held=False, otherwise="no account came of the registration form")
            return notes.observation()
        notes.expect(canary.confirm().status_code == ACCEPTED, "the welcome link did not confirm")
        notes.expect(canary.is_signed_in(), "confirming did not sign in")
        for login in (canary.answers["user_name"], canary.answers["email"]):
            canary.sign_in(login=login)
            notes.expect(canary.is_signed_in(), "the right password did not sign in")
        notes.expect(canary.post("accounts:sign_out").status_code == ACCEPTED, "signing out was not taken")
        notes.expect(not canary.is_signed_in(), "signing out did not end the session")
        canary.sign_in(password="not the password that was chosen")  # noqa: S106  it must be wrong
        notes.expect(not canary.is_signed_in(), "a wrong password signed in")
    return notes.observation(pages=["join", "confirm", "sign-in", "sign-out"])


# -- B2: these and nothing else ---------------------------------------------------------------------------------------


class _Inputs(HTMLParser):
    """Gathers the names of a page's inputs, and of the boxes that are ticked before anybody ticked them."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.ticked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take one element."""
        attributes = dict(attrs)
        name = attributes.get("name")
        if tag in {"input", "select", "textarea"} and name:
            self.names.add(name)
            if "checked" in attributes:
                self.ticked.append(name)


def read_inputs(canary: Canary) -> _Inputs:
    """Return the inputs of the registration page."""
    inputs = _Inputs()
    inputs.feed(canary.browser.get(reverse("accounts:join")).content.decode())
    return inputs


def observe_required() -> Observation:
    """Send the form with the four answers alone, and once without each of them; look that it asks nothing else."""
    notes = Notes()
    with vanishing_canary() as canary:
        asked = read_inputs(canary).names - {"csrfmiddlewaretoken"}
        notes.expect(asked >= REQUIRED, "the registration form does not ask the four answers")
        notes.expect(asked <= ASKED, "the registration form asks more than is promised")
        for name in sorted(REQUIRED):
            notes.expect(canary.join(**{name: ""}).status_code == REFUSED, f"the form was taken without “{name}”")
        notes.expect(canary.join().status_code == ACCEPTED, "the form was refused with the four answers alone")
    return notes.observation(asked=sorted(asked))


# -- B3: interests are chosen -----------------------------------------------------------------------------------------


def observe_interests() -> Observation:
    """Join with one service chosen, and with none: what is kept is what was chosen, with what stood beside it."""
    notes = Notes()
    first = next(iter(read_operator().interests))
    with vanishing_canary() as canary:
        notes.expect(not read_inputs(canary).ticked, "a service is chosen before the visitor chose it")
        canary.join(interests=[first])
        interests, records = _open_choice(canary)
        notes.expect(interests == [first], "what was kept is not what was chosen")
        notes.expect(set(records or ()) == {first}, "there is no record of the choice and of what stood beside it")
    with vanishing_canary() as canary:
        canary.join()
        interests, _records = _open_choice(canary)
        notes.expect(not interests, "who chose nothing is noted as interested")
    return notes.observation(services=len(read_operator().interests))


def _open_choice(canary: Canary) -> tuple[Any, Any]:
    account = canary.account
    if account is None:
        return None, None
    with acting(actor=client(account.id), purpose=Purpose.ACCOUNT):
        opened = Profile.objects.get(subject_id=account.id).open("interests", "interest_records")
    return opened.interests, opened.interest_records


# -- G1: nothing before the address is confirmed ----------------------------------------------------------------------


def observe_confirmation() -> Observation:
    """Look at every account that is in use: each is confirmed; and try to use one that is not."""
    notes = Notes()
    accounts = Account.objects.count()
    notes.examined += accounts
    notes.failures += ["an account is in use that nobody confirmed"] * _count_unconfirmed_in_use()
    with vanishing_canary() as canary:
        canary.join()
        canary.sign_in()
        notes.expect(not canary.is_signed_in(), "an account signed in before it was confirmed")
        notes.expect(canary.sessions() == 0, "an account has a session before it was confirmed")
        if canary.account is None:
            notes.expect(held=False, otherwise="no account came of the registration form")
        else:
            canary.confirm()
            notes.expect(canary.is_signed_in(), "a confirmed account does not sign in")
    return notes.observation(accounts=accounts)


def _count_unconfirmed_in_use() -> int:
    waiting = Account.objects.filter(Q(state=AccountState.UNVERIFIED) | Q(verified_at=None))
    signed_in = Exists(Session.objects.filter(subject_id=OuterRef("pk")))
    kept_sign_in = Exists(KeptSignIn.objects.filter(subject_id=OuterRef("pk")))
    return waiting.filter(~Q(state=AccountState.UNVERIFIED) | signed_in | kept_sign_in).count()


# -- J2: the session cookie -------------------------------------------------------------------------------------------


def observe_session_cookie() -> Observation:
    """Sign in, and look at the session cookie: no life of its own, and useless after the browser was closed."""
    notes = Notes()
    with vanishing_canary() as canary:
        canary.join()
        canary.confirm()
        answer = canary.sign_in()
        cookie = answer.cookies.get(settings.SESSION_COOKIE_NAME)
        notes.expect(cookie is not None, "signing in set no session cookie")
        if cookie is not None:
            notes.expect(not cookie["max-age"] and not cookie["expires"], "the session cookie outlives the browser")
        canary.close_browser()
        notes.expect(not canary.is_signed_in(), "a closed browser comes back signed in, and nobody asked for it")
    return notes.observation()


# -- J3, J4: the persistent cookie ------------------------------------------------------------------------------------


def observe_keeping() -> Observation:
    """Sign in with and without the wish to be kept; come back; show an old token; look at every row that is kept."""
    notes = Notes()
    for failure in _find_faulty_series():
        notes.failures.append(failure)
    series = KeptSignIn.objects.count()
    notes.examined += series
    with vanishing_canary() as canary:
        canary.join()
        canary.confirm()
        canary.sign_in()
        notes.expect(canary.kept_cookie() is None, "a persistent cookie was set that nobody asked for")
        canary.sign_in(keep=True)
        _check_kept_cookie(canary, notes)
    return notes.observation(kept_sign_ins=series)


def _check_kept_cookie(canary: Canary, notes: Notes) -> None:
    cookie = canary.kept_cookie()
    row = KeptSignIn.objects.order_by("-id").first()
    notes.expect(cookie is not None and row is not None, "asking to be kept signed in set no persistent cookie")
    if cookie is None or row is None:
        return
    first = cookie.value
    token = first.rpartition(".")[2]
    notes.expect(canary.answers["password"] not in first, "the persistent cookie holds the password")
    notes.expect(token.encode() not in bytes(row.digest), "the token of the persistent cookie is stored as it is")
    canary.close_browser()
    notes.expect(canary.is_signed_in(), "the persistent cookie did not spare the password")
    renewed = canary.kept_cookie()
    notes.expect(renewed is not None and renewed.value != first, "a token was good for a second use")
    KeptSignIn.objects.filter(pk=row.pk).update(rotated_at=clock.now() - 2 * kept.SAME_MOMENT)
    canary.close_browser()
    canary.browser.cookies[kept.COOKIE] = first
    notes.expect(not canary.is_signed_in(), "a token signed in that was used before")
    notes.expect(not KeptSignIn.objects.filter(pk=row.pk).exists(), "a copied token did not end its series")


def _find_faulty_series() -> Iterator[str]:
    longest = clock.now() + kept.life() + timedelta(minutes=1)
    for row in KeptSignIn.objects.only("digest", "ends_at").iterator():
        if len(bytes(row.digest)) != 32:
            yield "a kept sign-in is stored otherwise than as a digest"
        if row.ends_at > longest:
            yield "a kept sign-in lasts longer than is promised"


def register() -> None:
    """Register the checks, and the guise in which others walk the pages of clients; called once, at start-up."""
    guises.register(CLIENT, Guise(access=CLIENT, enter=signed_in_browser))
    for control in _CONTROLS:
        controls.register(control.key, control)


_CONTROLS = (
    Control(
        key="accounts.joining",
        clauses=("B1",),
        words=_("An invented visitor joins, confirms, signs in by user name and by address, and signs out."),
        observe=observe_joining,
        sabotages=(
            Sabotage("any_password", _("Any password signs in."), sabotages.accept_any_password),
            Sabotage("no_way_out", _("Signing out leaves the session."), sabotages.keep_session_at_sign_out),
        ),
    ),
    Control(
        key="accounts.required",
        clauses=("B2",),
        words=_("The registration form is taken with name, e-mail address, user name and password, and with no less."),
        observe=observe_required,
        sabotages=(
            Sabotage("telephone", _("The form asks for a telephone number."), sabotages.ask_telephone),
            Sabotage("nameless", _("The form is taken without a name."), sabotages.take_nameless),
        ),
    ),
    Control(
        key="accounts.interests",
        clauses=("B3",),
        words=_(
            "Who chooses a service is noted for it, with what stood beside the choice; who chooses none, for none."
        ),
        observe=observe_interests,
        sabotages=(
            Sabotage("all", _("Everybody is noted for every service."), sabotages.note_for_all),
            Sabotage("no_record", _("The choice leaves no record."), sabotages.record_nothing),
        ),
    ),
    Control(
        key="accounts.confirmation",
        clauses=("G1",),
        words=_("No account is in use before its address, user name and password were confirmed."),
        observe=observe_confirmation,
        sabotages=(
            Sabotage("open_door", _("An unconfirmed account may sign in."), sabotages.admit_unconfirmed),
            Sabotage("session", _("An unconfirmed account has a session."), sabotages.begin_unconfirmed_session),
        ),
        critical=True,
        closes=(Feature.REGISTRATION,),
    ),
    Control(
        key="accounts.session_cookie",
        clauses=("J2",),
        words=_("The cookie of a sign-in has no life of its own."),
        observe=observe_session_cookie,
        sabotages=(Sabotage("lasting", _("The session cookie lasts two weeks."), sabotages.let_session_cookie_last),),
    ),
    Control(
        key="accounts.keeping",
        clauses=("J3", "J4"),
        words=_("A sign-in is kept only when asked for, by a token for one use that is not stored as it is."),
        observe=observe_keeping,
        sabotages=(
            Sabotage("unasked", _("Every sign-in is kept."), sabotages.keep_everybody),
            Sabotage("no_rotation", _("The token stays the same."), sabotages.rotate_nothing),
            Sabotage("clear_token", _("The token is stored as it is."), sabotages.store_token),
            Sabotage("blind", _("A copied token goes unnoticed."), sabotages.overlook_copies),
        ),
    ),
)
