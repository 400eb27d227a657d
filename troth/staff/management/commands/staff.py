"""``troth staff``: who works here, and in which role. The only way to the first member."""

import json
from argparse import ArgumentParser
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError

from troth.accounts.api import Profile
from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.errors import TrothError
from troth.kernel.operator import read_operator
from troth.kernel.purposes import Purpose
from troth.staff.actions import invite_member, readmit_member, suspend_member
from troth.staff.job import JOB
from troth.staff.models import StaffMember
from troth.staff.queries import list_members
from troth.staff.roles import Role
from troth.vault.api import find_subjects


class Command(BaseCommand):
    """Lists, invites, suspends and readmits members of staff."""

    help = "Who works here, and in which role."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the subcommands."""
        commands = parser.add_subparsers(dest="command", required=True)
        listing = commands.add_parser("list", help="Show all members, by pseudonym.")
        listing.add_argument("--json", action="store_true", help="Print JSON.")
        invite = commands.add_parser("invite", help="Give an account a role.")
        invite.add_argument("user_name", help="The account's user name.")
        invite.add_argument("role", choices=Role.values)
        invite.add_argument(
            "--trained-on",
            metavar="DATE",
            help="The day (YYYY-MM-DD) of a training passed elsewhere; the certificate counts from it.",
        )
        for name, words in (("suspend", "Shut a member out."), ("readmit", "Let a suspended member in again.")):
            commands.add_parser(name, help=words).add_argument("pseudonym", help="Such as “Heron 12”.")

    def handle(self, *args: Any, command: str, **options: Any) -> None:
        """Run the subcommand."""
        try:
            with acting(actor=system(JOB), purpose=Purpose.SECURITY):
                getattr(self, f"_{command}")(**options)
        except TrothError as error:
            raise CommandError(f"{error.message} {error.kept}".strip()) from None

    def _list(self, *, json: bool = False, **_options: Any) -> None:
        members = list_members()
        if json:
            self.stdout.write(_dump(members))
            return
        for member in members:
            standing = "active" if member.active else "suspended"
            until = member.certificate_until.date().isoformat() if member.certificate_until else "no certificate"
            self.stdout.write(f"{member.pseudonym:<16} {member.role:<16} {standing:<10} {until}")

    def _invite(self, *, user_name: str, role: str, trained_on: str | None, **_options: Any) -> None:
        found = find_subjects(Profile.user_name, user_name)
        if not found:
            raise CommandError("Nobody has this user name. The person registers first, like any client.")
        member = invite_member(subject_id=found[0], role=Role(role), certificate_until=_end_of_certificate(trained_on))
        self.stdout.write(f"{member.pseudonym}, {role}: invited. A second factor is needed to enter the console.")

    def _suspend(self, *, pseudonym: str, **_options: Any) -> None:
        suspend_member(_find(pseudonym))

    def _readmit(self, *, pseudonym: str, **_options: Any) -> None:
        readmit_member(_find(pseudonym))


def _find(pseudonym: str) -> StaffMember:
    member = StaffMember.objects.filter(pseudonym=pseudonym).first()
    if member is None:
        raise CommandError(f"Nobody is called {pseudonym}; “troth staff list” shows who is.")
    return member


def _end_of_certificate(trained_on: str | None) -> datetime | None:
    """Return the end of the last day on which a training of this day counts, or None where none was passed."""
    if trained_on is None:
        return None
    operator = read_operator()
    try:
        day = datetime.strptime(trained_on, "%Y-%m-%d").replace(tzinfo=ZoneInfo(operator.time_zone))
    except ValueError:
        raise CommandError("--trained-on takes a day such as 2026-11-22.") from None
    if day > clock.now():
        raise CommandError("--trained-on is in the future.")
    last_day = day.date() + timedelta(days=round(operator.numbers.certificate_months * 365.25 / 12))
    return datetime.combine(last_day, time.max, tzinfo=day.tzinfo)


def _dump(members: list[StaffMember]) -> str:
    return json.dumps(
        [
            {
                "pseudonym": member.pseudonym,
                "role": member.role,
                "active": member.active,
                "certificate_until": member.certificate_until.isoformat() if member.certificate_until else None,
            }
            for member in members
        ],
        indent=2,
    )
