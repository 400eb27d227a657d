"""Memberships and their terms. The state is computed of dates and settled payments; no column holds it."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.orders.models.catalogue import Plan
from troth.orders.models.ordering import Order, OrderLine


class Membership(models.Model):
    """That a person belongs. The number is the person's for good: it stays through lapse and return."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_id = models.UUIDField(db_index=True, editable=False)
    number = models.CharField(max_length=20, unique=True, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    began_on = models.DateField()
    renews = models.BooleanField(default=True)
    stopped_at = models.DateTimeField(null=True, help_text="When the client said that it shall not renew.")

    not_personal: ClassVar[dict[str, str]] = {"number": "Counts members."}

    class Meta:
        """One membership a person."""

        verbose_name = _("membership")
        constraints = [models.UniqueConstraint(fields=["subject_id"], name="membership_one_a_person")]

    def __str__(self) -> str:
        return self.number


class Term(models.Model):
    """One stretch of a membership, paid by one line of one order. Rows are added; an end is never moved."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="terms")
    subject_id = models.UUIDField(db_index=True, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, null=True, related_name="term")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="The last day that it counts.")
    ended_early_on = models.DateField(null=True, help_text="Refunded or changed: the last day that it counted.")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        """A term has at least a day."""

        indexes = [models.Index(fields=["ends_on"], name="term_by_end")]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="term_has_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} – {self.ends_on}"


class RenewalState(models.TextChoices):
    """Where a renewal stands."""

    ANNOUNCED = "announced", _("announced")
    TRYING = "trying", _("being charged")
    DONE = "done", _("renewed")
    STOPPED = "stopped", _("stopped by the member")
    LAPSED = "lapsed", _("given up")


class Renewal(models.Model):
    """One renewal of one membership: notice, tries, outcome. The database holds to one open one a membership."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="renewals")
    subject_id = models.UUIDField(db_index=True, editable=False)
    term_ends_on = models.DateField()
    state = models.CharField(max_length=12, choices=RenewalState, default=RenewalState.ANNOUNCED)
    order = models.OneToOneField(Order, on_delete=models.PROTECT, null=True, related_name="renewal")
    announced_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_on = models.DateField(null=True, db_index=True)
    closed_at = models.DateTimeField(null=True)

    not_personal: ClassVar[dict[str, str]] = {"state": "One of a closed list."}

    class Meta:
        """One open renewal a membership, and one for each end of a term."""

        constraints = [
            models.UniqueConstraint(
                fields=["membership"],
                condition=models.Q(state__in=[RenewalState.ANNOUNCED, RenewalState.TRYING]),
                name="renewal_one_open",
            ),
            models.UniqueConstraint(fields=["membership", "term_ends_on"], name="renewal_one_a_term"),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} {self.state}"
