"""The register of organisations that act for the operator (A8). Companies are no clients: nothing here is personal."""

from datetime import date
from typing import ClassVar
from zoneinfo import ZoneInfo

from babel import Locale
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.json_column import JsonColumn
from troth.kernel.operator import read_operator


class Kind(models.TextChoices):
    """What an organisation does for us; an adapter speaks to one kind."""

    CARD = "card", _("takes card payments")
    PARCEL = "parcel", _("carries parcels")
    MAIL = "mail", _("passes on mails")
    OTHER = "other", _("does something else for us")


class State(models.TextChoices):
    """Where an organisation stands in the register."""

    ENTERED = "entered", _("entered, and not agreed to yet")
    ACTIVE = "active", _("in use")
    SUSPENDED = "suspended", _("suspended by us")
    ENDED = "ended", _("no longer used")


class Deletes(models.TextChoices):
    """How an organisation deletes what it received."""

    BY_CALL = "by_call", _("on our call, which its program answers at once")
    BY_LETTER = "by_letter", _("on our written request, which a person there answers")
    CANNOT = "cannot", _("not on request")


class Processor(models.Model):
    """One organisation.

    Arguments:
        key: its name in every record, for good.
        adapter: the name of the adapter that speaks to it; empty where no program does.
        what_for, retention, deletion_words: language → words.
        hosts: the hosts that may be spoken to, ``host`` or ``host:port``; a name in braces is filled in from the
            environment, so that the demo's stand-ins need no fixed port (``{mail_relay}``).
        clause: the clause of the statement that tells clients of it.
        only_authorised: whether it receives only on a client's own word, and never because the statement tells of it.
        retention_days: after how many days it deletes by itself; None where no day is agreed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind)
    adapter = models.CharField(max_length=40, default="", blank=True)
    what_for = JsonColumn(paths={"*": "Language, and the operator's words on what a company does."})
    country = models.CharField(max_length=2)
    hosts = JsonColumn(default=list, paths={"[]": "The name of a company's host."})
    clause = models.CharField(max_length=4)
    only_authorised = models.BooleanField(default=False)
    retention = JsonColumn(paths={"*": "Language, and the operator's words on a company."})
    retention_days = models.PositiveIntegerField(null=True)
    deletes = models.CharField(max_length=10, choices=Deletes)
    deletion_words = JsonColumn(paths={"*": "Language, and the operator's words on a company."})
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    registered_at = models.DateTimeField(default=clock.now, editable=False)

    not_personal: ClassVar[dict[str, str]] = {
        "key": "A company's key, chosen by the operator.",
        "name": "The name of a company.",
        "kind": "One of a closed list.",
        "adapter": "The name of a part of the program.",
        "what_for": "The operator's own words on what a company does.",
        "country": "A country's code.",
        "hosts": "A company's host names.",
        "clause": "The id of a clause.",
        "retention": "The operator's own words on what was agreed with a company.",
        "deletes": "One of a closed list.",
        "deletion_words": "The operator's own words on what was agreed with a company.",
        "state": "One of a closed list.",
    }

    class Meta:
        """One organisation of a kind is in use through an adapter; the database holds to it."""

        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=models.Q(state=State.ACTIVE) & ~models.Q(adapter=""),
                name="one_active_processor_of_a_kind",
            )
        ]

    def __str__(self) -> str:
        return self.key

    def say(self, words: dict[str, str]) -> str:
        """Return the words in the reader's language, or in the first one that there is."""
        language = (get_language() or "").partition("-")[0]
        return words.get(language) or next(iter(words.values()), "")

    @property
    def what_for_words(self) -> str:
        """What it does for us, in the reader's language."""
        return self.say(self.what_for)

    @property
    def country_words(self) -> str:
        """Where it sits, in the reader's language."""
        return name_country(self.country)

    @property
    def retention_words(self) -> str:
        """How long it keeps what it receives, in the reader's language."""
        return self.say(self.retention)

    @property
    def deletes_words(self) -> str:
        """How it deletes, in the reader's language."""
        return self.say(self.deletion_words)


class Document(models.Model):
    """A paper about an organisation, as it was filed, with its SHA-256."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    filed_at = models.DateTimeField(default=clock.now, editable=False)

    not_personal: ClassVar[dict[str, str]] = {
        "name": "The name of a file about a company.",
        "media_type": "A media type.",
        "content": "A paper between two companies.",
        "digest": "A hash of that paper.",
    }

    def __str__(self) -> str:
        return f"document {self.digest[:12]}"


class Agreement(models.Model):
    """What was signed with an organisation. It is in force from its first day to the end of its last, at our office."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    processor = models.ForeignKey(Processor, on_delete=models.PROTECT, related_name="agreements")
    title = models.CharField(max_length=200)
    document = models.ForeignKey(Document, on_delete=models.PROTECT)
    signed_on = models.DateField()
    runs_until = models.DateField()
    ended_on = models.DateField(null=True, help_text="Where it was ended before its time.")
    warned_for = models.PositiveSmallIntegerField(null=True, editable=False, help_text="The last warning's days.")

    not_personal: ClassVar[dict[str, str]] = {"title": "The title of a paper between two companies."}

    class Meta:
        ordering = ("-runs_until",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(runs_until__gte=models.F("signed_on")), name="agreement_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return f"agreement {self.pk}"

    @property
    def last_day(self) -> date:
        """The last day on which it is in force."""
        return min(self.runs_until, self.ended_on) if self.ended_on else self.runs_until


class AllowedField(models.Model):
    """One value that an organisation may receive, for one purpose; chosen from the declarations (E3)."""

    processor = models.ForeignKey(Processor, on_delete=models.CASCADE, related_name="allowed_fields")
    label = models.CharField(max_length=120)
    purpose = models.CharField(max_length=30)

    not_personal: ClassVar[dict[str, str]] = {
        "label": "The label of a declared value.",
        "purpose": "A word from the closed list of purposes.",
    }

    class Meta:
        ordering = ("label", "purpose")
        constraints = [
            models.UniqueConstraint(fields=["processor", "label", "purpose"], name="field_is_allowed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.label} for {self.purpose}"


class Audit(models.Model):
    """A planned audit of an organisation, and what it found. One that is due and not done stops the values (A8)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    processor = models.ForeignKey(Processor, on_delete=models.PROTECT, related_name="audits")
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    findings = models.TextField(default="", blank=True)
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT)
    warned_for = models.PositiveSmallIntegerField(null=True, editable=False, help_text="The last warning's days.")

    not_personal: ClassVar[dict[str, str]] = {"findings": "The auditor's own words on a company."}

    class Meta:
        ordering = ("-due_on",)

    def __str__(self) -> str:
        return f"audit {self.pk}"


class SubProcessor(models.Model):
    """An organisation that the organisation itself hires for our clients' values."""

    processor = models.ForeignKey(Processor, on_delete=models.CASCADE, related_name="sub_processors")
    name = models.CharField(max_length=200)
    what_for = JsonColumn(paths={"*": "Language, and the operator's words on what a company does."})
    country = models.CharField(max_length=2)

    not_personal: ClassVar[dict[str, str]] = {
        "name": "The name of a company.",
        "what_for": "The operator's own words on what a company does.",
        "country": "A country's code.",
    }

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return f"sub-processor {self.pk}"

    @property
    def what_for_words(self) -> str:
        """What it does, in the reader's language."""
        return self.processor.say(self.what_for)

    @property
    def country_words(self) -> str:
        """Where it sits, in the reader's language."""
        return name_country(self.country)


class DatedException(models.Model):
    """The operator's decision to use an organisation that cannot delete on request: why, and until when (E2)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    processor = models.ForeignKey(Processor, on_delete=models.PROTECT, related_name="exceptions")
    reason = JsonColumn(paths={"*": "Language, and the operator's words on a company."})
    until = models.DateField()
    decided_at = models.DateTimeField(default=clock.now, editable=False)

    not_personal: ClassVar[dict[str, str]] = {"reason": "The operator's own words on a company."}

    class Meta:
        ordering = ("-until",)

    def __str__(self) -> str:
        return f"exception {self.pk}"

    @property
    def reason_words(self) -> str:
        """Why, in the reader's language."""
        return self.processor.say(self.reason)


def name_country(code: str) -> str:
    """Return a country's name in the reader's language; its code where it has none there."""
    language = (get_language() or "en").partition("-")[0]
    return str(Locale(language).territories.get(code, code))


def office_zone() -> ZoneInfo:
    """Return the time zone in which days of agreements and audits begin and end."""
    return ZoneInfo(read_operator().time_zone)
