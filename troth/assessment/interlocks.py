"""Closes the features that depend on a broken critical promise, and says so in plain words (A13)."""

from django.utils.translation import gettext as _

from troth.assessment.models import Closure
from troth.kernel.ports import Feature


class PromiseInterlock:
    """Answers ``kernel.ports.require_open``: a feature is open unless a closure is in force."""

    def reason_closed(self, feature: Feature) -> str:
        """Return why the feature is closed, or an empty string."""
        closure = Closure.objects.filter(feature=feature, reopened_at__isnull=True).order_by("closed_at").first()
        if closure is None:
            return ""
        return _(
            "We closed this by ourselves, because a check found that a promise it depends on is not kept. "
            "We are told, and open it again when it is mended."
        )
