"""The help desk's tables."""

from troth.support.models.cases import Attachment, Case, Message
from troth.support.models.contacts import CallTry, ContactWish, Decision, Outbound
from troth.support.models.inbox import InboundMail

__all__ = ["Attachment", "CallTry", "Case", "ContactWish", "Decision", "InboundMail", "Message", "Outbound"]
