"""The tables of this room."""

from troth.surveys.models.answering import Answer, Participation, Waiting, Wish
from troth.surveys.models.inviting import Invitee
from troth.surveys.models.personal import Contact, OwnAnswers, SurveyKey
from troth.surveys.models.releases import Release
from troth.surveys.models.surveys import Survey, SurveyReview

__all__ = [
    "Answer",
    "Contact",
    "Invitee",
    "OwnAnswers",
    "Participation",
    "Release",
    "Survey",
    "SurveyKey",
    "SurveyReview",
    "Waiting",
    "Wish",
]
