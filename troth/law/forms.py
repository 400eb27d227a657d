"""What staff enter here: documents, scopes, holds, breaches."""

from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.law.kinds import Ban, BreachKind, DemandKind, HoldKind
from troth.law.models import Breach, BreachStep, LegalRequest
from troth.vault.api import DeclaredForm, sealed_models


class DayField(forms.DateField):
    """A day, as browsers know it."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class MomentField(forms.DateTimeField):
    """A moment of the operator's clock."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    input_formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")


class RegisterForm(DeclaredForm):
    """A legal request as it was served."""

    kind = forms.ChoiceField(label=_("What was served"), choices=DemandKind)
    received_on = DayField(label=_("It reached us on"))
    answer_by = DayField(label=_("It wants an answer by"))
    ban = forms.ChoiceField(label=_("Is it forbidden to tell the client?"), choices=Ban, required=False)
    ban_until = DayField(
        label=_("The ban ends on"),
        help_text=_("The first day on which the client may be told. There is no ban without an end here."),
        required=False,
    )

    class Meta:
        """Asks what a document says."""

        model = LegalRequest
        attributes = ("authority", "demand", "document", "recipient_key")
        plain: ClassVar[dict[str, str]] = {
            "kind": "A choice out of a closed list.",
            "received_on": "A day in our own post-book.",
            "answer_by": "A day that the document names.",
            "ban": "A choice out of a closed list.",
            "ban_until": "A day that the document names.",
        }
        order = ("kind", "authority", "demand", "document", "received_on", "answer_by", "ban", "ban_until")
        asked_at = ("law:register",)

    def clean(self) -> dict[str, Any]:
        """Hold the days against each other."""
        cleaned = super().clean()
        received, due = cleaned.get("received_on"), cleaned.get("answer_by")
        if received and received > clock.now().astimezone(ZoneInfo(read_operator().time_zone)).date():
            self.add_error("received_on", _("This day has not come yet."))
        if received and due and due < received:
            self.add_error("answer_by", _("The answer cannot be due before the request came."))
        if bool(cleaned.get("ban")) != bool(cleaned.get("ban_until")):
            self.add_error("ban_until", _("A ban has an end, and an end belongs to a ban."))
        return cleaned


class FindSubjectForm(forms.Form):
    """By which exact value a client is found whom a document names."""

    by = forms.ChoiceField(
        label=_("Find by"), choices=[("email", _("E-mail address")), ("user_name", _("User name")), ("name", _("Name"))]
    )
    value = forms.CharField(label=_("Value"), max_length=254, help_text=_("Exactly as the document has it."))


class HoldForm(forms.Form):
    """What is held back, until when."""

    kind = forms.ChoiceField(label=_("What must be held back?"), choices=HoldKind)
    model = forms.ChoiceField(label=_("Which part of the record"))
    until = DayField(label=_("Until"), help_text=_("There is no hold without an end; it can be prolonged."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["model"].choices = [  # type: ignore[attr-defined]
            (model._meta.label, model._meta.verbose_name_plural) for model in sealed_models()
        ]


class BreachForm(DeclaredForm):
    """A breach as it is first known."""

    kind = forms.ChoiceField(label=_("What was harmed"), choices=BreachKind)
    began_at = MomentField(label=_("It began"))
    discovered_at = MomentField(label=_("We found it"), help_text=_("The clocks count from here."))
    high_risk = forms.BooleanField(
        label=_("Those whom it concerns are told"),
        help_text=_("Leave it ticked unless nothing can come of it for them."),
        required=False,
        initial=True,
    )

    class Meta:
        """Asks what happened."""

        model = Breach
        attributes = ("description", "consequences", "notice", "notice_second")
        plain: ClassVar[dict[str, str]] = {
            "kind": "A choice out of a closed list.",
            "began_at": "A moment in our own record.",
            "discovered_at": "A moment in our own record.",
            "high_risk": "A decision of ours.",
        }
        order = (
            "kind", "began_at", "discovered_at", "description", "consequences", "high_risk", "notice", "notice_second",
        )  # fmt: skip
        asked_at = ("law:record_breach",)

    def clean_began_at(self) -> datetime:
        """Read it in the operator's time zone."""
        return _in_zone(self.cleaned_data["began_at"])

    def clean_discovered_at(self) -> datetime:
        """Read it in the operator's time zone."""
        return _in_zone(self.cleaned_data["discovered_at"])


class NoticeForm(DeclaredForm):
    """What the authority and clients are told of a breach."""

    class Meta:
        """Asks what may come of it, and the notice in each language."""

        model = Breach
        attributes = ("consequences", "notice", "notice_second")
        asked_at = ("law:breach",)


class StepForm(DeclaredForm):
    """What was done about a breach."""

    class Meta:
        """Asks one declared value."""

        model = BreachStep
        attributes = ("text",)
        asked_at = ("law:breach",)


class ReachForm(forms.Form):
    """How far a breach reached."""

    actor = forms.ChoiceField(label=_("Whose looks are to be followed"), required=False)
    model = forms.ChoiceField(label=_("Or which part of everybody’s record"), required=False)

    def __init__(self, *args: Any, actors: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        none = [("", "—")]
        self.fields["actor"].choices = [*none, *actors]  # type: ignore[attr-defined]
        self.fields["model"].choices = [  # type: ignore[attr-defined]
            *none,
            *((model._meta.label, model._meta.verbose_name_plural) for model in sealed_models()),
        ]

    def clean(self) -> dict[str, Any]:
        """Want exactly one of the two."""
        cleaned = super().clean() or {}
        if bool(cleaned.get("actor")) == bool(cleaned.get("model")):
            raise forms.ValidationError(_("Choose whose looks, or which part of the record."))
        return cleaned


def _in_zone(moment: datetime) -> datetime:
    """Return what was typed as a moment of the operator's clock."""
    return moment.replace(tzinfo=ZoneInfo(read_operator().time_zone))
