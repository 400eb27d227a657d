"""Forms that correct, made of the declarations: one for each model, and one value at a time beside the value itself."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import Words
from troth.ui.api import reverse_url_or_none
from troth.vault.api import Attribute, DeclaredForm, SealedModel

FLOWS: Mapping[tuple[str, str], str] = {
    ("accounts.Profile", "email"): "accounts:email_change",
    ("accounts.Profile", "interests"): "accounts:interests",
}
"""Values that are corrected on a page of their own, with the page's name: a new address is confirmed before it counts,
and a choice of interests is recorded with the words that stood beside it."""


@cache
def is_correctable(attribute: Attribute) -> bool:
    """Return whether a person can type this value: what the program made itself (a record of a choice) is not.

    Asked for each value of the Admin page, and answered once a process: making the inputs takes longer than drawing
    the value, such as that of a time zone with its six hundred choices.
    """
    has_own_flow = (attribute.model._meta.label, attribute.name) in FLOWS
    return bool(attribute.form_fields()) and not has_own_flow and getattr(attribute.model, "correctable", True)


def find_flow_url(attribute: Attribute) -> str:
    """Return the address of the page on which this value is changed, or an empty text where that is done in place."""
    flow = FLOWS.get((attribute.model._meta.label, attribute.name))
    return reverse_url_or_none(flow) or "" if flow else ""


def list_correctable(model: type[SealedModel]) -> list[str]:
    """Return the names of the values of ``model`` that are corrected in place."""
    return [name for name, attribute in model.sealed_attributes.items() if is_correctable(attribute)]


@cache
def make_form(model: type[SealedModel], name: str) -> type[DeclaredForm]:
    """Return the form class that corrects the value ``name`` of ``model``; required ones stay required."""
    meta: dict[str, Any] = {"model": model, "attributes": (name,), "asked_at": ("rights:correct",)}
    form: type[DeclaredForm] = type(
        f"Correct{model.__name__}{name.title().replace('_', '')}",
        (DeclaredForm,),
        {"Meta": type("Meta", (), meta), "__doc__": "Corrects one value.", "__module__": __name__},
    )
    return form


def explain_refusal(attribute: Attribute) -> Words:
    """Return why a value is not corrected in place (A13)."""
    if not attribute.form_fields():
        return _(
            "The program made this record itself, so that it can be relied on. Report an error, and we look at it."
        )
    return _("This is the record of what was said at the time, and stays as it was said. You can report an error.")
