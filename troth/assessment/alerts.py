"""Tells staff by mail when a promise breaks: once when it does, not at each look while it stays so (A12)."""

from django.conf import settings
from django.tasks import task
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from troth.assessment.models import Closure, Outcome, Run
from troth.kernel.operator import read_operator
from troth.kernel.ports import controls
from troth.processors.api import send_alert
from troth.ui.api import format_datetime


def is_news(run: Run) -> bool:
    """Return whether this run found broken what its control's run before did not."""
    if run.outcome != Outcome.BROKEN:
        return False
    before = Run.objects.filter(control=run.control, finished_at__lt=run.finished_at).order_by("-finished_at").first()
    return before is None or before.outcome != Outcome.BROKEN


@task
def tell_staff(run_id: str) -> None:
    """Send the mail about the broken promise that this run found, in the operator's first language."""
    run = Run.objects.get(id=run_id)
    control = controls.get(run.control)
    with translation.override(read_operator().languages[0]):
        closed = Closure.objects.filter(control=run.control, reopened_at__isnull=True).values_list("feature", flat=True)
        clauses = ", ".join(control.clauses) if control else ""
        lines = [
            _("A check found that a promise is not kept: %(clauses)s") % {"clauses": clauses},
            "",
            str(control.words) if control else run.control,
            f"{run.control}, {format_datetime(run.finished_at)}",
            "",
            *(f"- {failure}" for failure in run.failures),
        ]
        if closed:
            lines += ["", _("Closed until you open it again: %(features)s") % {"features": ", ".join(closed)}]
        lines += ["", _("The evidence:"), settings.ENVIRONMENT.site + reverse("assessment:console")]
        send_alert(subject=_("Promise not kept: %(clauses)s") % {"clauses": clauses}, text="\n".join(lines))
