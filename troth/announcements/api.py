"""The border of announcements: what other rooms may use. A notice of a thing of theirs is sent with that thing."""

from troth.announcements.audience import letter_wishes
from troth.announcements.drafting import Blocks, Particulars, discard_notice, edit_notice, submit_notice, write_notice
from troth.announcements.kinds import MOVING, DeliveryState, NoticeClass, NoticeState, SkipCause
from troth.announcements.models import Bounce, Delivery, Notice, NoticeReview
from troth.announcements.queries import About, about_finders, describe_progress
from troth.announcements.readers import Readers, choice_of, keep_readers, list_readers, readers
from troth.announcements.reviewing import count_approvals, count_needed, review_notice, take_back_lapsed
from troth.announcements.running import begin_notice, cancel_notice, hold_notices, list_recipients, mail_after_all
from troth.announcements.tasks import send_notice
from troth.announcements.texts import MailTemplate, make_templates

__all__ = [
    "MOVING",
    "About",
    "Blocks",
    "Bounce",
    "Delivery",
    "DeliveryState",
    "MailTemplate",
    "Notice",
    "NoticeClass",
    "NoticeReview",
    "NoticeState",
    "Particulars",
    "Readers",
    "SkipCause",
    "about_finders",
    "begin_notice",
    "cancel_notice",
    "choice_of",
    "count_approvals",
    "count_needed",
    "describe_progress",
    "discard_notice",
    "edit_notice",
    "hold_notices",
    "keep_readers",
    "letter_wishes",
    "list_readers",
    "list_recipients",
    "mail_after_all",
    "make_templates",
    "readers",
    "review_notice",
    "send_notice",
    "submit_notice",
    "take_back_lapsed",
    "write_notice",
]
