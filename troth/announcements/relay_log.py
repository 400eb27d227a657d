"""What the mail server's own log says about mails of which nobody knows whether they arrived.

Registered by whoever can read such a log: ``TROTH_RELAY_LOG`` names that of an own Postfix. Where nobody can, the class
of the notice decides.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from troth.announcements.tokens import make_message_id
from troth.kernel.ports import Registry


@dataclass(frozen=True, slots=True)
class RelayWord[Name]:
    """What a log says of the mails that it was asked about; whatever stands in neither was not taken.

    Arguments:
        taken: those that the relay took.
        undecided: those that it knows and of which it does not say whether it took them.
    """

    taken: frozenset[Name]
    undecided: frozenset[Name] = frozenset()


relay_logs: Registry[str, Callable[[Collection[str], datetime], RelayWord[str] | None]] = Registry(
    "log of a mail relay"
)
"""Name → returns what became of these Message-IDs (without brackets), none of which left before that moment; None where
it cannot say."""


def find_accepted(delivery_ids: Sequence[int], *, since: datetime) -> RelayWord[int] | None:
    """Return which deliveries the relay took; None where no log can say.

    Arguments:
        delivery_ids: of one notice.
        since: when that notice began.
    """
    by_message = {make_message_id(number): number for number in delivery_ids}
    words = [word for ask in relay_logs if (word := ask(by_message.keys(), since)) is not None]
    if not words:
        return None
    taken = {by_message[message_id] for word in words for message_id in word.taken}
    undecided = {by_message[message_id] for word in words for message_id in word.undecided}
    return RelayWord(frozenset(taken), frozenset(undecided - taken))
