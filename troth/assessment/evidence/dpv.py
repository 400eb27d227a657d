"""Who does what with which values, as JSON-LD in the words of the Data Privacy Vocabulary 2 (W3C community group).

No legal basis is claimed: the statement names none, and which law holds differs from client to client.
"""

from typing import Any

from django.conf import settings
from django.urls import reverse

from troth.assessment.evidence.claims import Recipient, describe_grounds, label_of, list_recipients, values_for
from troth.kernel.operator import read_operator
from troth.kernel.purposes import Purpose
from troth.statement.api import current_version
from troth.vault.api import Attribute, all_attributes

CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "dct": "http://purl.org/dc/terms/",
    "loc": "https://w3id.org/dpv/loc#",
}

PURPOSES = {
    Purpose.ACCOUNT: "dpv:AccountManagement",
    Purpose.SECURITY: "dpv:EnforceSecurity",
    Purpose.SERVICE_MESSAGES: "dpv:CommunicationManagement",
    Purpose.NEWS: "dpv:DirectMarketing",
    Purpose.PERSONALISATION: "dpv:Personalisation",
    Purpose.ORDERS: "dpv:CustomerOrderManagement",
    Purpose.BILLING: "dpv:PaymentManagement",
    Purpose.SHIPPING: "dpv:DeliveryOfGoods",
    Purpose.SUPPORT: "dpv:CustomerCare",
    Purpose.SURVEYS: "dpv:ImproveExistingProductsAndServices",
    Purpose.RIGHTS: "dpv:LegalCompliance",
    Purpose.LEGAL: "dpv:LegalCompliance",
    Purpose.UPKEEP: "dpv:IncreaseServiceRobustness",
    Purpose.TRANSITION: "dpv:OrganisationGovernance",
}

CATEGORIES = {
    "user.name": "pd:Name",
    "user.contact.email": "pd:EmailAddress",
    "user.contact.phone_number": "pd:TelephoneNumber",
    "user.contact.address": "pd:PhysicalAddress",
    "user.demographic.date_of_birth": "pd:BirthDate",
    "user.demographic.age_range": "pd:AgeRange",
    "user.demographic.language": "pd:Language",
    "user.financial": "pd:Financial",
}
"""fideslang's category → the vocabulary's class; a value of another category is a ``dpv:PersonalData``."""


def make_handling() -> dict[str, Any]:
    """Return one process for each purpose, with the values, the companies, and how long."""
    recipients = list(list_recipients())
    processes = [_make_process(purpose, values, recipients) for purpose in Purpose if (values := values_for(purpose))]
    return {
        "@context": CONTEXT,
        "@graph": [
            _make_controller(),
            _make_notice(),
            *(_make_value(each) for each in sorted(all_attributes(), key=label_of)),
            *(_make_company(each) for each in recipients),
            *processes,
        ],
    }


def _address(part: str) -> str:
    return f"{settings.ENVIRONMENT.site}{reverse('assessment:promises')}#{part}"


def _refer(part: str) -> dict[str, str]:
    return {"@id": _address(part)}


def _make_controller() -> dict[str, Any]:
    operator = read_operator()
    return {
        "@id": _address("controller"),
        "@type": "dpv:DataController",
        "dpv:hasName": operator.name,
        "dpv:hasContact": operator.contacts.information_email,
        "dpv:hasCountry": {"@id": f"loc:{operator.country}"},
    }


def _make_notice() -> dict[str, Any]:
    version = current_version()
    notice: dict[str, Any] = {
        "@id": settings.ENVIRONMENT.site + reverse("statement:current"),
        "@type": "dpv:PrivacyNotice",
        "dct:description": f"How the clauses stand that this rests on: {describe_grounds()}.",
    }
    if version is not None:
        notice["dct:identifier"] = str(version.number)
        notice["dct:issued"] = version.published_at.isoformat()
    return notice


def _make_value(attribute: Attribute) -> dict[str, Any]:
    return {
        "@id": _address(label_of(attribute)),
        "@type": CATEGORIES.get(attribute.category, "dpv:PersonalData"),
        "dct:title": str(attribute.label),
        "dct:description": str(attribute.why),
        "dpv:hasNecessity": {"@id": "dpv:Required" if attribute.required else "dpv:Optional"},
        "dpv:hasStorageCondition": {
            "@type": "dpv:StorageDuration",
            "dct:description": str(attribute.keep.words),
        },
    }


def _make_company(recipient: Recipient) -> dict[str, Any]:
    return {
        "@id": _address(recipient.key),
        "@type": "dpv:DataProcessor",
        "dpv:hasName": recipient.name,
        "dct:description": recipient.what_for,
        "dpv:hasCountry": {"@id": f"loc:{recipient.country}"},
    }


def _make_process(purpose: Purpose, values: list[Attribute], recipients: list[Recipient]) -> dict[str, Any]:
    receiving = [each for each in recipients if any(purpose in allowed for allowed in each.values.values())]
    process: dict[str, Any] = {
        "@id": _address(f"to-{purpose}"),
        "@type": "dpv:Process",
        "dct:title": f"To {purpose.words}",
        "dpv:hasPurpose": {"@id": PURPOSES[purpose]},
        "dpv:hasDataController": _refer("controller"),
        "dpv:hasDataSubject": {"@type": "dpv:Customer"},
        "dpv:hasPersonalData": [_refer(label_of(each)) for each in values],
        "dpv:hasProcessing": [{"@id": "dpv:Collect"}, {"@id": "dpv:Store"}, {"@id": "dpv:Use"}],
        "dpv:hasNotice": {"@id": settings.ENVIRONMENT.site + reverse("statement:current")},
    }
    if receiving:
        process["dpv:hasRecipient"] = [_refer(each.key) for each in receiving]
    return process
