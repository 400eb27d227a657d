"""A program that is killed: it joins, corrects and erases in real processes, at the word of the test that starts it."""

from datetime import timedelta
from typing import Any

from tests.kill.mortal import Deed, be_silent, close_connections, nothing, serve

LATER = timedelta(hours=2)
"""After so long no claim of a killed process counts any more: neither one in the index nor one on a last mail."""


# -- The deeds --------------------------------------------------------------------------------------------------------


def values_of(number: int) -> dict[str, Any]:
    """Return what person ``number`` registers with."""
    return {"name": f"Person {number}", "email": f"person{number}@example.org", "user_name": f"person{number}"}


def join(number: int) -> None:
    """Register, as the page does."""
    from troth.accounts.actions.registration import register

    register(values=values_of(number), password="nine calm ducks upon the mill pond")


def open_confirmed(number: int) -> Any:
    """Open an account and confirm it."""
    from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
    from django.db import transaction

    from troth.accounts.api import open_account, verify
    from troth.kernel.acting import acting, client
    from troth.kernel.purposes import Purpose

    account = open_account(values=values_of(number), encoded=UNUSABLE_PASSWORD_PREFIX, welcome=False)
    with acting(actor=client(account.id), purpose=Purpose.ACCOUNT), transaction.atomic():
        verify(account)
    return account


def correct(number: int) -> None:
    """Change the name, the address and the telephone number of a client, all in one save."""
    from troth.accounts.api import Profile, find_account
    from troth.kernel.acting import acting, client
    from troth.kernel.purposes import Purpose

    account = find_account(f"person{number}")
    with acting(actor=client(account.id), purpose=Purpose.ACCOUNT):
        profile = Profile.of(account.id)
        profile.name = f"Corrected {number}"
        profile.email = f"corrected{number}@example.org"
        profile.telephone = f"+1212555{number:04}"
        profile.save()


def open_leaving(number: int) -> None:
    """Open an account whose deletion is due."""
    from troth.kernel.acting import acting, client
    from troth.kernel.purposes import Purpose
    from troth.vault.api import start_erasure

    account = open_confirmed(number)
    with acting(actor=client(account.id), purpose=Purpose.RIGHTS):
        start_erasure(subject_id=account.id)


def erase(_number: int) -> None:
    """Run what the night runs."""
    from troth.vault.api import run_erasures

    run_erasures(report=be_silent)


DEEDS: dict[str, Deed] = {
    "join": (nothing, join),
    "correct": (open_confirmed, correct),
    "erase": (open_leaving, erase),
}


# -- How everything stands --------------------------------------------------------------------------------------------


def inspect() -> dict[str, Any]:
    """Do what the schedule does after a while, and tell how every person, the index, the keys and the record stand."""
    import time_machine

    from troth.kernel import clock
    from troth.ledger.reading import verify_ledger
    from troth.ledger.sealing import seal_entries
    from troth.vault.api import reconcile_index, run_erasures, verify_receipt
    from troth.vault.models import Erasure, IndexEntry

    with time_machine.travel(clock.now() + LATER, tick=True):
        run_erasures(report=be_silent)
        reconcile_index()
    seal_entries(sweep=True)
    receipts = list(Erasure.objects.values_list("receipt", flat=True))
    facts = {
        "people": {str(number): describe_person(number) for number in range(1, 200)},
        "receipts": receipts,
        "genuine": [verify_receipt(receipt).genuine for receipt in receipts],
        "erasures": sorted({str(erasure.state) for erasure in Erasure.objects.all()}),
        "claims": IndexEntry.objects.exclude(claimed_at=None).count(),
        "strays": find_strays(),
        "ledger": [str(finding) for finding in verify_ledger().findings],
    }
    close_connections()
    return facts


def describe_person(number: int) -> dict[str, Any]:
    """Tell under which values a person is found, and what the record of that person holds."""
    from troth.accounts.api import Profile
    from troth.kernel.acting import acting, client
    from troth.kernel.purposes import Purpose
    from troth.vault.api import find_subjects

    found = {
        value: find_subjects(attribute, value)
        for attribute, value in (
            (Profile.user_name, f"person{number}"),
            (Profile.email, f"person{number}@example.org"),
            (Profile.email, f"corrected{number}@example.org"),
            (Profile.telephone, f"+1212555{number:04}"),
        )
    }
    subjects = {subject for each in found.values() for subject in each}
    told: dict[str, Any] = {"found": sorted(value for value, each in found.items() if each), "rows": len(subjects)}
    for subject_id in subjects:
        with acting(actor=client(subject_id), purpose=Purpose.ACCOUNT):
            profile = Profile.of(subject_id)
            if profile is not None:
                opened = profile.open("name", "email", "user_name", "telephone", "greeting")
                told["values"] = {name: opened.show(name) for name in ("name", "email", "user_name")}
                told["telephone"] = bool(opened.telephone)
                told["greeting"] = opened.greeting
    return told


def find_strays() -> list[str]:
    """Return what belongs to no account: profiles, look-ups, links and mails whose account is not there."""
    from troth.accounts.api import Account, Profile
    from troth.accounts.models import MailedLink, Message
    from troth.vault.models import IndexEntry

    known = set(Account.objects.values_list("id", flat=True))
    strays = []
    for model in (Profile, MailedLink, Message, IndexEntry):
        owners = set(model._base_manager.values_list("subject_id", flat=True))
        strays.extend(f"{model._meta.label} of {owner}" for owner in owners - known)
    missing = known - set(Profile.objects.values_list("subject_id", flat=True))
    return strays + [f"account {owner} without a profile" for owner in missing]


if __name__ == "__main__":
    serve(DEEDS, inspect)
