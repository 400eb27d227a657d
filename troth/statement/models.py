"""The published versions. A version is written once and never changed; what it said is kept with its hash."""

from datetime import date
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import get_language

from troth.kernel.json_column import JsonColumn
from troth.kernel.operator import read_operator
from troth.statement.findings import say_finding


class StatementVersion(models.Model):
    """One published version of the statement, in all its languages.

    Arguments:
        in_force_at: since when it governs; None while it is announced and the one before it still does.
        planned_for: the earliest moment at which an announced version takes effect; None where it did at once.
        withdrawn_at: when an announced version was given up, so that it never takes effect.
        material: whether it changes what is collected, how it is used, or when it is disclosed (O3).
        reasons_by_language: why it changed, in each language; ``reasons`` is the operator's first one.
        findings: what the checks found new in it, as words and names of our own.
        against_opinion: why people called it not material although the checks found something new; public.
    """

    not_personal = {
        "reasons": "The operator's own words on why the statement changed; public.",
        "published_by": "The name of a system job or the id of a member of staff, never a client.",
        "content_hash": "A hash of public text.",
        "values": "The operator's contacts and numbers, as operator.toml gives them; public.",
        "reasons_by_language": "The operator's own words on why the statement changed; public.",
        "findings": "Names of our own declarations; public.",
        "against_opinion": "The operator's own words on why a change is none that matters; public.",
    }

    number = models.PositiveIntegerField(unique=True)
    published_at = models.DateTimeField()
    in_force_at = models.DateTimeField(null=True)
    planned_for = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    material = models.BooleanField()
    reasons = models.TextField()
    reasons_by_language = JsonColumn(default=dict, paths={"*": "Why the statement changed, in a language; public."})
    findings = JsonColumn(
        default=list,
        paths={"[].kind": "One of a closed list.", "[].what": "The name of a declaration, company or page of ours."},
    )
    against_opinion = models.TextField(default="", blank=True)
    published_by = models.CharField(max_length=80)
    content_hash = models.CharField(max_length=64)
    values = JsonColumn(paths={"*": "A contact or number of the operator's, as operator.toml gives it; public."})

    class Meta:
        ordering = ("number",)
        constraints = [
            models.CheckConstraint(condition=models.Q(number__gte=1), name="statement_version_from_1"),
            models.CheckConstraint(
                condition=models.Q(in_force_at__gte=models.F("published_at")),
                name="statement_published_before_in_force",
            ),
            models.CheckConstraint(
                condition=models.Q(in_force_at__isnull=True)
                | models.Q(planned_for__isnull=True)
                | models.Q(in_force_at__gte=models.F("planned_for")),
                name="statement_not_before_its_day",
            ),
            models.CheckConstraint(
                condition=models.Q(in_force_at__isnull=True) | models.Q(withdrawn_at__isnull=True),
                name="statement_withdrawn_never_in_force",
            ),
            models.CheckConstraint(
                condition=models.Q(in_force_at__isnull=False) | models.Q(planned_for__isnull=False),
                name="statement_in_force_or_planned",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"

    @property
    def published_on(self) -> date:
        """The day of the publication at the operator's office."""
        return self.published_at.astimezone(ZoneInfo(read_operator().time_zone)).date()

    @property
    def in_force_on(self) -> date:
        """The day, at the operator's office, on which it came into force, or will: when it "last changed"."""
        at = self.in_force_at or self.planned_for or self.published_at
        return at.astimezone(ZoneInfo(read_operator().time_zone)).date()

    @property
    def is_coming(self) -> bool:
        """Whether it is announced, and the version before it still governs."""
        return self.in_force_at is None and self.withdrawn_at is None

    @cached_property
    def former_number(self) -> int:
        """The number of the version that governed before it, whatever was withdrawn between; 0 for the first one."""
        earlier = StatementVersion.objects.filter(number__lt=self.number, withdrawn_at=None).order_by("-number")
        return earlier.values_list("number", flat=True).first() or 0

    @property
    def finding_words(self) -> list[str]:
        """What the checks found new in it, a sentence each."""
        return [say_finding(finding) for finding in self.findings]

    @property
    def reasons_words(self) -> str:
        """Why it changed, in the reader's language, or in the operator's first one."""
        told: str = self.reasons_by_language.get((get_language() or "").partition("-")[0]) or self.reasons
        return told


class StatementText(models.Model):
    """What a version said in one language: its sections as Markdown, with the numbers of its day filled in."""

    not_personal = {
        "language": "A language's tag.",
        "sections": "The public text of the statement.",
        "raw": "The text of the statement as it was written; public.",
        "since": "Clause ids and version numbers.",
        "digest": "A hash of public text.",
    }

    version = models.ForeignKey(StatementVersion, on_delete=models.PROTECT, related_name="texts")
    language = models.CharField(max_length=16)
    sections = JsonColumn(
        help_text='[{"slug": …, "markdown": …}], in order',
        paths={"[].slug": "The name of a section; public.", "[].markdown": "The words of a section; public."},
    )
    raw = JsonColumn(
        default=list,
        help_text="The same before the numbers of its day were filled in, for whoever writes the next version",
        paths={"[].slug": "The name of a section; public.", "[].markdown": "The words of a section; public."},
    )
    since = JsonColumn(
        help_text="Clause id → number of the version since which its words stand",
        paths={"*": "Clause id, and number of a version; public."},
    )
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("version", "language"), name="statement_one_text_a_language")]

    def __str__(self) -> str:
        return f"{self.version} in {self.language}"
