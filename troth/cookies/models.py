"""Counts, and nothing but counts: what the guard removed, and what browsers reported. Nobody stands in these rows."""

from django.db import models

from troth.cookies.guard import Fault


class RemovedCookie(models.Model):
    """How often a cookie was not let out on one day, and why. Its value is never stored."""

    day = models.DateField()
    name = models.CharField(max_length=64)
    fault = models.CharField(max_length=32)
    count = models.PositiveIntegerField(default=0)

    not_personal = {
        "name": "the name that our own code gave to a cookie; anything but letters, digits, hyphens is masked",
        "fault": "one of a closed list",
    }

    class Meta:
        """One row for each day and kind."""

        constraints = [
            models.UniqueConstraint(fields=["day", "name", "fault"], name="removed_cookie_once_a_day"),
            models.CheckConstraint(
                condition=models.Q(fault__in=[fault.value for fault in Fault]), name="removed_cookie_fault_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.fault}) on {self.day}: {self.count}"


class PolicyReport(models.Model):
    """How often browsers reported on one day that a directive of our policy stopped something on one of our pages.

    A report's body holds addresses of pages; only the directive and the name of the page's route are kept.
    """

    day = models.DateField()
    directive = models.CharField(max_length=40)
    route = models.CharField(max_length=80)
    count = models.PositiveIntegerField(default=0)

    not_personal = {
        "directive": "one of the directives of our own policy",
        "route": "the name of one of our routes, or 'unknown'",
    }

    class Meta:
        """One row for each day and kind."""

        constraints = [
            models.UniqueConstraint(fields=["day", "directive", "route"], name="policy_report_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.directive} on {self.route}, {self.day}: {self.count}"
