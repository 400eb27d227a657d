"""A thread as a page shows it: each message opened in the present context, with who said it and by what way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mailparser_reply import EmailReplyParser

from troth.kernel.card_numbers import was_struck
from troth.kernel.ports import Words
from troth.staff.api import describe_members
from troth.support.models import Attachment, Message
from troth.support.words import Direction, Origin


@dataclass(frozen=True, slots=True)
class Said:
    """One message, opened.

    Arguments:
        id: the message's id.
        at: when it was said.
        who: role and pseudonym of who wrote it for us; empty for the client.
        is_ours, is_note: whose it is.
        way: by what it came or goes.
        trust: how sure we are of the sender.
        text: what is new in it. quoted: what it quotes of before.
        files: its files, unopened.
        going: where it stands on its way out; empty for what came in.
        lost_card: whether a card number was struck out of it.
    """

    id: UUID
    at: datetime
    who: str
    is_ours: bool
    is_note: bool
    way: Words
    trust: Words
    text: str
    quoted: str
    files: Sequence[Attachment]
    going: Words
    lost_card: bool


def show_thread(messages: Sequence[Message]) -> list[Said]:
    """Return what was said, opened; each look is one row in the ledger."""
    names = describe_members(str(message.author) for message in messages if message.author)
    return [_show(message, names.get(str(message.author), "")) for message in messages]


def _show(message: Message, who: str) -> Said:
    body: str = message.open("body").body or ""
    text, quoted = (
        part_quote(body) if message.origin == Origin.MAIL and message.direction == Direction.IN else (body, "")
    )
    going = next(iter(message.outbound.all()), None)
    return Said(
        id=message.id,
        at=message.at,
        who=who,
        is_ours=message.direction != Direction.IN,
        is_note=message.direction == Direction.NOTE,
        way=message.get_origin_display(),
        trust=message.get_trust_display() if message.direction == Direction.IN else "",
        text=text,
        quoted=quoted,
        files=list(message.attachments.all()),
        going=going.get_state_display() if going is not None else "",
        lost_card=was_struck(body),
    )


def part_quote(body: str) -> tuple[str, str]:
    """Return what is new in a mail, and the rest. For the eye alone: what is stored is whole."""
    try:
        new = EmailReplyParser(languages=["en", "de"]).parse_reply(text=body) or ""
    except Exception:
        return body, ""
    at = body.find(new) if new else -1
    return (new, body[at + len(new) :].strip()) if at >= 0 else (body, "")
