"""The checks of N1 and N2: what passed on held against who was told, invented transitions tried, pages read."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from troth.accounts.api import Account, AccountState
from troth.announcements.api import Delivery, DeliveryState
from troth.disclosures.api import Wanted
from troth.kernel import clock
from troth.kernel.acting import acting, staff_member
from troth.kernel.crawl import SiteBrowser
from troth.kernel.errors import Refused
from troth.kernel.ids import new_id
from troth.kernel.ports import Control, Feature, Observation, Sabotage, controls
from troth.kernel.purposes import Purpose
from troth.transitions import actions, evidence, sabotages
from troth.transitions.canary import invented, join, label
from troth.transitions.kinds import TransitionState
from troth.transitions.models import Objection, Passed, Transition

_PAGES = ("/", "/statement/", "/announcements/", "/sign-in/")
_MONTH = timedelta(days=30)


class Notes:
    """What was looked at, and what was wrong."""

    def __init__(self) -> None:
        self.examined = 0
        self.failures: list[str] = []

    def expect(self, held: object, otherwise: str) -> None:
        """Count one thing, and note what is wrong where it is not as it should be."""
        self.examined += 1
        if not held:
            self.failures.append(otherwise)

    def observation(self) -> Observation:
        """Return what was seen."""
        return Observation(examined=self.examined, failures=self.failures)


def observe_timing() -> Observation:
    """Try to carry out an invented transition too early, unreviewed, changed, and with somebody not mailed."""
    notes = Notes()
    cases: tuple[tuple[int, int, Callable[[Transition], object], bool, str], ...] = (
        (32, 2, _leave, True, "what everybody was told of 32 days ago cannot be carried out"),
        (30, 2, _leave, False, "it is carried out before 30 full days are over"),
        (29, 2, _leave, False, "it is carried out after 29 days"),
        (32, 1, _leave, False, "it is carried out on one reviewer's word"),
        (32, 2, lambda found: join(found, told=False), False, "it is carried out though somebody was not mailed"),
        (32, 2, _change, False, "it is carried out though it was changed after its review"),
        (32, 2, _reopen, False, "it is carried out while mails still wait"),
    )
    for days, reviewers, prepare, may, otherwise in cases:
        with invented(mailed_days_ago=days, reviewers=reviewers) as found:
            join(found)
            prepare(found)
            notes.expect(_try(found) is may, otherwise)
    _look_at_past(notes)
    return notes.observation()


def observe_membership() -> Observation:
    """Ask the door's judge for invented clients: who objected, left, joined later or was not told is not in it."""
    notes = Notes()
    with invented() as found:
        agreed, objector, leaver, untold = join(found), join(found), join(found), join(found, told=False)
        Objection.objects.create(transition=found, subject_id=objector)
        Account.objects.filter(pk=leaver).update(state=AccountState.LEAVING, deletes_at=clock.now() + timedelta(days=7))
        Transition.objects.filter(pk=found.pk).update(state=TransitionState.PACKING)
        notes.expect(_may_pass(found, agreed, label()), "who was told and agrees cannot pass on")
        notes.expect(not _may_pass(found, objector, label()), "who objected is in it")
        notes.expect(not _may_pass(found, leaver, label()), "who deleted the account is in it")
        notes.expect(not _may_pass(found, untold, label()), "who was never told is in it")
        notes.expect(not _may_pass(found, agreed, "accounts.Profile.telephone"), "more passes on than was announced")
        Transition.objects.filter(pk=found.pk).update(state=TransitionState.ANNOUNCED)
        notes.expect(not _may_pass(found, agreed, label()), "something passes on before it is carried out")
    for line in Passed.objects.select_related("transition").iterator(chunk_size=2000):
        objected = Objection.objects.filter(transition=line.transition, subject_id=line.subject_id).exists()
        notes.expect(not objected, "a client who objected stands in a manifest")
    return notes.observation()


def observe_notice() -> Observation:
    """Read pages as a visitor while an invented transition is announced: each bears it, and its page tells all."""
    notes = Notes()
    with invented(mailed_days_ago=3) as found:
        browser = SiteBrowser()
        for path in _PAGES:
            answer = browser.get(path, follow=True)
            text = answer.content.decode(errors="replace")
            notes.expect(found.other_party in text, f"the notice is not on {path}")
            notes.expect(f"/transitions/{found.pk}/" in text, f"the notice on {path} leads nowhere")
        page = strip_tags(browser.get(f"/transitions/{found.pk}/").content.decode(errors="replace"))
        for fact in (found.other_party, found.contact, found.get_kind_display()):
            notes.expect(fact in page, "its page does not tell all that is registered")
    return notes.observation()


def _look_at_past(notes: Notes) -> None:
    """Hold what was really handed over against the mails: each client's line against its delivery."""
    for line in Passed.objects.select_related("transition").iterator(chunk_size=2000):
        row = Delivery.objects.filter(notice=line.transition.notice, subject_id=line.subject_id).first()
        told_at = row.ended_at if row and row.state == DeliveryState.ACCEPTED else None
        in_time = told_at is not None and told_at <= line.at - _MONTH
        # The delivery ledger forgets its rows after a year; what was handed over so long ago was looked at then.
        forgotten = row is None and bool(line.transition.notice and line.transition.notice.counts)
        notes.expect(in_time or forgotten, "something passed on of a client who was not told thirty days before")


def _try(found: Transition) -> bool:
    """Try to carry it out; return whether it was begun."""
    try:
        with acting(actor=staff_member(new_id()), purpose=Purpose.UPKEEP):
            actions.begin_transfer(found)
    except Refused:
        return False
    return Transition.objects.get(pk=found.pk).state == TransitionState.PACKING


def _may_pass(found: Transition, subject_id: UUID, name: str) -> bool:
    wanted = Wanted(
        subject_id=subject_id,
        recipient=evidence.recipient_of(found),
        purpose=Purpose.TRANSITION,
        fields=(name,),
    )
    return evidence.find_evidence(found.pk, wanted) is not None


def _leave(_found: Transition) -> None:
    """Change nothing."""


def _change(found: Transition) -> None:
    Transition.objects.filter(pk=found.pk).update(labels=[label(), "accounts.Profile.name"])


def _reopen(found: Transition) -> None:
    if found.notice is not None:
        type(found.notice).objects.filter(pk=found.notice.pk).update(state="sending", ended_at=None)


def register_controls() -> None:
    """Offer the checks of this room."""
    for control in (
        Control(
            key="transitions.timing",
            clauses=("N1", "N2"),
            words=_("Nothing passes on before two approved it, everybody had the mail, and thirty full days are over."),
            observe=observe_timing,
            sabotages=(
                Sabotage("day_29", _("It is carried out on day 29."), sabotages.shorten_the_days),
                Sabotage(
                    "some_mails", _("It is carried out though some were not mailed."), sabotages.forget_the_unlisted
                ),
                Sabotage("mails_wait", _("It is carried out while mails still wait."), sabotages.count_from_announcing),
                Sabotage("own_word", _("One reviewer is enough."), sabotages.count_one_voice),
                Sabotage("edited", _("What passes on is changed after it was approved."), sabotages.ignore_changes),
                Sabotage("untold", _("Something passed on of a client who was never told."), sabotages.pass_on_untold),
            ),
            critical=True,
            closes=(Feature.TRANSFERS,),
        ),
        Control(
            key="transitions.membership",
            clauses=("N2",),
            words=_("Whoever objected, deleted the account or was not told is in no package."),
            observe=observe_membership,
            sabotages=(
                Sabotage("objector", _("Somebody who objected is in it."), sabotages.overlook_objections),
                Sabotage("leaver", _("Somebody who deleted the account is in it."), sabotages.keep_leavers),
                Sabotage("more", _("More passes on than was announced."), sabotages.pass_on_more),
            ),
            critical=True,
            closes=(Feature.TRANSFERS,),
        ),
        Control(
            key="transitions.notice",
            clauses=("N1", "N2"),
            words=_(
                "While a change of ownership is announced, every page says so and leads to all that is registered."
            ),
            observe=observe_notice,
            sabotages=(
                Sabotage("lost_banner", _("The notice is lost from the pages."), sabotages.lose_banner),
                Sabotage("silent_page", _("The page does not say who receives."), sabotages.hide_party),
            ),
        ),
    ):
        controls.register(control.key, control)
