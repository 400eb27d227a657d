"""What everybody can read: what was heard, what was done, and how much was said each month."""

from collections.abc import Sequence
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from troth.feedback.models import PublicAnswer
from troth.feedback.queries import least, list_answers, list_public_months, say_answer
from troth.kernel.pages import PUBLIC, page
from troth.ui.api import turn_page


@page(PUBLIC)
def show_answers(request: HttpRequest) -> HttpResponse:
    """Show the public answers, the newest first, and the months that are over."""
    shown = turn_page(request, cast("Sequence[PublicAnswer]", list_answers()))
    context = {
        "shown": shown,
        "answers": [(each, *say_answer(each)) for each in shown.object_list],
        "months": list_public_months(),
        "least": least(),
    }
    return render(request, "feedback/answers.jinja", context)
