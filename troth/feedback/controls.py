"""The checks of J5's second half: a form on every page, what comes of what is said, and who cannot be found by it."""

import re
from datetime import timedelta

from django.db import connection
from django.utils.translation import gettext_lazy as _

from troth.feedback import sabotages
from troth.feedback.canary import Notes, walk_client, walk_counts, walk_visitor
from troth.feedback.models import Feedback, Tally
from troth.feedback.pages import know_page
from troth.kernel.crawl import crawl
from troth.kernel.ports import Control, Observation, Sabotage, controls
from troth.ui.api import reverse_url_or_none

_FORM = re.compile(r'<form method="get" action="([^"]*)">\s*<fieldset class="opinion">')
_WHOLE = frozenset({"feedback:give", "feedback:give_on"})
"""The pages of the whole form, which need no way to it."""
_COLUMNS = {
    Feedback: {
        *("id", "subject_id", "key_id", "sealed", "seal_version", "written_on", "due_on", "given_count"),
        *("state", "apart", "sent_as", "wants_answer", "has_account", "received_at", "taken_by", "inquiry"),
        "public_answer_id",
    },
    Tally: {"id", "month", "page", "rating", "count"},
}
"""All that these tables may hold: no address of a browser and none of a page; and with the counts no person."""


def observe_within_reach() -> Observation:
    """Open every page in each guise: each has the form at its foot, which names the page and not its address."""
    notes = Notes()
    for answer in crawl():
        if not answer.is_html or answer.status != 200 or "</footer>" not in answer.text:
            continue
        found = _FORM.findall(answer.text)
        if answer.route in _WHOLE:
            notes.expect('name="words"' in answer.text, f"{answer.path} has lost its form")
            continue
        wanted = reverse_url_or_none("feedback:give_on", about=answer.route)
        notes.expect(found, f"{answer.path} has no form for feedback")
        notes.expect(not found or found == [wanted], f"the form of {answer.path} carries more than the page's name")
    return notes.observation()


def observe_heard() -> Observation:
    """Say something as a visitor and as a client, by the pages."""
    walked = [walk_visitor(), walk_client()]
    failures = [failure for each in walked for failure in each.failures]
    return Observation(examined=sum(each.examined for each in walked), failures=failures)


def observe_nobody() -> Observation:
    """Look at the tables as the database has them, and at what everybody reads of the counts."""
    notes = Notes()
    with connection.cursor() as cursor:
        for model, allowed in _COLUMNS.items():
            table = model._meta.db_table
            found = {column.name for column in connection.introspection.get_table_description(cursor, table)}
            notes.expect(found == allowed, f"the table {table} has a column that it may not have")
    for name in Tally.objects.values_list("page", flat=True).distinct():
        notes.expect(not name or know_page(name), "something is counted under what is no page's name")
    walked = walk_counts()
    return Observation(examined=notes.examined + walked.examined, failures=[*notes.failures, *walked.failures])


def register_controls() -> None:
    """Offer the checks of this room."""
    for control in (
        Control(
            key="feedback.within_reach",
            clauses=("J5",),
            words=_("Every page has a form for feedback at its foot, which names the page and not its address."),
            observe=observe_within_reach,
            sabotages=(
                Sabotage("lost", _("A page has no form any more."), sabotages.lose_the_form),
                Sabotage("address", _("The form carries the address of the page."), sabotages.carry_the_address),
            ),
            every=timedelta(hours=6),
        ),
        Control(
            key="feedback.heard",
            clauses=("J5",),
            words=_("What is said is kept, found and counted; a client takes it back; nobody is turned away."),
            observe=observe_heard,
            sabotages=(
                Sabotage("lost", _("What is said reaches nobody."), sabotages.hear_nothing),
                Sabotage("unlisted", _("What is said does not come into the inbox."), sabotages.list_nothing),
                Sabotage("kept", _("What was taken back stays."), sabotages.keep_what_was_taken_back),
                Sabotage("turned_away", _("Who fills a hidden field is turned away."), sabotages.turn_away),
                Sabotage("bound", _("What was to be unnamed is kept with the account."), sabotages.bind_all),
            ),
        ),
        Control(
            key="feedback.nobody",
            clauses=("J5", "A3"),
            words=_("Feedback keeps no address, and its counts lead to nobody."),
            observe=observe_nobody,
            sabotages=(
                Sabotage("address", _("A column keeps the address of a browser."), sabotages.add_an_address),
                Sabotage("page", _("The address of a page is counted."), sabotages.count_an_address),
                Sabotage("few", _("A month in which few spoke is shown."), sabotages.show_few),
            ),
        ),
    ):
        controls.register(control.key, control)
