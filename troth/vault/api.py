"""The vault's border: what other rooms may use."""

from troth.vault.attributes import (
    MASK,
    Attribute,
    Choice,
    Choices,
    Date,
    Email,
    File,
    Json,
    Keep,
    LongText,
    Lookup,
    PostalAddress,
    SealedValue,
    Telephone,
    Text,
    Trigger,
)
from troth.vault.countries import list_countries
from troth.vault.declarations import all_attributes, declare_not_personal, get_attribute, sealed_models
from troth.vault.events import Event
from troth.vault.forms import DeclaredForm, forms_of_house, input_name
from troth.vault.index import Taken, find_subjects
from troth.vault.models import KeyClass
from troth.vault.sealed import Opened, SealedModel

__all__ = [
    "MASK",
    "Attribute",
    "Choice",
    "Choices",
    "Date",
    "DeclaredForm",
    "Email",
    "Event",
    "File",
    "Json",
    "Keep",
    "KeyClass",
    "LongText",
    "Lookup",
    "Opened",
    "PostalAddress",
    "SealedModel",
    "SealedValue",
    "Taken",
    "Telephone",
    "Text",
    "Trigger",
    "all_attributes",
    "declare_not_personal",
    "find_subjects",
    "forms_of_house",
    "get_attribute",
    "input_name",
    "list_countries",
    "sealed_models",
]
