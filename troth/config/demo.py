"""The demo's invented people, made on the first run of a demo by the same actions that the pages call.

All of them are invented and live at example domains. Their passwords are printed at each start and lie in the clear in
``demo.json``: a demo is not a place for real people, and the pages say so.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pyotp
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from troth.accounts.api import Account, Profile, add_codes, find_account, open_account, verify
from troth.config.standins import running_card_standin
from troth.feedback.api import make_demo_feedback
from troth.kernel import clock
from troth.kernel.acting import acting, client, system
from troth.kernel.operator import read_operator
from troth.kernel.purposes import Purpose
from troth.law.api import make_demo_records
from troth.orders.api import make_demo_members
from troth.staff.api import Role, invite_member, make_past_incident
from troth.support.api import make_demo_cases
from troth.surveys.api import make_demo_surveys

_ANSWERING = ("jörg.w", "sakura", "wilhelmina", "casimir")
"""Clients of the demo that answered the survey whose results are out."""

LAPSED = "casper"
"""The member whose training certificate has run out: the console shows him what waits, and no value."""

PASSWORD = "a small card beside each thing"  # noqa: S105  the demo's people are invented, and so is this


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person.

    Arguments:
        name, email, user_name: as the registration form takes them.
        interests: keys of the operator's interests.
        details: optional values of the profile, name to value.
        role: a role of staff, or empty for a client.
        days_ago: when the account was opened.
    """

    name: str
    email: str
    user_name: str
    interests: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    role: str = ""
    days_ago: int = 0


PEOPLE = (
    Person(
        name="Ottilie Farnsworth",
        email="ottilie@collector.example.org",
        user_name="ottilie",
        interests=("collection_management", "events"),
        days_ago=941,
        details={
            "greeting": "Ottilie",
            "telephone": "+1 212 555 0142",
            "address": {
                "country_code": "US",
                "street_address": "1 Example Plaza",
                "city": "New York",
                "country_area": "NY",
                "postal_code": "10001",
            },
            "birthday": date(1961, 5, 4),
            "time_zone": "America/New_York",
            "currency": "USD",
            "units": "imperial",
            "collects": "Nautical instruments, mostly sextants before 1850.",
        },
    ),
    Person(
        name="Jörg Weißhäupl-Ångström",
        email="joerg@sammlung.example.com",
        user_name="jörg.w",
        interests=("appraisals",),
        days_ago=802,
        details={
            "language": "de",
            "address": {
                "country_code": "AT",
                "street_address": "Beispielgasse 7",
                "city": "Wien",
                "postal_code": "1010",
            },
            "time_zone": "Europe/Vienna",
            "currency": "EUR",
            "units": "metric",
        },
    ),
    Person(
        name="三浦 さくら",
        email="sakura@museum.example.net",
        user_name="sakura",
        interests=("conservation", "events"),
        days_ago=231,
    ),
    Person(name="Wilhelmina Osei", email="wilhelmina@museum.example.net", user_name="wilhelmina", days_ago=229),
    Person(name="Casimir Bright", email="casimir@shelf.example.org", user_name="casimir", days_ago=96),
    Person(
        name="Nneka Okafor",
        email="nneka@archive.example.org",
        user_name="nneka",
        days_ago=377,
        details={"telephone": "+1 212 555 0163"},
    ),
    Person(
        name="Rosalind Achterberg", email="rosalind@staff.example.com", user_name="rosalind", role="privacy_officer"
    ),
    Person(name="Tobias Quill", email="tobias@staff.example.com", user_name="tobias", role="service"),
    Person(name="Ines Maurer", email="ines@staff.example.com", user_name="ines", role="administrator"),
    Person(name="Wolfram Adeyemi", email="wolfram@trustee.example.org", user_name="wolfram", role="reviewer"),
    Person(name="Hedda Mwangi", email="hedda@trustee.example.org", user_name="hedda", role="reviewer"),
    Person(name="Aoife Brennan", email="aoife@staff.example.com", user_name="aoife", role="fulfilment"),
    Person(name="Mirela Stan", email="mirela@staff.example.com", user_name="mirela", role="billing"),
    Person(name="Casper Lindqvist", email="casper@staff.example.com", user_name="casper", role="service"),
)


def make_demo() -> None:
    """Make the invented people, once; a second call does nothing."""
    path = settings.ENVIRONMENT.data / "demo.json"
    if path.exists() or Account.objects.exists():
        return
    encoded = make_password(PASSWORD)
    signed_in = []
    for person in sorted(PEOPLE, key=lambda each: -each.days_ago):
        with clock.told(clock.now() - timedelta(days=person.days_ago) if person.days_ago else None):
            signed_in.append(_make_person(person, encoded))
    make_past_incident()
    _make_members()
    _make_records()
    path.write_text(json.dumps(signed_in, indent=2, ensure_ascii=False), encoding="utf-8")
    path.chmod(0o600)


def _make_members() -> None:
    """Let the clients have been members for a while, paying at the card stand-in; nothing where it does not answer."""
    with running_card_standin(settings.ENVIRONMENT) as type_card:
        if type_card is None:
            return
        clients = {person.user_name: find_account(person.user_name) for person in PEOPLE if not person.role}
        people = {name: account.id for name, account in clients.items() if account is not None}
        make_demo_members(people, type_card=type_card)


def _make_records() -> None:
    """Let a court have asked about one of the invented clients, and this client have asked something."""
    account = find_account("nneka")
    if account is not None:
        make_demo_records(subject_id=account.id)
        make_demo_cases(subject_id=account.id)
    clients = [found.id for name in _ANSWERING if (found := find_account(name)) is not None]
    make_demo_surveys(clients=clients)
    make_demo_feedback(clients=clients)


def _make_person(person: Person, encoded: str) -> dict[str, str]:
    values = {"name": person.name, "email": person.email, "user_name": person.user_name, "interests": person.interests}
    with transaction.atomic():
        account = open_account(values=values, encoded=encoded, welcome=False)
        with acting(actor=client(account.id), purpose=Purpose.ACCOUNT):
            verify(account)
            if person.details:
                _give_details(account.id, person.details)
    sign_in = {"role": person.role.replace("_", " ") or "client", "username": person.user_name, "password": PASSWORD}
    return {**sign_in, "seed": _employ(account.id, person)} if person.role else sign_in


def _give_details(subject_id: UUID, details: Mapping[str, Any]) -> None:
    profile = Profile.of(subject_id)
    if profile is None:
        return
    for name, value in details.items():
        setattr(profile, name, value)
    profile.save()


def _employ(subject_id: UUID, person: Person) -> str:
    """Make a member of staff, whose training counts from today and whose generator of codes the mailbox page plays.

    Returns the generator's secret.
    """
    term = timedelta(days=30 * read_operator().numbers.certificate_months)
    with acting(actor=system("operator"), purpose=Purpose.UPKEEP):
        until = clock.now() + (-timedelta(days=3) if person.user_name == LAPSED else term)
        invite_member(subject_id=subject_id, role=Role(person.role), certificate_until=until)
    generator = pyotp.TOTP(pyotp.random_base32(32))
    with acting(actor=client(subject_id), purpose=Purpose.SECURITY):
        # The code of the step before: adding uses a code up, and the present one is for signing in.
        before = generator.at(clock.now(), counter_offset=-1)
        add_codes(subject_id=subject_id, seed=generator.secret, code=before, label="Demo")
    return generator.secret


def read_codes() -> list[tuple[str, str]]:
    """Return user name and present one-time code of the demo's staff, for the mailbox page."""
    path = settings.ENVIRONMENT.data / "demo.json"
    if not settings.ENVIRONMENT.demo or not path.exists():
        return []
    people = json.loads(path.read_text(encoding="utf-8"))
    return [(each["username"], pyotp.TOTP(each["seed"]).at(clock.now())) for each in people if "seed" in each]
