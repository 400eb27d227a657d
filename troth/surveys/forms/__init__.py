"""The forms of this room: a survey as a client answers it, and as staff build it."""

from troth.surveys.forms.answering import AnswerForm, CodeForm
from troth.surveys.forms.building import QuestionForm, RefusalForm, ReviewForm, TermsForm

__all__ = ["AnswerForm", "CodeForm", "QuestionForm", "RefusalForm", "ReviewForm", "TermsForm"]
