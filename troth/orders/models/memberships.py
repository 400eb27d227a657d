"""Memberships and their terms. The state is computed of dates and settled payments; no column holds it."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.orders.models.catalogue import Plan
from troth.orders.models.ordering import Order, OrderLine
from troth.orders.models.paying import PaymentAttempt


class Membership(models.Model):
    """That a person belongs. The number is the person's for good: it stays through lapse and return."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_id = models.UUIDField(db_index=True, editable=False)
    number = models.CharField(max_length=20, unique=True, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    next_plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+", null=True)
    began_on = models.DateField()
    renews = models.BooleanField(default=True, help_text="Whether the saved card is charged at the end of a term.")
    stopped_at = models.DateTimeField(null=True, help_text="When the client said that it shall not renew.")
    warned_of_card = models.DateField(null=True, help_text="The end of the card of which the client was told last.")
    grace_held_days = models.PositiveSmallIntegerField(
        default=0, help_text="Days of the present grace that do not count: nothing could be paid on them."
    )
    grace_held_on = models.DateField(null=True, help_text="The last one of those days.")

    not_personal: ClassVar[dict[str, str]] = {"number": "A drawn number that says nothing of the person."}

    class Meta:
        """One membership a person."""

        verbose_name = _("membership")
        constraints = [
            models.UniqueConstraint(fields=["subject_id"], name="membership_one_a_person"),
            models.CheckConstraint(
                condition=models.Q(stopped_at__isnull=True) | models.Q(renews=False), name="membership_stopped_is_off"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Gift(models.Model):
    """A membership bought for somebody else: one piece of one line. Who gave does not learn who received."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_id = models.UUIDField(db_index=True, editable=False)
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="gifts")
    piece = models.PositiveSmallIntegerField()
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    redeemed_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        """A piece is given once, and is either redeemed or taken back."""

        constraints = [
            models.UniqueConstraint(fields=["line", "piece"], name="gift_one_a_piece"),
            models.CheckConstraint(
                condition=models.Q(redeemed_at__isnull=True) | models.Q(taken_back_at__isnull=True),
                name="gift_one_end",
            ),
        ]

    def __str__(self) -> str:
        return f"gift {self.pk}"


class Term(models.Model):
    """One stretch of a membership, paid by one line of one order or given. Rows are added; an end is never moved."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="terms")
    subject_id = models.UUIDField(db_index=True, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, null=True, related_name="term")
    gift = models.OneToOneField(Gift, on_delete=models.PROTECT, null=True, related_name="term")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="The last day that it counts.")
    ended_early_on = models.DateField(null=True, help_text="Refunded or changed: the last day that it counted.")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        """A term has at least a day, and something paid for it."""

        indexes = [models.Index(fields=["ends_on", "membership"], name="term_by_end")]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="term_has_a_day"),
            models.CheckConstraint(
                condition=models.Q(line__isnull=False, gift__isnull=True)
                | models.Q(line__isnull=True, gift__isnull=False),
                name="term_was_paid",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} – {self.ends_on}"


class RenewalState(models.TextChoices):
    """Where a renewal stands."""

    ANNOUNCED = "announced", _("announced")
    TRYING = "trying", _("being charged")
    BY_HAND = "by_hand", _("to be paid by the member")
    DONE = "done", _("renewed")
    STOPPED = "stopped", _("stopped by the member")
    LAPSED = "lapsed", _("given up")


OPEN_RENEWAL = (RenewalState.ANNOUNCED, RenewalState.TRYING, RenewalState.BY_HAND)


class Renewal(models.Model):
    """One renewal of one membership: notice, tries, outcome. The database holds to one open one a membership.

    The notice says what the order costs: the order is placed with the notice, so that what is charged later is that.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="renewals")
    subject_id = models.UUIDField(db_index=True, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    term_ends_on = models.DateField()
    state = models.CharField(max_length=12, choices=RenewalState, default=RenewalState.ANNOUNCED)
    order = models.OneToOneField(Order, on_delete=models.PROTECT, null=True, related_name="renewal")
    announced_at = models.DateTimeField(default=clock.now)
    charge_on = models.DateField(null=True, help_text="The day of the first try, as the notice says; None: by hand.")
    tries = models.PositiveSmallIntegerField(default=0)
    due_on = models.DateField(null=True, help_text="When something is to be done next: a try, a word, the end.")
    closed_at = models.DateTimeField(null=True)

    not_personal: ClassVar[dict[str, str]] = {"state": "One of a closed list."}

    class Meta:
        """One open renewal a membership, and one for each end of a term."""

        indexes = [
            models.Index(fields=["due_on"], condition=models.Q(closed_at__isnull=True), name="renewal_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["membership"], condition=models.Q(closed_at__isnull=True), name="renewal_one_open"
            ),
            models.UniqueConstraint(fields=["membership", "term_ends_on"], name="renewal_one_a_term"),
            models.CheckConstraint(
                condition=models.Q(state__in=OPEN_RENEWAL, closed_at__isnull=True)
                | (~models.Q(state__in=OPEN_RENEWAL) & models.Q(closed_at__isnull=False)),
                name="renewal_closed_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} {self.state}"


class RenewalTry(models.Model):
    """One charge of a renewal, written before it is made: the same number is never charged twice."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    renewal = models.ForeignKey(Renewal, on_delete=models.CASCADE, related_name="charges")
    subject_id = models.UUIDField(db_index=True, editable=False)
    number = models.PositiveSmallIntegerField()
    attempt = models.OneToOneField(PaymentAttempt, on_delete=models.CASCADE, null=True, related_name="renewal_try")
    begun_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One row a number."""

        constraints = [models.UniqueConstraint(fields=["renewal", "number"], name="renewal_try_once")]

    def __str__(self) -> str:
        return f"{self.renewal_id} {self.number}"


class SeatInvitation(models.Model):
    """A place in a joint membership, offered by a link that its owner passes on; no address is asked for it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="invitations")
    subject_id = models.UUIDField(db_index=True, editable=False)
    made_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class Seat(models.Model):
    """That a second person belongs through somebody's joint membership, with a number of its own."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="seat_rows")
    subject_id = models.UUIDField(db_index=True, editable=False)
    number = models.CharField(max_length=20, db_index=True, editable=False)
    taken_at = models.DateTimeField(default=clock.now)
    left_at = models.DateTimeField(null=True)

    not_personal: ClassVar[dict[str, str]] = {"number": "A drawn number that says nothing of the person."}

    class Meta:
        """A person sits in one place at a time."""

        constraints = [
            models.UniqueConstraint(
                fields=["subject_id"], condition=models.Q(left_at__isnull=True), name="seat_one_a_person"
            ),
        ]

    def __str__(self) -> str:
        return self.number
