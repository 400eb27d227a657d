"""Sealed models that only these tests know: an account's details, and a document that the law keeps."""

from datetime import timedelta
from typing import Any

from django.apps.registry import Apps
from django.db import models

from troth.kernel.acting import acting, client, system
from troth.kernel.ids import new_id
from troth.kernel.ports import register_system_job, system_jobs
from troth.kernel.purposes import Purpose
from troth.vault.api import (
    Choice,
    Choices,
    Date,
    Email,
    Json,
    JsonPart,
    Keep,
    KeyClass,
    LongText,
    Lookup,
    PostalAddress,
    SealedModel,
    Telephone,
    Text,
    Trigger,
)

REGISTRY = Apps()
"""The samples' own registry; the fixture ``samples`` shows them to the rest of the house while a test runs."""

JOB = "vaulttest"
if JOB not in system_jobs:
    register_system_job(name=JOB, words="a test", purposes=(Purpose.SUPPORT, Purpose.NEWS, Purpose.UPKEEP))


def describe(category: str, **more: Any) -> dict[str, Any]:
    return {"category": category, "purposes": (Purpose.SUPPORT,), "why": "A test asks it."} | more


class Person(SealedModel):
    name = Text(label="Name", required=True, lookup=Lookup.WORDS, **describe("user.name"))
    email = Email(label="E-mail", required=True, lookup=Lookup.UNIQUE, **describe("user.contact.email"))
    telephone = Telephone(label="Telephone", lookup=Lookup.EXACT, **describe("user.contact.phone_number"))
    address = PostalAddress(label="Address", **describe("user.contact.address"))
    birthday = Date(label="Birthday", **describe("user.demographic.date_of_birth"))
    notes = LongText(label="Notes", max_length=2000, **describe("user.content"))
    facts = Json(label="Facts", parts={"**": JsonPart()}, **describe("user.content"))
    colour = Choice(label="Colour", choices=[("red", "Red"), ("blue", "Blue")], **describe("user.content"))
    interests = Choices(
        label="Interests",
        choices=lambda: [("maps", "Maps"), ("coins", "Coins")],
        lookup=Lookup.EXACT,
        **describe("user.content"),
    )
    remark = Text(
        label="Remark",
        keep=Keep(Trigger.WRITTEN, timedelta(days=30), "30 days"),
        **describe("user.content"),
    )
    stage = models.CharField(max_length=20, default="new")

    not_personal = {"stage": "One of a closed list."}

    class Meta:
        apps = REGISTRY
        app_label = "vault"


class Paper(SealedModel):
    key_class = KeyClass.STATUTORY
    payer = Text(
        label="Payer",
        keep=Keep(Trigger.WRITTEN, timedelta(days=3650), "ten years"),
        **describe("user.name"),
    )

    class Meta:
        apps = REGISTRY
        app_label = "vault"


class Token(models.Model):
    """Plain rows about a subject, as sessions and links are."""

    id = models.UUIDField(primary_key=True, default=new_id)
    subject_id = models.UUIDField(db_index=True)
    note = models.CharField(max_length=100, default="")

    not_personal = {"note": "A test writes here what must not be here."}

    class Meta:
        apps = REGISTRY
        app_label = "vault"


MODELS = (Person, Paper, Token)
ADDRESS = {
    "country_code": "GB",
    "street_address": "12 Unmistakable Lane",
    "postal_code": "SW1A 1AA",
    "city": "London",
}


def as_client(subject_id):
    return acting(actor=client(subject_id), purpose=Purpose.ACCOUNT)


def as_job(purpose=Purpose.SUPPORT):
    return acting(actor=system(JOB), purpose=purpose)


def make_person(subject_id=None, **values):
    subject_id = subject_id or new_id()
    values = {"name": "Ada Example", "email": f"{subject_id.hex}@example.org"} | values
    with as_client(subject_id):
        person = Person(subject_id=subject_id, **values)
        person.save()
    return person
