"""What staff enter about a company. Nothing of a client is asked here, and each form that takes a paper says so."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from troth.kernel.operator import read_operator
from troth.kernel.ports import Words
from troth.kernel.purposes import Purpose
from troth.processors.models import AllowedField, Deletes, Processor
from troth.processors.seed import FACTS
from troth.statement.api import clauses
from troth.vault.api import Attribute, SealedModel, sealed_models

_NO_CLIENTS = _("A PDF, an image or plain text, at most 8 MB. Nothing of a client may stand in it.")


class DayField(forms.DateField):
    """A day, as browsers know it."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AgreementForm(forms.Form):
    """A signed agreement."""

    title = forms.CharField(label=_("Title"), max_length=200)
    signed_on = DayField(label=_("In force from"))
    runs_until = DayField(label=_("Last day"))
    document = forms.FileField(label=_("The signed paper"), help_text=_NO_CLIENTS)

    def facts(self) -> dict[str, Any]:
        """Return what the change needs."""
        return {
            "title": self.cleaned_data["title"],
            "signed_on": _iso(self.cleaned_data["signed_on"]),
            "runs_until": _iso(self.cleaned_data["runs_until"]),
        }


class AuditForm(forms.Form):
    """What an audit found."""

    done_on = DayField(label=_("Audited on"))
    findings = forms.CharField(
        label=_("What it found"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("In short; the report says the rest. Nothing of a client may stand here."),
    )  # fmt: skip
    document = forms.FileField(label=_("The report"), help_text=_NO_CLIENTS)
    next_on = DayField(
        label=_("Next audit by"), required=False, help_text=_("Without a planned audit, nothing tells you of the next.")
    )

    def facts(self, audit_id: Any) -> dict[str, Any]:
        """Return what the change needs."""
        following = self.cleaned_data["next_on"]
        return {
            "audit": str(audit_id),
            "done_on": _iso(self.cleaned_data["done_on"]),
            "findings": self.cleaned_data["findings"],
            "next_on": _iso(following) if following else "",
        }


class PlanForm(forms.Form):
    """When the next audit is due."""

    due_on = DayField(
        label=_("Audit by"), help_text=_("If it is not done by then, nothing more leaves to the company.")
    )


class _LanguagesForm(forms.Form):
    """A form with texts in each language of the site: ``texts`` names them."""

    texts: Mapping[str, Words] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.texts.items():
            for language in read_operator().languages:
                self.fields[f"{name}_{language}"] = forms.CharField(
                    label=f"{label} ({language})", max_length=400, widget=forms.Textarea(attrs={"rows": 2})
                )

    def read_texts(self, name: str) -> dict[str, str]:
        """Return one text, by language."""
        return {language: self.cleaned_data[f"{name}_{language}"] for language in read_operator().languages}


class ExceptionForm(_LanguagesForm):
    """Why a company that cannot delete on request is used all the same, and until when."""

    texts: Mapping[str, Words] = {"reason": _("Why we use it all the same")}
    until = DayField(label=_("The exception ends on"))

    def facts(self) -> dict[str, Any]:
        """Return what the change needs."""
        return {"reason": self.read_texts("reason"), "until": _iso(self.cleaned_data["until"])}


class SubProcessorForm(_LanguagesForm):
    """A company that the company hires itself."""

    texts: Mapping[str, Words] = {"what_for": _("What it does")}
    name = forms.CharField(label=_("Name"), max_length=200)
    country = forms.RegexField(
        r"[A-Z]{2}", label=_("Country"), strip=True, max_length=2, help_text=_("Its two letters, such as IE.")
    )

    def facts(self) -> dict[str, Any]:
        """Return what the change needs."""
        return {
            "name": self.cleaned_data["name"],
            "what_for": self.read_texts("what_for"),
            "country": self.cleaned_data["country"],
        }


class FactsForm(_LanguagesForm):
    """What the register, and the public page, say of a company."""

    texts: Mapping[str, Words] = {
        "what_for": _("What it does for us"),
        "retention": _("How long it keeps what it receives"),
        "deletion_words": _("How it deletes"),
    }
    name = forms.CharField(label=_("Name"), max_length=200)
    country = forms.CharField(label=_("Country"), max_length=2, help_text=_("Its two letters, such as IE."))
    clause = forms.ChoiceField(label=_("The clause that tells clients of it"))
    retention_days = forms.IntegerField(
        label=_("Deletes by itself after"), min_value=1, max_value=36524, required=False, help_text=_("In days.")
    )
    deletes = forms.ChoiceField(label=_("When we ask it to delete"), choices=Deletes)
    hosts = forms.CharField(
        label=_("Where the program may reach it"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One host a line, such as api.example.org. No other is spoken to."),
    )  # fmt: skip

    def __init__(self, *args: Any, processor: Processor, **kwargs: Any) -> None:
        self.processor = processor
        start: dict[str, Any] = {
            name: getattr(processor, name) for name in ("name", "country", "clause", "retention_days", "deletes")
        }
        start["hosts"] = "\n".join(processor.hosts)
        for name in self.texts:
            start |= {f"{name}_{language}": text for language, text in getattr(processor, name).items()}
        super().__init__(*args, initial=start, **kwargs)
        choices = [(clause.id, f"{clause.id} {clause.words}") for clause in clauses()]
        self.fields["clause"].choices = choices  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """Return what differs from the register, and nothing else."""
        said: dict[str, Any] = {
            name: self.cleaned_data[name] for name in ("name", "country", "clause", "retention_days", "deletes")
        }
        said |= {name: self.read_texts(name) for name in self.texts}
        said["hosts"] = [line.strip() for line in self.cleaned_data["hosts"].splitlines() if line.strip()]
        return {
            name: value
            for name, value in said.items()
            if name in FACTS and value is not None and value != getattr(self.processor, name)
        }


class NewCompanyForm(FactsForm):
    """A company that is not in the register yet."""

    key = forms.CharField(
        label=_("Its key"), max_length=60,
        help_text=_("Its name in every record, for good: small letters, digits and hyphens, such as framing-studio."),
    )  # fmt: skip
    field_order = ("key", "name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        empty: dict[str, Any] = {name: {} for name in self.texts}
        super().__init__(*args, processor=Processor(hosts=[], **empty), **kwargs)


# -- The list of what a company may receive, chosen from the declarations --------------------------------------------


def list_choices(processor: Processor) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return, table by table, each value with each purpose that it is asked for and the company is not allowed yet.

    A choice is ``label|purpose`` and its words; an address can be chosen by its parts.
    """
    held = set(AllowedField.objects.filter(processor=processor).values_list("label", "purpose"))
    tables = []
    for model in sorted(sealed_models(), key=lambda each: str(each._meta.verbose_name)):
        choices = [
            (f"{label}|{purpose}", f"{words}: {purpose.words}")
            for attribute in model.sealed_attributes.values()
            for label, words in _name_all(model, attribute)
            for purpose in Purpose
            if purpose in attribute.purposes and (label, purpose) not in held
        ]
        if choices:
            tables.append((str(model._meta.verbose_name_plural), choices))
    return tables


def read_choices(chosen: Iterable[str]) -> list[list[str]]:
    """Return pairs of label and purpose of what was ticked; what is no pair is left out, and judged by the action."""
    return [choice.split("|", 1) for choice in chosen if "|" in choice]


def _name_all(model: type[SealedModel], attribute: Attribute) -> list[tuple[str, str]]:
    label = f"{model._meta.label}.{attribute.name}"
    parts: Mapping[str, Any] = getattr(attribute, "parts", {}) if attribute.kind == "postal_address" else {}
    whole = (label, str(attribute.label))
    return [whole, *((f"{label}/{part}", f"{attribute.label}: {words[0]}") for part, words in parts.items())]


def _iso(day: date) -> str:
    return day.isoformat()
