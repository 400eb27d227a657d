"""The checks of F1, F2 and B3: rows held against the numbers, invented notices tried, and mails read as they leave."""

from datetime import timedelta
from email.message import Message

from django.db.models import Count, F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.accounts.api import Account, AccountState
from troth.announcements import controls_moving, sabotages
from troth.announcements.canary import Notes, read_mails, walk_budget, walk_corrections, walk_review
from troth.announcements.kinds import MOST_CORRECTIONS, MOVING, PUBLISHED, YEAR, DeliveryState, NoticeClass, NoticeState
from troth.announcements.models import Delivery, Notice
from troth.announcements.queries import count_states
from troth.announcements.reviewing import count_approvals, count_needed
from troth.announcements.tokens import make_news_token, read_news_token
from troth.kernel import clock
from troth.kernel.crawl import SiteBrowser
from troth.kernel.ids import new_id
from troth.kernel.operator import read_operator
from troth.kernel.ports import Control, Feature, Observation, Sabotage, controls


def observe_rarity() -> Observation:
    """Count what each client got within a year, look at who read each notice, and try to send one too many."""
    notes, a_year = Notes(), read_operator().numbers.service_announcements_per_year
    counted = Notice.objects.filter(
        kind=NoticeClass.SERVICE, beyond_budget=False, corrects=None, frozen_at__gt=clock.now() - YEAR
    ).exclude(state=NoticeState.CANCELLED)
    got = Delivery.objects.filter(notice__in=counted, subject_id__isnull=False).exclude(state=DeliveryState.SKIPPED)
    over = got.values("subject_id").annotate(many=Count("id")).filter(many__gt=a_year).count()
    notes.expect(not over, f"{over} clients got more than {a_year} announcements within a year")
    often = Notice.objects.filter(corrects__isnull=False, state__in=PUBLISHED).values("corrects")
    often = often.annotate(many=Count("id")).filter(many__gt=MOST_CORRECTIONS)
    notes.expect(not often.exists(), "an announcement was corrected more often than is said")
    for notice in Notice.objects.filter(frozen_at__isnull=False):
        notes.expect(
            count_approvals(notice) >= count_needed(notice), f"notice {notice.pk} went out without its reviewers"
        )
    for walked in (walk_review(), walk_budget(), walk_corrections()):
        notes.examined += walked.examined
        notes.failures += walked.failures
    return notes.observation()


def observe_no_opt_out() -> Observation:
    """Read the mail of an announcement, and look that none went to who had deactivated its account."""
    notes = Notes()
    way_out = reverse("rights:deactivate")
    for mail in read_mails(NoticeClass.SERVICE):
        notes.expect(mail["List-Unsubscribe"] is None, "an announcement carries List-Unsubscribe")
        notes.expect(way_out in _text_of(mail), "an announcement does not lead to deactivation")
    away = Account.objects.filter(state=AccountState.DEACTIVATED)
    since = dict(away.values_list("pk", "state_changed_at"))
    rows = Delivery.objects.filter(notice__kind=NoticeClass.SERVICE, state=DeliveryState.ACCEPTED, subject_id__in=away)
    for subject_id, at in rows.values_list("subject_id", "ended_at"):
        left = since.get(subject_id) if subject_id else None
        late = left is not None and at is not None and at > left + _WINDOW
        notes.expect(not late, "an announcement went to a deactivated account")
    return notes.observation()


def observe_news() -> Observation:
    """Read the mail of news, and end news of nobody by the link as a mail program does."""
    notes = Notes()
    for mail in read_mails(NoticeClass.NEWS):
        way = str(mail["List-Unsubscribe"] or "").strip("<>")
        notes.expect(mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click", "news has no one-click")
        token = way.rstrip("/").rpartition("/")[2]
        notes.expect(read_news_token(token) is not None, "the link in news ends nothing")
    token = make_news_token(new_id(), next(iter(read_operator().interests)))
    for name, expected in ((token, 200), (f"{token}x", 404)):
        answer = SiteBrowser().post(
            reverse("announcements:end_news", kwargs={"token": name}), {"List-Unsubscribe": "One-Click"}
        )
        notes.expect(answer.status_code == expected, f"one click was answered by {answer.status_code}")
    return notes.observation()


def observe_sums() -> Observation:
    """Add up the rows of every notice that was listed: none is lost, and none came after."""
    notes = Notes()
    listed = Notice.objects.filter(frozen_count__isnull=False, counts={}).filter(
        state__in=(*MOVING, NoticeState.CLOSED, NoticeState.CANCELLED)
    )
    for notice in listed:
        total = sum(count_states(notice).values())
        notes.expect(total == notice.frozen_count, f"notice {notice.pk}: {total} rows of {notice.frozen_count}")
    stuck = Delivery.objects.filter(
        notice__state__in=(NoticeState.CLOSED, NoticeState.CANCELLED), state=DeliveryState.PENDING
    )
    notes.expect(not stuck.exists(), "rows wait of a notice that has ended")
    early = Delivery.objects.filter(ended_at__lt=F("notice__frozen_at")).count()
    notes.expect(not early, f"{early} mails ended before their notice began")
    return notes.observation()


_WINDOW = timedelta(minutes=10)
"""A mail that was under way when an account was deactivated may still end after it."""


def _text_of(mail: Message) -> str:
    parts = [part.get_payload(decode=True) for part in mail.walk() if part.get_content_type() == "text/plain"]
    return b"".join(part for part in parts if isinstance(part, bytes)).decode(errors="replace")


def register_controls() -> None:
    """Offer the checks of this room."""
    for control in (
        Control(
            key="announcements.rare",
            clauses=("F1",),
            words=_("No client gets more announcements than promised, and another person read each one first."),
            observe=observe_rarity,
            sabotages=(
                Sabotage("one_more", _("A client gets one announcement too many."), sabotages.send_one_more),
                Sabotage("unread", _("An announcement goes out that nobody read."), sabotages.send_unread),
                Sabotage("own_word", _("The author's own word is enough."), sabotages.count_own_word),
                Sabotage("edited", _("A text is changed after it was approved."), sabotages.ignore_edits),
                Sabotage("old_word", _("An approval counts for ever, and whoever gave it."), sabotages.count_old_words),
                Sabotage("corrected", _("An announcement is corrected too often."), sabotages.correct_often),
                Sabotage("no_budget", _("The number of the year is not looked at."), sabotages.forget_budget),
            ),
            critical=True,
            closes=(Feature.MAIL_TO_MANY,),
        ),
        Control(
            key="announcements.no_opt_out",
            clauses=("F2",),
            words=_("An announcement says how to deactivate, offers no opt-out, and reaches no deactivated account."),
            observe=observe_no_opt_out,
            sabotages=(
                Sabotage("list_header", _("An announcement carries an opt-out."), sabotages.offer_opt_out),
                Sabotage("to_the_absent", _("One reaches a deactivated account."), sabotages.reach_deactivated),
            ),
        ),
        Control(
            key="announcements.news",
            clauses=("B3",),
            words=_("News carries one click that ends it, and the click works without signing in."),
            observe=observe_news,
            sabotages=(
                Sabotage("no_way_out", _("News leaves without a way out."), sabotages.drop_way_out),
                Sabotage("any_link", _("A link that we did not make is believed."), sabotages.believe_any_link),
            ),
        ),
        Control(
            key="announcements.sums",
            clauses=("F1", "O3"),
            words=_("Of every notice the rows add up to the number of its recipients."),
            observe=observe_sums,
            sabotages=(
                Sabotage("lost_row", _("A recipient is dropped from the list."), sabotages.lose_recipient),
                Sabotage("late_row", _("A recipient is added after the listing."), sabotages.add_recipient),
            ),
        ),
    ):
        controls.register(control.key, control)
    controls_moving.register_controls()
