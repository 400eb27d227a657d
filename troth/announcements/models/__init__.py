"""The tables of this room."""

from troth.announcements.models.delivering import Bounce, Delivery, Pace
from troth.announcements.models.notices import Notice, NoticeReview, NoticeText

__all__ = ["Bounce", "Delivery", "Notice", "NoticeReview", "NoticeText", "Pace"]
