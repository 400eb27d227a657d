"""The deliberate breaches of what this room promises, for the drills. None knows how the checks look."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta

from troth.accounts.api import Account, AccountState
from troth.announcements import budget, kinds, reviewing, texts, tokens
from troth.announcements.canary import send_invented, write_invented
from troth.announcements.kinds import DeliveryState, NoticeClass, NoticeState
from troth.announcements.models import Delivery, Notice
from troth.announcements.views import news
from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.operator import read_operator
from troth.kernel.sabotage import swap
from troth.kernel.undoing import undone


@contextmanager
def send_one_more() -> Iterator[None]:
    """Let one client have had one announcement too many within the year."""
    with undone():
        client = new_id()
        for number in range(read_operator().numbers.service_announcements_per_year + 1):
            notice = send_invented(new_id(), client, days=20 + 10 * number)
            notice.reviews.create(reviewer=str(new_id()), content_hash=notice.content_hash, approved=True)
        yield


@contextmanager
def send_unread() -> Iterator[None]:
    """Let an announcement have gone out that nobody read."""
    with undone():
        send_invented(new_id(), new_id(), days=40)
        yield


def count_own_word() -> AbstractContextManager[None]:
    """Count every word, the author's as well."""

    def count(notice: Notice) -> int:
        return notice.reviews.filter(content_hash=texts.hash_content(notice), approved=True).count()

    return swap(reviewing, "count_approvals", count)


def count_old_words() -> AbstractContextManager[None]:
    """Count every word of another about just this text, however old and whoever gave it."""

    def count(notice: Notice) -> int:
        current = texts.hash_content(notice)
        words = notice.reviews.filter(content_hash=current, approved=True).exclude(reviewer=notice.written_by)
        return words.count() if current == notice.content_hash else 0

    return swap(reviewing, "count_approvals", count)


@contextmanager
def correct_often() -> Iterator[None]:
    """Let an announcement have been corrected once too often."""
    with undone():
        corrected = send_invented(new_id(), new_id(), days=40)
        for _correction in range(kinds.MOST_CORRECTIONS + 1):
            send_invented(new_id(), new_id(), days=39, corrects=corrected)
        yield


def ignore_edits() -> AbstractContextManager[None]:
    """Take no notice of what a text says now."""
    return swap(reviewing, "hash_content", lambda notice: notice.content_hash)


def forget_budget() -> AbstractContextManager[None]:
    """Find nobody who got too many."""
    return swap(budget, "would_exceed", lambda _notice, **_limits: False)


def offer_opt_out() -> AbstractContextManager[None]:
    """Treat an announcement as news."""
    rules = {**kinds.RULES, NoticeClass.SERVICE: replace(kinds.RULES[NoticeClass.SERVICE], one_click=True)}
    return swap(kinds, "RULES", rules)


@contextmanager
def reach_deactivated() -> Iterator[None]:
    """Let an announcement have gone to somebody who had left an hour before."""
    with undone():
        hour_ago = clock.now() - timedelta(hours=1)
        gone = Account.objects.create(
            password="!",  # noqa: S106  opens nothing
            state=AccountState.DEACTIVATED,
            verified_at=hour_ago,
            state_changed_at=hour_ago,
        )
        notice = send_invented(new_id(), gone.pk, days=0)
        Delivery.objects.filter(notice=notice).update(ended_at=clock.now())
        yield


def drop_way_out() -> AbstractContextManager[None]:
    """Treat news as something that nobody can end."""
    rules = {**kinds.RULES, NoticeClass.NEWS: replace(kinds.RULES[NoticeClass.NEWS], one_click=False)}
    return swap(kinds, "RULES", rules)


def believe_any_link() -> AbstractContextManager[None]:
    """Take every link for one of ours."""
    return swap(news, "read_news_token", lambda _token: tokens.NewsToken(new_id(), "events"))


@contextmanager
def lose_recipient() -> Iterator[None]:
    """Drop one recipient of a notice that was sent to two."""
    with undone():
        notice = send_invented(new_id(), new_id(), days=50)
        Notice.objects.filter(pk=notice.pk).update(frozen_count=2)
        yield


@contextmanager
def add_recipient() -> Iterator[None]:
    """Put somebody on the list of a notice that has ended."""
    with undone():
        notice = write_invented(new_id())
        at = clock.now() - timedelta(days=1)
        Notice.objects.filter(pk=notice.pk).update(state=NoticeState.CLOSED, frozen_at=at, frozen_count=0, ended_at=at)
        Delivery.objects.create(notice=notice, subject_id=new_id(), state=DeliveryState.PENDING)
        yield
