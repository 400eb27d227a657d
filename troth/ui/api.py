"""The border of ``ui``: what other rooms may import. The components are macros in ``ui/components.jinja``."""

from troth.ui.charts import Chart, Datum, draw_bars, draw_line, draw_shares
from troth.ui.errors import ErrorPage, describe_status, render_error, show_error
from troth.ui.fields import Strength
from troth.ui.formats import (
    format_date,
    format_datetime,
    format_money,
    format_number,
    format_percent,
    format_size,
    format_span,
    name_country,
    name_currency,
    name_language,
)
from troth.ui.frame import Banner, Link, Place, register_banner, register_link, register_opinion, reverse_url_or_none
from troth.ui.lists import Column, arrange_columns, turn_page, with_query
from troth.ui.mail import RenderedMail, absolute_url, name_boundaries, render_mail, render_subject
from troth.ui.outgoing import REL, is_outgoing, leaving_url, mark_outgoing, read_target

__all__ = [
    "REL",
    "Banner",
    "Chart",
    "Column",
    "Datum",
    "ErrorPage",
    "Link",
    "Place",
    "RenderedMail",
    "Strength",
    "absolute_url",
    "arrange_columns",
    "describe_status",
    "draw_bars",
    "draw_line",
    "draw_shares",
    "format_date",
    "format_datetime",
    "format_money",
    "format_number",
    "format_percent",
    "format_size",
    "format_span",
    "is_outgoing",
    "leaving_url",
    "mark_outgoing",
    "name_boundaries",
    "name_country",
    "name_currency",
    "name_language",
    "read_target",
    "register_banner",
    "register_link",
    "register_opinion",
    "render_error",
    "render_mail",
    "render_subject",
    "reverse_url_or_none",
    "show_error",
    "turn_page",
    "with_query",
]
