"""The checks of A9, A10, A11, A13, B4, B5 and L1: an invented client uses the pages, and the rows are counted."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.accounts.api import AccountState, Profile
from troth.kernel import clock
from troth.kernel.crawl import Answer, crawl, fetch, list_paths
from troth.kernel.errors import Refused
from troth.kernel.operator import read_operator
from troth.kernel.pages import CLIENT, FRESH
from troth.kernel.ports import Control, Feature, Observation, Sabotage, controls, holders
from troth.rights import completeness, controls_written, guard, sabotages
from troth.rights.canary import Canary, vanishing_canary
from troth.rights.collection import asked_at, find_homeless_forms, house_forms, inputs_of
from troth.rights.corrections import explain_refusal, list_correctable
from troth.rights.coverage import list_uncopied_tables
from troth.rights.kinds import OPEN_STATES, Kind, State, Verification
from troth.rights.mails import list_mails, render_blank
from troth.rights.models import CorrectionTime, Request
from troth.rights.observing import Notes, read_inputs, read_links, read_words, squeeze
from troth.rights.queries import FIGURES_OVER, measure_corrections, unverified_done
from troth.ui.api import format_date

REDIRECT = 302
EXAMPLES = frozenset({"ui:components"})
"""Pages of the demo that draw inputs only to show how they look: nothing takes what is typed there."""

SAMPLE = 1000
"""The most rows that a check looks at one by one."""


# -- A9: complete, up to date ------------------------------------------------------------------------------------------


def observe_files() -> Observation:
    """Measure all files, and look that a client whose file is old is asked, and is believed when it answers."""
    notes = Notes()
    figures = completeness.measure_files()
    notes.examined += figures.files
    notes.expect(figures.confirmed + figures.to_ask == figures.files, "the figures of the files do not add up")
    notes.expect(not figures.lacking, f"{figures.lacking} files hold less than is required")
    with vanishing_canary() as canary:
        notes.expect(
            canary.profile.given_count == canary.count_values(),
            "the count of a file's values is not that of its values",
        )
        notes.expect(not _is_asked(canary), "a client is asked to confirm what it gave today")
        months = read_operator().numbers.confirm_details_months
        long_ago = clock.today() - timedelta(days=31 * months + 31)
        Profile.objects.filter(pk=canary.profile.pk).update(written_on=long_ago)
        notes.expect(_is_asked(canary), "a client whose file is old is not asked whether it is still right")
        canary.post("rights:admin_confirm")
        notes.expect(canary.profile.written_on == clock.today(), "a confirmation was not noted")
        notes.expect(not _is_asked(canary), "a client who confirmed is asked again")
    return notes.observation(
        files=figures.files, to_ask=figures.to_ask, lacking=figures.lacking, average_given=figures.average_given
    )


def _is_asked(canary: Canary) -> bool:
    return reverse("rights:admin_confirm") in canary.get("rights:admin")


# -- A10: told how and where, and everything is there ------------------------------------------------------------------


def observe_everything() -> Observation:
    """Give every detail, and look for each on the Admin page and in the copy; look that no store is left out."""
    notes = Notes()
    with vanishing_canary() as canary:
        given = canary.give_details()
        page = read_words(canary.get("rights:admin"))
        copy = _read_copy(canary)
        for name, shown in given.items():
            wanted = squeeze([shown])
            notes.expect(wanted in page, f"the Admin page does not show the value “{name}”")
            notes.expect(wanted in copy, f"the copy lacks the value “{name}”")
        for name, attribute in Profile.sealed_attributes.items():
            notes.expect(squeeze([str(attribute.why)]) in page, f"the Admin page does not say why “{name}” is held")
        for holder in holders:
            for item in holder.show(canary.subject_id):
                why = squeeze([str(item.why)])
                notes.expect(why in page, f"the Admin page does not show what “{holder.name}” holds, or not why")
    for label in list_uncopied_tables():
        notes.expect(held=False, otherwise=f"{label} holds rows about clients of which the copy says nothing")
    return notes.observation(values=len(given))


def _read_copy(canary: Canary) -> str:
    from troth.rights.export.document import make_document
    from troth.rights.export.sheets import make_sheets

    with canary.acting():
        document = make_document(canary.subject_id)
    return squeeze(text for _name, text in make_sheets(document))


def observe_way_there() -> Observation:
    """Look that every public page and every mail names the way to the Admin page."""
    notes = Notes()
    admin = reverse("rights:admin")
    for answer in crawl():
        if answer.is_html and answer.status == 200:
            notes.expect(admin in read_links(answer.text), f"{answer.path} has no link to the Admin page")
    address = settings.ENVIRONMENT.site + admin
    for name in list_mails():
        notes.expect(address in render_blank(name, admin_url=address), f"the mail {name} does not name the Admin page")
    return notes.observation(mails=len(list_mails()))


# -- A11: errors are reported and corrected in time --------------------------------------------------------------------


def observe_corrections() -> Observation:
    """Report an error, and look at its date; look that no request is late, and that the published figures are right."""
    notes = Notes()
    with vanishing_canary() as canary:
        canary.post("rights:report_error", {"text": f"wrong {canary.tag}"}, **canary.address_of("name"))
        report = Request.objects.filter(subject_id=canary.subject_id).first()
        notes.expect(report is not None and report.kind == Kind.ERROR, "an error report did not reach the register")
        if report is not None:
            page = read_words(canary.get("rights:request", request_id=report.id))
            due = _count_working_days(clock.now(), read_operator().numbers.correction_working_days)
            notes.expect(report.number in read_words(canary.get("rights:admin")), "the Admin page lacks the report")
            notes.expect(squeeze([format_date(due.date())]) in page, "the report does not show the promised date")
    for request in Request.objects.filter(state__in=OPEN_STATES).defer("sealed").order_by("received_at")[:SAMPLE]:
        notes.expect(not request.is_late, f"request {request.number} is late")
    notes.expect(not unverified_done().exists(), "a request was done though nobody verified its sender")
    times = CorrectionTime.objects.filter(closed_on__gte=(clock.now() - FIGURES_OVER).date())
    seconds = list(times.values_list("took_seconds", flat=True))
    figures = measure_corrections()
    notes.expect(figures.corrected == len(seconds), "the published number of corrections is not that of the rows")
    if seconds and figures.median and figures.worst:
        notes.expect(figures.median.total_seconds() == median(seconds), "the published median is not that of the rows")
        notes.expect(figures.worst.total_seconds() == max(seconds), "the published worst time is not that of the rows")
    return notes.observation(corrected=figures.corrected, waiting=figures.waiting)


def _count_working_days(start: datetime, days: int) -> datetime:
    """Count Monday to Friday apart from ``deadlines``, so that one mistake does not hide another."""
    moment = start.astimezone(ZoneInfo(read_operator().time_zone))
    while days:
        moment += timedelta(days=1)
        days -= moment.isoweekday() not in {6, 7}
    return moment


# -- A13: what is refused says why -------------------------------------------------------------------------------------


def observe_refusals() -> Observation:
    """Try what must be refused; each time the page says what happened, what was kept and what to do next."""
    notes = Notes()
    with vanishing_canary() as canary:
        page = canary.browser.get(reverse("rights:correct", kwargs=canary.address_of("interest_records")))
        words = squeeze([str(explain_refusal(Profile.sealed_attributes["interest_records"]))])
        notes.expect(page.status_code == Refused.status, "the record of a choice could be corrected")
        notes.expect(words and words in read_words(page.content.decode()), "a refused correction does not say why")
        blank = canary.post("rights:correct", {"name": ""}, **canary.address_of("name"))
        notes.expect(canary.values["name"] in _open_name(canary), "a required value could be taken away")
        notes.expect(
            "To be mended:" in read_words(blank.content.decode()), "a refused answer does not say what to mend"
        )
        for state in State:
            for how in ("", Verification.SIGNED_LETTER):
                notes.expect(
                    _is_refused(Request(state=state, verified_how=how)), f"unverified and {state}: carried out"
                )
    return notes.observation()


def _is_refused(request: Request) -> bool:
    """Return whether the guard says no, in words."""
    try:
        guard.may_execute(request)
    except Refused as refusal:
        return bool(refusal.message and refusal.kept)
    return False


def _open_name(canary: Canary) -> str:
    with canary.acting():
        return canary.profile.open("name").show("name")


# -- B4: optional is optional ------------------------------------------------------------------------------------------


def observe_optional() -> Observation:
    """Look at each optional detail: it is called optional, says what it changes, and can be left out."""
    notes = Notes()
    with vanishing_canary() as canary:
        for name in list_correctable(Profile):
            attribute = Profile.sealed_attributes[name]
            if attribute.required:
                continue
            page = read_words(canary.get("rights:correct", **canary.address_of(name)))
            asked = next(iter(attribute.form_fields().values())).label
            notes.expect(f"{asked} optional" in page, f"“{name}” is not called optional where it is asked")
            effect = squeeze([str(attribute.effect)])
            notes.expect(effect and effect in page, f"“{name}” does not say what it changes")
            answer = canary.post("rights:correct", {}, **canary.address_of(name))
            notes.expect(answer.status_code == REDIRECT, f"“{name}” cannot be left out")
    return notes.observation()


# -- B5: a list of every point of collection ---------------------------------------------------------------------------


def observe_collection() -> Observation:
    """Compare what the pages ask with what the list says, on every page that can be opened."""
    notes = Notes()
    for homeless in find_homeless_forms():
        notes.expect(held=False, otherwise=f"{homeless} asks something and stands on no page of the list")
    by_page: dict[str, set[str]] = {}
    for form in house_forms():
        for route in asked_at(form):
            by_page.setdefault(route, set()).update(inputs_of(form))
    for answer in crawl():
        _compare_inputs(notes, answer, by_page)
    with vanishing_canary() as canary:
        for path in [*list_paths(access=CLIENT), *list_paths(access=FRESH)]:
            _compare_inputs(notes, fetch(canary.browser, path), by_page)
        for name in list_correctable(Profile):
            path = reverse("rights:correct", kwargs=canary.address_of(name))
            _compare_inputs(notes, fetch(canary.browser, path), by_page)
    return notes.observation(pages=len(by_page))


def _compare_inputs(notes: Notes, answer: Answer, by_page: Mapping[str, set[str]]) -> None:
    if answer.is_html and answer.status == 200 and answer.route not in EXAMPLES:
        for name in sorted(read_inputs(answer.text) - by_page.get(answer.route, set())):
            notes.expect(held=False, otherwise=f"{answer.path} asks “{name}”, which the list does not have")
        notes.examined += 1


# -- L1: correct, update, deactivate, delete ---------------------------------------------------------------------------


def observe_rights() -> Observation:
    """Correct a value, give one, deactivate, and ask for deletion: by the pages, as a client does."""
    notes = Notes()
    with vanishing_canary() as canary:
        name = f"Mended {canary.tag}"
        canary.post("rights:correct", {"name": name}, **canary.address_of("name"))
        notes.expect(name in read_words(canary.get("rights:admin")), "a correction does not show")
        notes.expect(_open_name(canary) == name, "a correction was not kept")
        note = f"medals {canary.tag}"
        canary.post("rights:correct", {"collects": note}, **canary.address_of("collects"))
        notes.expect(note in read_words(canary.get("rights:admin")), "a value that was given does not show")
        plan = read_words(canary.get("rights:delete"))
        notes.expect(squeeze([str(Profile._meta.verbose_name_plural)]) in plan, "the preview does not name what goes")
        canary.post("rights:delete")
        notes.expect(canary.account.state == AccountState.LEAVING, "asking for deletion set no date")
    with vanishing_canary() as canary:
        canary.post("rights:deactivate")
        notes.expect(canary.account.state == AccountState.DEACTIVATED, "the account was not deactivated")
        notes.expect(not canary.get("rights:admin"), "a deactivated account is still signed in")
    return notes.observation()


_CONTROLS = (
    Control(
        key="rights.files",
        clauses=("A9",),
        words=_("Files are counted by age and completeness; whoever’s is old is asked whether it is still right."),
        observe=observe_files,
        sabotages=(
            Sabotage("unasked", _("Nobody is asked any more."), sabotages.ask_nobody),
            Sabotage("deaf", _("A confirmation is not noted."), sabotages.forget_confirmations),
            Sabotage("hollow", _("A file loses what is required."), sabotages.hollow_out),
            Sabotage("miscounted", _("Values are counted wrongly."), sabotages.miscount),
        ),
        every=timedelta(hours=6),
    ),
    Control(
        key="rights.everything",
        clauses=("A10", "L1"),
        words=_("Everything that an invented client gave stands on its Admin page and in its copy, with why."),
        observe=observe_everything,
        sabotages=(
            Sabotage("hidden_table", _("The page leaves a table out."), sabotages.hide_tables),
            Sabotage("short_copy", _("The copy leaves long texts out."), sabotages.shorten_copy),
            Sabotage("hidden_store", _("A store outside the sealed tables shows nothing."), sabotages.hide_stores),
        ),
        critical=True,
        closes=(Feature.EXPORTS,),
    ),
    Control(
        key="rights.way_there",
        clauses=("A10",),
        words=_("Every public page and every mail names the way to the Admin page."),
        observe=observe_way_there,
        sabotages=(
            Sabotage("no_link", _("The pages lose the link."), sabotages.drop_link),
            Sabotage("mail_without", _("The mails lose the address."), sabotages.drop_address_from_mails),
        ),
        every=timedelta(hours=6),
    ),
    Control(
        key="rights.corrections",
        clauses=("A11",),
        words=_("An error report gets its date, no request is late, and the published times are those of the rows."),
        observe=observe_corrections,
        sabotages=(
            Sabotage("late", _("A request has waited for two months."), sabotages.leave_request_waiting),
            Sabotage("wrong_date", _("The pages print a later date."), sabotages.print_later_dates),
            Sabotage("flattery", _("The published median is halved."), sabotages.flatter_figures),
            Sabotage("lost_report", _("A report does not reach the register."), sabotages.lose_reports),
        ),
    ),
    Control(
        key="rights.refusals",
        clauses=("A13",),
        words=_(
            "What would break a promise is refused, with the reason; nothing is carried out for an unverified sender."
        ),
        observe=observe_refusals,
        sabotages=(
            Sabotage("unverified", _("A request is carried out whoever sent it."), sabotages.trust_anybody),
            Sabotage("silent", _("A refusal gives no reason."), sabotages.refuse_silently),
        ),
    ),
    Control(
        key="rights.optional",
        clauses=("B4",),
        words=_("Each optional detail is called so, says what it changes, and can be left out."),
        observe=observe_optional,
        sabotages=(
            Sabotage("compulsory", _("The telephone number becomes compulsory."), sabotages.demand_telephone),
            Sabotage("unsaid", _("A detail does not say what it changes."), sabotages.say_no_effect),
        ),
        every=timedelta(hours=6),
    ),
    Control(
        key="rights.collection",
        clauses=("B5", "A3"),
        words=_(
            "What the pages ask is what the public list of collection points says, on every page that can be opened."
        ),
        observe=observe_collection,
        sabotages=(
            Sabotage("extra", _("The registration page asks one thing more."), sabotages.ask_more),
            Sabotage("homeless", _("A form stands on no page of the list."), sabotages.take_form_off_list),
        ),
        every=timedelta(hours=6),
    ),
    Control(
        key="rights.self_service",
        clauses=("L1",),
        words=_("An invented client corrects, updates, deactivates and asks for deletion on its own pages."),
        observe=observe_rights,
        sabotages=(
            Sabotage("no_correction", _("A correction is taken and not kept."), sabotages.drop_corrections),
            Sabotage("no_deactivation", _("Deactivating does nothing."), sabotages.drop_deactivations),
            Sabotage("no_deletion", _("Asking for deletion does nothing."), sabotages.drop_deletions),
        ),
    ),
)


def register_controls() -> None:
    """Offer the checks to whoever runs them."""
    for control in (*_CONTROLS, *controls_written.CONTROLS):
        controls.register(control.key, control)
