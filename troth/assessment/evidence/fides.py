"""A manifest of fideslang 3: the declarations of the vault and the register, in the taxonomy that they were made in."""

import re
from typing import Any

from django.conf import settings
from django.urls import reverse

from troth.assessment.evidence.claims import Recipient, describe_grounds, label_of, list_recipients, values_for
from troth.kernel.operator import read_operator
from troth.kernel.purposes import Purpose
from troth.vault.api import Attribute, all_attributes, sealed_models

SUBJECTS = ["customer"]


def make_manifest() -> dict[str, Any]:
    """Return the organisation, its systems, and the tables of personal values."""
    operator = read_operator()
    recipients = list(list_recipients())
    organisation = _key(operator.short_name)
    return {
        "organization": [{"fides_key": organisation, "name": operator.name}],
        "system": [
            _make_site(organisation, recipients),
            *(_make_company(organisation, each) for each in recipients),
        ],
        "dataset": [_make_dataset(organisation)],
    }


def _make_site(organisation: str, recipients: list[Recipient]) -> dict[str, Any]:
    site = settings.ENVIRONMENT.site
    return {
        "fides_key": "membership_site",
        "organization_fides_key": organisation,
        "name": "The membership site",
        "description": f"How the clauses stand that this rests on: {describe_grounds()}.",
        "system_type": "Application",
        "privacy_policy": site + reverse("statement:current"),
        "responsibility": ["Controller"],
        "egress": [
            {
                "fides_key": _key(each.key),
                "type": "system",
                "data_categories": _categories(attribute for attribute in _given(each)),
            }
            for each in recipients
        ],
        "privacy_declarations": [
            _make_declaration(purpose, values, recipients) for purpose in Purpose if (values := values_for(purpose))
        ],
    }


def _make_declaration(purpose: Purpose, values: list[Attribute], recipients: list[Recipient]) -> dict[str, Any]:
    receiving = [each for each in recipients if any(purpose in allowed for allowed in each.values.values())]
    shared = [
        attribute for each in receiving for attribute in _given(each) if purpose in each.values[label_of(attribute)]
    ]
    periods = sorted({str(each.keep.words) for each in values})
    declaration: dict[str, Any] = {
        "name": f"To {purpose.words}",
        "data_use": purpose.data_use,
        "data_categories": _categories(values),
        "data_subjects": SUBJECTS,
        "retention_period": "; ".join(periods),
        "data_shared_with_third_parties": bool(receiving),
    }
    if receiving:
        declaration["third_parties"] = ", ".join(each.name for each in receiving)
        declaration["shared_categories"] = _categories(shared)
        declaration["egress"] = [_key(each.key) for each in receiving]
    return declaration


def _make_company(organisation: str, recipient: Recipient) -> dict[str, Any]:
    return {
        "fides_key": _key(recipient.key),
        "organization_fides_key": organisation,
        "name": recipient.name,
        "description": recipient.what_for,
        "system_type": "Service",
        "responsibility": ["Processor"],
        "privacy_declarations": [],
    }


def _make_dataset(organisation: str) -> dict[str, Any]:
    return {
        "fides_key": "personal_values",
        "organization_fides_key": organisation,
        "name": "Personal values",
        "description": "Every table that holds sealed values of a person.",
        "data_categories": _categories(all_attributes()),
        "collections": [
            {
                "name": model._meta.label,
                "fields": [
                    {
                        "name": each.name,
                        "description": str(each.label),
                        "data_categories": [each.category],
                    }
                    for each in model.sealed_attributes.values()
                ],
            }
            for model in sealed_models()
        ],
    }


def _given(recipient: Recipient) -> list[Attribute]:
    return [each for each in all_attributes() if label_of(each) in recipient.values]


def _categories(attributes: Any) -> list[str]:
    return sorted({each.category for each in attributes})


def _key(text: str) -> str:
    """Return a key of fideslang: letters, digits and ``_ . -`` alone."""
    return re.sub(r"[^a-zA-Z0-9_.-]+", "_", text).strip("_")
