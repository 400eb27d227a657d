"""What the mail server's own log says about mails of which nobody knows whether they arrived.

Registered by whoever can read such a log: the demo by its mailbox, an operator with a server of its own by the path of
its log. Where nobody can, the class of the notice decides.
"""

from collections.abc import Callable, Collection, Sequence

from troth.announcements.tokens import make_message_id
from troth.kernel.ports import Registry

relay_logs: Registry[str, Callable[[Collection[str]], set[str] | None]] = Registry("log of a mail relay")
"""Name → returns those of these Message-IDs (without brackets) that the relay took; None where it cannot say."""


def find_accepted(delivery_ids: Sequence[int]) -> set[int] | None:
    """Return the deliveries that the relay took; None where no log can say."""
    by_message = {make_message_id(number): number for number in delivery_ids}
    known: set[int] | None = None
    for ask in relay_logs:
        found = ask(by_message.keys())
        if found is not None:
            known = (known or set()) | {by_message[message_id] for message_id in found}
    return known
