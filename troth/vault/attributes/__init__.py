"""The kinds of personal value, and what is declared with each.

A model's personal attributes are declared on it like fields; they live together in its one sealed column:

    class Profile(SealedModel):
        telephone = Telephone(
            label=_("Telephone"),
            category="user.contact.phone_number",
            purposes=(Purpose.SUPPORT, Purpose.SHIPPING),
            why=_("We call you on it if you wish to be answered by telephone."),
            keep=Keep.WITH_ACCOUNT,
            lookup=Lookup.EXACT,
        )

From the declaration come the form field with its reason, the public list of what is collected, export, erasure,
retention, the data map, and what the door allows.
"""

from troth.vault.attributes.base import MASK, Attribute, Keep, Lookup, SealedValue, Trigger
from troth.vault.attributes.contact import Email, PostalAddress, Telephone
from troth.vault.attributes.plain import Choice, Choices, Date, File, LongText, Text
from troth.vault.attributes.structure import Json, JsonPart, show_day, show_moment

__all__ = [
    "MASK",
    "Attribute",
    "Choice",
    "Choices",
    "Date",
    "Email",
    "File",
    "Json",
    "JsonPart",
    "Keep",
    "LongText",
    "Lookup",
    "PostalAddress",
    "SealedValue",
    "Telephone",
    "Text",
    "Trigger",
    "show_day",
    "show_moment",
]
