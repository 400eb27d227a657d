"""``troth take_mail < mail``: takes one mail, as a mail server's pipe hands it over."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from troth.support.mailin.storing import take_mail
from troth.support.models.inbox import LARGEST_MAIL

COME_AGAIN = 75
"""EX_TEMPFAIL: the mail server keeps the mail, and comes again."""


class Command(BaseCommand):
    """Store one mail for the help desk. The same bytes a second time are the same mail."""

    help = "Store the mail that stands in the input for the help desk; a mail server's pipe calls it."

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        """Exit with 0 once it is stored, and with 75 where it cannot be now."""
        raw = sys.stdin.buffer.read(2 * LARGEST_MAIL)
        if not raw:
            self.stderr.write("There is no mail in the input.")
            sys.exit(1)
        try:
            take_mail(raw)
        except Exception as error:
            self.stderr.write(f"It could not be kept now: {type(error).__name__}")
            sys.exit(COME_AGAIN)
