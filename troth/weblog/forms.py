"""The filters of the reports, as they stand in the address."""

from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock

GRAINS = (
    ("hour", _("hour of the day")),
    ("day", _("day")),
    ("week", _("week")),
    ("month", _("month")),
    ("year", _("year")),
)
LONGEST = 3660


class PeriodForm(forms.Form):
    """Which days, and how they are put together."""

    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    grain = forms.ChoiceField(label=_("By"), required=False, choices=GRAINS)

    def clean(self) -> dict[str, object]:
        """Fill in what was left out: the last thirty days, by day; put the days in order."""
        cleaned = super().clean() or {}
        until: date = cleaned.get("until") or clock.today()
        since: date = cleaned.get("since") or until - timedelta(days=29)
        since, until = min(since, until), max(since, until)
        since = max(since, until - timedelta(days=LONGEST))
        return cleaned | {"since": since, "until": until, "grain": cleaned.get("grain") or "day"}
