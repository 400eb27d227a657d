"""The checks of second factors (A2), of what details change (B4), and that account mails leave (G1)."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pyotp
from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from troth.accounts import mails
from troth.accounts import sabotages_account as sabotages
from troth.accounts.actions.factors import add_factor
from troth.accounts.canary import Canary, vanishing_canary
from troth.accounts.controls import Notes
from troth.accounts.factors import codes
from troth.accounts.models import Account, FactorKind, Message
from troth.accounts.sign_in import find_home
from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.ports import Control, Observation, Sabotage, controls
from troth.kernel.purposes import Purpose
from troth.ui.api import reverse_url_or_none

_LOOKED_AT, _LONGEST_WAIT = timedelta(days=7), timedelta(hours=4)
"""A mailed link lives for three days: what is a week old helps nobody. A mail server may be down for a night."""
GREETING = "Canary of the morning"


def observe_second_factor() -> Observation:
    """Set codes up; sign in with the password alone, with a wrong code, with the right one, and with it once more."""
    notes = Notes()
    with vanishing_canary() as canary:
        canary.join()
        canary.confirm()
        seed = codes.make_seed()
        _add_generator(canary, seed)
        code = pyotp.TOTP(seed).at(clock.now())
        canary.sign_in()
        notes.expect(not canary.is_signed_in(), "a password alone opened an account with a second factor")
        canary.post("accounts:second_factor", code="not a code")
        notes.expect(not canary.is_signed_in(), "a wrong code opened an account")
        canary.post("accounts:second_factor", code=code)
        notes.expect(canary.is_signed_in(), "the right code did not open the account")
        canary.sign_in()
        canary.post("accounts:second_factor", code=code)
        notes.expect(not canary.is_signed_in(), "a code was good for a second use")
    return notes.observation()


def _add_generator(canary: Canary, seed: str) -> None:
    account = canary.account
    if account is not None:
        with acting(actor=client(account.id), purpose=Purpose.SECURITY):
            add_factor(subject_id=account.id, kind=FactorKind.CODES, credential={"seed": seed})


def observe_effects() -> Observation:
    """Give language, time zone, greeting and birthday, and look at the pages before and after."""
    notes = Notes()
    now = clock.now()
    languages = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
    # There the day begins hours before it does here, and the wish comes on the client's own day.
    there = now.astimezone(ZoneInfo("Asia/Tokyo"))
    details = {"greeting": GREETING, "time_zone": "Asia/Tokyo", "birthday": f"1960-{there:%m-%d}"}
    with vanishing_canary() as canary:
        canary.join()
        canary.confirm()
        record = reverse_url_or_none("rights:record") or find_home()
        before, times_before = _read(canary, find_home()), _read(canary, record)
        for language in languages:
            canary.post("accounts:details", language=language)
            page = _read(canary, find_home())
            notes.expect(f'<html lang="{language}"' in page, f"the pages did not come in the language “{language}”")
        canary.post("accounts:details", **details)
        after, times_after = _read(canary, find_home()), _read(canary, record)
        notes.expect(GREETING in after and GREETING not in before, "the page did not greet as it was told")
        notes.expect("Tokyo" in times_after and "Tokyo" not in times_before, "times were not shown in the zone given")
        wish = "Today is your birthday"
        notes.expect(wish in after and wish not in before, "the birthday was not wished on the day")
    return notes.observation(languages=languages)


def _read(canary: Canary, path: str) -> str:
    return str(canary.browser.get(path).content.decode())


def observe_leaving() -> Observation:
    """Look at the account mails of the last week: each left within hours, or what it was about has gone."""
    now = clock.now()
    asked = Message.objects.filter(made_at__gte=now - _LOOKED_AT).filter(
        Exists(Account.objects.filter(pk=OuterRef("subject_id")))
    )
    stuck = asked.filter(sent_at=None, made_at__lt=now - _LONGEST_WAIT).order_by("made_at")
    failures = [
        f"{kind}, asked for on {made_at:%Y-%m-%d %H:%M}: {tries} tries, not sent"
        for kind, made_at, tries in stuck.values_list("kind", "made_at", "tries")[:20]
    ]
    return Observation(examined=asked.count() + len(list(mails.kinds)), failures=failures)


def register() -> None:
    """Register the checks; called once, at start-up."""
    for control in _CONTROLS:
        controls.register(control.key, control)


_CONTROLS = (
    Control(
        key="accounts.second_factor",
        clauses=("A2",),
        words=_("An account with a second factor does not open by the password alone, and a code is good once."),
        observe=observe_second_factor,
        sabotages=(
            Sabotage("skipped", _("The sign-in forgets to ask for the code."), sabotages.skip_second_factor),
            Sabotage("twice", _("A code can be used again."), sabotages.forget_used_codes),
            Sabotage("any", _("Any code is right."), sabotages.accept_any_code),
        ),
    ),
    Control(
        key="accounts.effects",
        clauses=("B4",),
        words=_("Language, time zone, greeting and birthday change the pages as the form says."),
        observe=observe_effects,
        sabotages=(
            Sabotage("unread", _("What was chosen is not read."), sabotages.read_no_preferences),
            Sabotage("nameless", _("The greeting is left out."), sabotages.drop_greeting),
        ),
        every=timedelta(hours=6),
    ),
    Control(
        key="accounts.leaving",
        clauses=("G1",),
        words=_("The welcome mail and every other mail about an account leaves within four hours."),
        observe=observe_leaving,
        sabotages=(
            Sabotage("given_up", _("A welcome mail is given up after ten tries."), sabotages.give_a_mail_up),
            Sabotage("lost", _("The task of a welcome mail is lost."), sabotages.lose_a_mail),
        ),
        every=timedelta(hours=1),
    ),
)
