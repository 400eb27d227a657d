"""The notice of a breach to the authority, as a PDF that is filled in from the record (GDPR, article 33(3))."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from troth.kernel.operator import read_operator
from troth.law.models import Breach
from troth.ui.api import format_datetime


def make_authority_form(breach: Breach, *, description: str, consequences: str, measures: Sequence[str]) -> bytes:
    """Return the PDF.

    Arguments:
        breach: the breach.
        description: what happened, opened on the breach's case.
        consequences: what may come of it, or empty.
        measures: what was done, step by step.
    """
    from troth.statement.api import make_plain_pdf

    operator = read_operator()
    fields = sorted(
        {name for row in breach.affected.values_list("fields", flat=True) for name in row.split(",") if name}
    )
    facts = [
        (_("Who notifies"), operator.contacts.postal_address.strip()),
        (_("Contact"), f"{operator.contacts.information_email}, {operator.contacts.security_telephone}"),
        (_("Number"), breach.number),
        (_("Nature of the breach"), str(breach.get_kind_display())),
        (_("It began"), format_datetime(breach.began_at)),
        (_("We found it"), format_datetime(breach.discovered_at)),
        (_("It ended"), format_datetime(breach.ended_at) if breach.ended_at else _("not yet")),
        (_("What happened"), description),
        (_("People whom it concerns"), str(breach.affected.count()) if breach.scoped_at else _("not known yet")),
        (_("Categories of values"), ", ".join(name.replace("_", " ") for name in fields) or _("not known yet")),
        (_("People told so far"), str(breach.affected.exclude(told_at=None).count())),
        (_("What may come of it for them"), consequences or _("To be completed by hand.")),
        (_("What was done, and is still to be done"), "\n".join(measures) or _("To be completed by hand.")),
    ]
    return make_plain_pdf(title=_("Notice of a breach"), facts=facts)
