"""``troth books``: compare our books with the card processor's, to the cent."""

import json
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from troth.kernel import clock
from troth.kernel.errors import TrothError
from troth.orders.books.checking import check_books, open_differences

_SOON = timedelta(hours=1)
"""More than a comparison takes, so that nothing of today is left out."""


class Command(BaseCommand):
    """Fetch the processor's account, compare it with our books, and say what does not agree; exit code 1 then."""

    help = "Compare our books with the card processor's."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare since when, and the form of the answer."""
        parser.add_argument("--since", type=date.fromisoformat, help="the first day, such as 2026-11-01; 35 days ago")
        parser.add_argument("--now", action="store_true", help="also what was touched within the last hour")
        parser.add_argument("--json", action="store_true", help="write JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Compare, and say so."""
        try:
            check = check_books(since=options["since"], until=clock.now() + _SOON if options["now"] else None)
        except TrothError as error:
            raise CommandError(" ".join(filter(None, (error.message, error.kept, error.next_step)))) from None
        found = open_differences()
        if options["json"]:
            rows = [
                {"payment": each.payment_ref, "kind": each.kind, "currency": each.currency,
                 "ours": each.ours_minor, "theirs": each.theirs_minor}
                for each in found
            ]  # fmt: skip
            self.stdout.write(json.dumps({"payments": check.payments, "since": str(check.since), "differences": rows}))
        else:
            self.stdout.write(f"{check.payments} payments since {check.since} compared; {len(found)} do not agree.")
            for each in found:
                sums = f"ours {each.ours.amount}, theirs {each.theirs.amount} {each.currency}"
                self.stdout.write(f"  {each.payment_ref} {each.kind}: {sums}")
        if found:
            raise CommandError("The books do not agree.", returncode=1)
