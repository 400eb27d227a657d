"""From an address to a table: the label in a link must be that of a table with sealed values, and the value its own."""

from django.apps import apps
from django.http import Http404

from troth.vault.api import Attribute, SealedModel


def find_model(label: str) -> type[SealedModel]:
    """Return the sealed model of this label, such as ``accounts.Profile``; raise Http404 for any other."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        raise Http404 from None
    if not issubclass(model, SealedModel):
        raise Http404
    return model


def find_attribute(label: str, name: str) -> Attribute:
    """Return the declared value ``name`` of this table; raise Http404 where there is none."""
    attribute = find_model(label).sealed_attributes.get(name)
    if attribute is None:
        raise Http404
    return attribute
