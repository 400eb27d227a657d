"""The check of the papers: numbered without gaps, adding up to their orders, shut, and readable (C2)."""

from datetime import timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import F, Max, Q
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.errors import TrothError
from troth.kernel.money import Money
from troth.kernel.ports import Control, Observation, Sabotage, controls
from troth.kernel.purposes import Purpose
from troth.kernel.undoing import undone
from troth.orders.books.probe import PROBE, give_back, make_probe
from troth.orders.models import Order, Paper, PaperCount, PaperKind, PaperRelease, RefundCause, RefundDecision
from troth.orders.papers import sabotages
from troth.orders.papers.draw import read_document
from troth.orders.papers.guards import missing_guards
from troth.orders.papers.reading import read_paper

KEY = "orders.papers"
_LATE = timedelta(hours=1)
_LATELY = timedelta(days=365)
_MOST_NAMED = 20


def observe_papers() -> Observation:
    """Look at every paper's number and sums, then follow an invented order to its invoice and its credit note."""
    failures: list[str] = []
    examined = _look_at_numbers(failures) + _look_at_sums(failures) + _look_at_what_is_owed(failures)
    failures += [f"the lock {name} is off" for name in missing_guards(connection)]
    with undone():
        examined += _follow_probe(failures)
    evidence = {"papers": Paper.objects.count(), "released": PaperRelease.objects.count()}
    return Observation(examined=examined, failures=failures[:_MOST_NAMED], evidence=evidence)


# -- The rows ----------------------------------------------------------------------------------------------------------


def _look_at_numbers(failures: list[str]) -> int:
    """Each series counts from one to its last number; what is gone after its term is accounted for."""
    examined = 0
    known = Q()
    for count in PaperCount.objects.all():
        series = Q(number__startswith=f"{count.series}-")
        known |= series
        papers, released = Paper.objects.filter(series), PaperRelease.objects.filter(series)
        standing = papers.exclude(number__in=PaperRelease.objects.values("number")).count()
        last = papers.aggregate(last=Max("number"))["last"]
        if standing + released.count() != count.last:
            failures.append(f"{count.series}: {count.last} numbers were taken, {standing + released.count()} are there")
        if last and int(last.rpartition("-")[2]) > count.last:
            failures.append(f"{count.series}: a number above the last one that was taken")
        examined += standing
    strays = Paper.objects.exclude(known).count() if known else Paper.objects.count()
    if strays:
        failures.append(f"{strays} papers have a number of no series")
    return examined


def _look_at_sums(failures: list[str]) -> int:
    """An invoice comes to what its order does, a credit note to its refund, and names the invoice it takes from."""
    first = Paper.objects.filter(kind=PaperKind.INVOICE)
    wrong = first.exclude(
        total_minor=F("order__total_minor"), tax_minor=F("order__tax_minor"), currency=F("order__currency")
    )
    failures += [f"{number} does not come to what its order does" for number in _some(wrong)]
    notes = Paper.objects.filter(kind=PaperKind.CREDIT_NOTE)
    wrong = notes.filter(refund__isnull=False).exclude(total_minor=F("refund__amount_minor"))
    failures += [f"{number} does not come to what went back" for number in _some(wrong)]
    failures += [f"{number} names no invoice" for number in _some(notes.filter(corrects=None))]
    return first.count() + notes.count()


def _look_at_what_is_owed(failures: list[str]) -> int:
    """Each order that was paid has its invoice, each refund of it its credit note, and each paper is drawn soon."""
    now = clock.now()
    paid = Order.objects.filter(paid_at__gt=now - _LATELY, paid_at__lt=now - _LATE)
    failures += [f"order {number} was paid and has no invoice" for number in _some(paid.filter(papers=None))]
    facts = {RefundCause.PAID_TWICE, RefundCause.PAID_TOO_LATE, RefundCause.AT_PROCESSOR, RefundCause.DISPUTED}
    decided = RefundDecision.objects.filter(decided_at__gt=now - _LATELY).exclude(cause__in=facts)
    missing = decided.filter(paper=None).values_list("order__number", flat=True)[:_MOST_NAMED]
    failures += [f"order {number} has a refund without a credit note" for number in missing]
    undrawn = Paper.objects.filter(digest=b"", made_at__lt=now - _LATE)
    failures += [f"{number} was issued and never drawn" for number in _some(undrawn)]
    return paid.count() + decided.count()


def _some(rows: object) -> list[str]:
    return list(rows.values_list("number", flat=True)[:_MOST_NAMED])  # type: ignore[attr-defined]


# -- An invented order -------------------------------------------------------------------------------------------------


def _follow_probe(failures: list[str]) -> int:
    """Order, pay and give back by the program's own actions; read the papers back; try to change one."""
    probe = make_probe()
    give_back(probe, 1_000)
    invoice = Paper.objects.filter(order=probe.order, kind=PaperKind.INVOICE).first()
    note = Paper.objects.filter(order=probe.order, kind=PaperKind.CREDIT_NOTE).first()
    if invoice is None or note is None:
        failures.append("an order was paid and given back, and a paper of it is missing")
        return 1
    for paper, owed in ((invoice, probe.order.total), (note, Money(1_000, probe.order.currency))):
        if paper.total != owed:
            failures.append(f"a paper comes to {paper.total.amount}, and {owed.amount} was moved")
        failures += _read_back(paper, owed)
    failures += _try_to_change(Paper.objects.get(pk=invoice.pk))
    return 2


def _read_back(paper: Paper, owed: Money) -> list[str]:
    """Read a paper as its owner gets it; return what is wrong with it."""
    try:
        with acting(actor=client(PROBE), purpose=Purpose.BILLING):
            read = read_paper(read_document(paper.pk))
    except (TrothError, ValueError) as error:
        return [f"a paper cannot be read: {type(error).__name__}"]
    says = (read.number, read.currency, read.total, bool(read.buyer))
    return (
        [] if says == (paper.number, paper.currency, owed.amount, True) else ["a paper says another thing than its row"]
    )


def _try_to_change(paper: Paper) -> list[str]:
    """Try what nobody may do to a drawn paper; return what went through."""
    table = Paper._meta.db_table
    went = []
    for words, statement in (
        ("changed", f"UPDATE {table} SET total_minor = 1, net_minor = 1, tax_minor = 0 WHERE number = %s"),  # noqa: S608
        ("emptied", f"UPDATE {table} SET digest = sealed WHERE number = %s"),  # noqa: S608
        ("removed", f"DELETE FROM {table} WHERE number = %s"),  # noqa: S608
    ):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, [paper.number])
                went.append(f"a drawn paper was {words}")
                transaction.set_rollback(True)
        except DatabaseError:
            continue
    return went


def register() -> None:
    """Register the check."""
    control = Control(
        key=KEY,
        clauses=("C2",),
        words=_("Invoices are numbered without gaps, come to what was ordered, open, and cannot be changed."),
        observe=observe_papers,
        sabotages=(
            Sabotage("gap", _("A number is taken and no paper has it."), sabotages.leave_a_gap),
            Sabotage("guards_off", _("The locks of the database are off."), sabotages.lift_guards),
            Sabotage("wrong_sum", _("Invoices come to a cent more than was ordered."), sabotages.add_a_cent),
            Sabotage("wrong_document", _("The document says another sum than its row."), sabotages.draw_another_sum),
            Sabotage("no_paper", _("Orders are paid and no invoice is issued."), sabotages.issue_nothing),
        ),
        every=timedelta(hours=6),
    )
    controls.register(control.key, control)
