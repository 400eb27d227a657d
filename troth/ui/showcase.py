"""What the page ``/ui/`` shows: every component, with invented content, in each of its states."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.money import Money
from troth.ui.charts import Chart, Datum, draw_bars, draw_line, draw_shares
from troth.ui.fields import Strength
from troth.ui.formats import format_date, format_money, format_number
from troth.ui.frame import Banner
from troth.ui.lists import Column, arrange_columns, turn_page


class ShowcaseForm(forms.Form):
    """A form with each kind of field; the reasons are set as the declarations of ``vault`` set them."""

    name = forms.CharField(label=_("Name"), max_length=200)
    telephone = forms.CharField(label=_("Telephone"), required=False, help_text=_("With the country’s code."))
    birthday = forms.DateField(
        label=_("Birthday"), required=False, widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"})
    )
    country = forms.ChoiceField(
        label=_("Country"),
        required=False,
        choices=[("", _("Choose one")), ("US", _("United States")), ("DE", _("Germany"))],
    )
    channel = forms.ChoiceField(
        label=_("How may we answer you?"),
        choices=[("email", _("By e-mail")), ("telephone", _("By telephone"))],
        widget=forms.RadioSelect,
    )
    interests = forms.MultipleChoiceField(
        label=_("What would you hear about?"),
        required=False,
        choices=[("appraisals", _("Appraisals and valuations")), ("events", _("Talks and exhibitions"))],
        widget=forms.CheckboxSelectMultiple,
    )
    keep = forms.BooleanField(label=_("Keep me signed in on this device"), required=False)
    password = forms.CharField(
        label=_("Password"),
        min_length=15,
        help_text=_("At least 15 characters. A sentence that only you would say is good."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    message = forms.CharField(label=_("Message"), required=False, widget=forms.Textarea)
    document = forms.FileField(label=_("Document"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, attributes in _LABELS.items():
            for key, words in attributes.items():
                setattr(self.fields[name], key, words)


_LABELS: dict[str, dict[str, Any]] = {
    "name": {"why": _("So that we know how to address you."), "asked_as": "required"},
    "telephone": {
        "why": _("Only if you wish to be called instead of written to."),
        "effect": _("With it, our answer can be a call."),
        "example": "+1 212 555 0142",
        "asked_as": "optional",
    },
    "birthday": {"why": _("You need not tell us."), "effect": _("With it, the site greets you on the day.")},
}


def make_showcase(request: HttpRequest) -> dict[str, Any]:
    """Return the context of ``/ui/``; a posted form is checked and shown again."""
    posted = ShowcaseForm(request.POST, request.FILES) if request.method == "POST" else None
    if posted is not None:
        posted.is_valid()
    columns, chosen = arrange_columns(request, _COLUMNS, default="order")
    rows = sorted(_ORDERS, key=lambda row: row[chosen.removeprefix("-")], reverse=chosen.startswith("-"))
    page = turn_page(request, rows, size=5)
    return {
        "form": posted or ShowcaseForm(),
        "broken_form": _make_broken_form(),
        "columns": columns,
        "rows": [
            (row["order"], format_date(row["day"]), format_number(row["pieces"]), format_money(row["sum"]))
            for row in page
        ],
        "page": page,
        "charts": _make_charts(),
        "events": _make_events(),
        "now": clock.now(),
        "banners": [
            Banner(
                kind="note",
                words=_("The statement changed on 3 December 2026."),
                url="#notices",
                url_words=_("See what changed"),
            ),
            Banner(
                kind="waits",
                words=_("Your address is not confirmed yet."),
                url="#notices",
                url_words=_("Send the mail again"),
            ),
        ],
    }


def _make_broken_form() -> ShowcaseForm:
    form = ShowcaseForm({"name": "", "telephone": "12", "password": "short", "channel": "pigeon"}, auto_id="broken_%s")
    form.fields["password"].strength = Strength(level=1, most=4, words=_("easy to guess"))  # type: ignore[attr-defined]
    form.add_error("telephone", _("This number is too short. Give it with its country’s code, such as +1."))
    return form


_COLUMNS = [
    Column(key="order", words=_("Order"), short=True, sortable=True),
    Column(key="day", words=_("Date"), short=True, sortable=True),
    Column(key="pieces", words=_("Pieces"), number=True, sortable=True),
    Column(key="sum", words=_("Sum"), number=True),
]

_ORDERS: list[dict[str, Any]] = [
    {
        "order": f"2026-{1040 + place}",
        "day": clock.today() - timedelta(days=9 * place),
        "pieces": (place * 7) % 5 + 1,
        "sum": Money(4_900 + 123_450 * (place % 4), "USD"),
    }
    for place in range(23)
]


def _make_charts() -> list[Chart]:
    months = [_("July"), _("August"), _("September"), _("October"), _("November")]
    return [
        draw_bars(
            title=_("Corrections answered"),
            description=_("Most are answered on the day they are made."),
            name_words=_("Working days"),
            value_words=_("Corrections"),
            data=[
                Datum(_("The same day"), 1284),
                Datum(_("The next day"), 312),
                Datum(_("Two to five days"), 41),
                Datum(_("Later"), 0),
            ],
        ),
        draw_line(
            title=_("Visits a month"),
            description=_("Visits rose until October."),
            name_words=_("Month"),
            value_words=_("Visits"),
            data=[Datum(month, value) for month, value in zip(months, [8200, 9100, 10250, 13400, 12100], strict=True)],
        ),
        draw_shares(
            title=_("How clients wish to be answered"),
            description=_("Two of three wish to be written to."),
            name_words=_("Way"),
            value_words=_("Clients"),
            rest=_("Other"),
            data=[Datum(_("E-mail"), 640), Datum(_("Telephone"), 270), Datum(_("Letter"), 50)],
        ),
        draw_bars(
            title=_("Surveys answered"),
            description=_("No survey has been sent."),
            name_words=_("Survey"),
            value_words=_("Answers"),
            data=[],
        ),
    ]


def _make_events() -> list[dict[str, Any]]:
    return [
        {
            "at": clock.now() - timedelta(hours=3),
            "who": _("Customer support, heron 4"),
            "did": _("looked at your name and e-mail address"),
            "why": _("to answer you"),
            "case": _("case 2026-118"),
            "url": "#timeline",
        },
        {
            "at": clock.now() - timedelta(days=2),
            "who": _("You"),
            "did": _("corrected your telephone number"),
            "why": "",
            "case": "",
            "url": "",
        },
        {
            "at": clock.now() - timedelta(days=40),
            "who": _("The mail sender"),
            "did": _("read your e-mail address"),
            "why": _("to send the welcome mail"),
            "case": "",
            "url": "",
        },
    ]
