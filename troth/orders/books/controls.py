"""The check of the books: what was taken and given back stands in ours as in the card processor's, to the cent (C2)."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ports import Control, Observation, Sabotage, controls
from troth.kernel.undoing import undone
from troth.orders.books import comparing, sabotages
from troth.orders.books.checking import last_check
from troth.orders.books.probe import give_back, make_probe
from troth.orders.models import AttemptState, PaymentAttempt

KEY = "orders.books"
LONGEST_PAUSE = timedelta(days=2)
"""A comparison is made each day; after two without one nobody knows."""


def observe_books() -> Observation:
    """Compare the rows of both books, look that it was done lately, and follow invented money through both."""
    failures: list[str] = []
    found = comparing.compare(since=clock.today() - comparing.WINDOW)
    failures += [
        f"{each.payment_ref}: {each.kind} {each.ours.amount} here, {each.theirs.amount} there"
        for each in found.differences
    ]
    check = last_check()
    old = clock.now() - LONGEST_PAUSE
    if PaymentAttempt.objects.filter(state=AttemptState.PAID, settled_at__lt=old).exists() and (
        check is None or check.at < old
    ):
        failures.append("the books were not compared for two days")
    tried = _follow_probe(failures)
    evidence = {
        "payments": found.payments,
        "differences": len(found.differences),
        "compared_at": check.at.isoformat(timespec="minutes") if check else "",
    }
    return Observation(examined=found.payments + tried, failures=failures, evidence=evidence)


def _follow_probe(failures: list[str]) -> int:
    """Pay and give back invented money by the program's own actions, and see both books agree and then differ."""
    with undone():
        before = _find_differing()
        probe = make_probe()
        if probe.payment_ref in _find_differing() - before:
            failures.append("a payment does not stand in our books as it was taken")
        give_back(probe, 1_000)
        if probe.payment_ref in _find_differing() - before:
            failures.append("a refund does not stand in our books as it was paid")
        give_back(probe, 300, at_desk=True)
        if probe.payment_ref in _find_differing() - before:
            failures.append("a refund at the processor's desk is not in our books")
        PaymentAttempt.objects.filter(pk=probe.attempt.pk).update(taken_minor=1)
        if probe.payment_ref not in _find_differing():
            failures.append("an amount that was changed is not seen")
    return 4


def _find_differing() -> set[str]:
    """Return the payments of today that differ, those of this moment too."""
    later = clock.now() + timedelta(minutes=1)
    return {each.payment_ref for each in comparing.compare(since=clock.today(), until=later).differences}


def register() -> None:
    """Register the check."""
    control = Control(
        key=KEY,
        clauses=("C2",),
        words=_("What you paid and what went back stands in our books as in the card processor’s, to the cent."),
        observe=observe_books,
        sabotages=(
            Sabotage("payment_deleted", _("The row of a payment is deleted."), sabotages.delete_payment),
            Sabotage("amount_changed", _("The amount of a payment is changed."), sabotages.change_amount),
            Sabotage("refund_lost_here", _("A refund is lost in our books."), sabotages.lose_refund_here),
            Sabotage("refund_lost_there", _("A refund is lost in the processor’s books."), sabotages.lose_refund_there),
            Sabotage("blind", _("The comparison sees no difference."), sabotages.see_nothing),
        ),
        every=timedelta(hours=6),
    )
    controls.register(control.key, control)
