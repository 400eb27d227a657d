"""The published versions. A version is written once and never changed; what it said is kept with its hash."""

from datetime import date
from zoneinfo import ZoneInfo

from django.db import models

from troth.kernel.json_column import JsonColumn
from troth.kernel.operator import read_operator


class StatementVersion(models.Model):
    """One published version of the statement, in all its languages."""

    not_personal = {
        "reasons": "The operator's own words on why the statement changed; public.",
        "published_by": "The name of a system job or the id of a member of staff, never a client.",
        "content_hash": "A hash of public text.",
        "values": "The operator's contacts and numbers, as operator.toml gives them; public.",
    }

    number = models.PositiveIntegerField(unique=True)
    published_at = models.DateTimeField()
    in_force_at = models.DateTimeField()
    material = models.BooleanField()
    reasons = models.TextField()
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
        ]

    def __str__(self) -> str:
        return f"version {self.number}"

    @property
    def published_on(self) -> date:
        """The day of the publication at the operator's office."""
        return self.published_at.astimezone(ZoneInfo(read_operator().time_zone)).date()

    @property
    def in_force_on(self) -> date:
        """The day, at the operator's office, on which it came into force: when the statement "last changed"."""
        return self.in_force_at.astimezone(ZoneInfo(read_operator().time_zone)).date()


class StatementText(models.Model):
    """What a version said in one language: its sections as Markdown, with the numbers of its day filled in."""

    not_personal = {
        "language": "A language's tag.",
        "sections": "The public text of the statement.",
        "since": "Clause ids and version numbers.",
        "digest": "A hash of public text.",
    }

    version = models.ForeignKey(StatementVersion, on_delete=models.PROTECT, related_name="texts")
    language = models.CharField(max_length=16)
    sections = JsonColumn(
        help_text='[{"slug": …, "markdown": …}], in order',
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
