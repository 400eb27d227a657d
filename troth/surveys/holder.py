"""What this room holds about a client beside the sealed rows: that it took part or declined, and its wish."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import HeldItem, Words
from troth.surveys.definition.reading import read_definition
from troth.surveys.models import Invitee, Participation, Wish

_MODELS: tuple[type[Participation | Wish | Invitee], ...] = (Participation, Wish, Invitee)


class SurveyHolder:
    """Shows, erases and counts participations and the wish; answers of nobody cannot be found from here."""

    name = "surveys"
    label: Words = _("Surveys")
    tables = ("surveys.Participation", "surveys.Wish", "surveys.Invitee")

    def show(self, subject_id: UUID) -> Sequence[HeldItem]:
        """Return each part in a survey, and the wish."""
        page = reverse("surveys:mine")
        parts = Participation.objects.filter(subject_id=subject_id).select_related("survey")
        items = [
            HeldItem(
                key=f"survey-{each.survey_id}",
                label=read_definition(each.survey.definition).title,
                values={_("You"): each.get_part_display()},
                why=_("So that you are asked once and not again. It says neither when, nor what you answered."),
                kept=_("as long as the survey is on record, or until your account ends"),
                url=page,
            )
            for each in parts
        ]
        if Wish.objects.filter(subject_id=subject_id).exists():
            items.append(
                HeldItem(
                    key="survey-wish",
                    label=_("Your wish about surveys"),
                    values={_("Wish"): _("Never ask me")},
                    why=_("So that we ask you only as you like."),
                    kept=_("as long as you have an account"),
                    url=page,
                )
            )
        if (wish := Invitee.objects.filter(subject_id=subject_id).first()) is not None:
            items.append(
                HeldItem(
                    key="survey-invitations",
                    label=_("Your wish to be invited to surveys"),
                    values={_("Wish"): _("Invite me by mail as well"), _("Since"): wish.agreed_at},
                    why=_("So that only who wished it gets mail about surveys."),
                    kept=_("until you end it, or until your account ends"),
                    url=page,
                )
            )
        return items

    def erase(self, subject_id: UUID) -> int:
        """Remove it all."""
        return sum(each.objects.filter(subject_id=subject_id).delete()[0] for each in _MODELS)

    def count(self, subject_id: UUID) -> int:
        """Return how much is left."""
        return sum(each.objects.filter(subject_id=subject_id).count() for each in _MODELS)
