"""Invented people who say something by the pages, carried through on the live system and undone (A12)."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from troth.feedback import queries
from troth.feedback.judging import make_mark, read_mark
from troth.feedback.models import Feedback, Tally
from troth.kernel import clock
from troth.kernel.crawl import SiteBrowser, guises
from troth.kernel.operator import read_operator
from troth.kernel.pages import CLIENT
from troth.kernel.ports import Observation
from troth.kernel.undoing import undone

WORDS = "An invented word about an invented page."
OK, SEE_OTHER = 200, 302


@dataclass
class Notes:
    """Counts what was looked at, and keeps what broke."""

    examined: int = 0
    failures: list[str] = field(default_factory=list)

    def expect(self, held: object, otherwise: str) -> None:
        """Note one look, and ``otherwise`` where it did not hold."""
        self.examined += 1
        if not held:
            self.failures.append(otherwise)

    def observation(self, **evidence: Any) -> Observation:
        """Return what was seen."""
        return Observation(examined=self.examined, failures=self.failures, evidence=evidence)


@contextmanager
def a_visitor() -> Iterator[Client]:
    """Give the browser of an invented visitor; what it did is undone after the block."""
    with undone():
        # A network of its own, out of the range for documentation: the limits count a canary for itself.
        network = f"2001:db8:{secrets.randbits(16):x}:{secrets.randbits(16):x}::1"
        yield SiteBrowser(headers={"origin": settings.ENVIRONMENT.site}, REMOTE_ADDR=network)


@contextmanager
def a_client() -> Iterator[Client]:
    """Give the browser of an invented client that is signed in; what it did is undone after the block."""
    guise = next(each for each in guises if each.access == CLIENT)
    with guise.enter() as browser:
        yield browser


def say(browser: Client, **answers: str) -> tuple[int, Feedback | None]:
    """Send the form of the home page as a person would, a minute after it was opened.

    Returns the status of the answer, and what was kept.
    """
    mark = make_mark(made_at=clock.now() - timedelta(minutes=1))
    path = reverse("feedback:give_on", kwargs={"about": "home"})
    sent = post(browser, path, {"rating": "4", "words": WORDS, "mark": mark} | answers)
    read = read_mark(mark)
    kept = Feedback.objects.filter(sent_as=read.id).first() if read is not None else None
    return sent.status_code, kept


def post(browser: Client, path: str, data: dict[str, str]) -> Any:
    """Open the page of the form, and send to ``path`` with its mark against forged forms."""
    browser.get(reverse("feedback:give"))
    token = browser.cookies[settings.CSRF_COOKIE_NAME].value
    return browser.post(path, data | {"csrfmiddlewaretoken": token}, headers={"origin": settings.ENVIRONMENT.site})


def count_all() -> int:
    """Return how much is counted of all months."""
    return Tally.objects.aggregate(n=Sum("count"))["n"] or 0


def walk_visitor() -> Observation:
    """Say something as a visitor: it is in the inbox and counted; what a program sends is set apart and not refused."""
    notes = Notes()
    with a_visitor() as browser:
        before = count_all()
        status, kept = say(browser, contact="canary@example.org")
        notes.expect(status == OK, "a visitor cannot give feedback")
        if kept is not None:
            notes.expect(queries.inbox().filter(pk=kept.pk).exists(), "what a visitor said is not in the inbox")
            notes.expect(kept.wants_answer and not kept.has_account, "a visitor's wish for an answer is not noted")
        else:
            notes.expect(held=False, otherwise="what a visitor said was not kept")
        notes.expect(count_all() == before + 1, "a number that was given is not counted")
        trapped, apart = say(browser, homepage="https://lamps.example.com")
        notes.expect(trapped == status, "a form that looks made by a program is answered otherwise")
        notes.expect(apart is not None, "a form that looks made by a program is thrown away unread")
        if apart is not None:
            notes.expect(queries.set_apart().filter(pk=apart.pk).exists(), "what looks made by a program is not apart")
        notes.expect(count_all() == before + 1, "what looks made by a program is counted")
        notes.expect(len(browser.cookies) == 1, "giving feedback begins a session for a visitor")
    return notes.observation()


def walk_client() -> Observation:
    """Say something as a client: it stands on its own page, and is gone when it is taken back."""
    notes = Notes()
    with a_client() as browser:
        before = count_all()
        _status, kept = say(browser)
        if kept is None:
            notes.expect(held=False, otherwise="what a client said was not kept")
            return notes.observation()
        mine = browser.get(reverse("feedback:mine")).content.decode()
        notes.expect(WORDS in mine, "a client does not find its own feedback")
        path = reverse("feedback:withdraw", kwargs={"feedback_id": kept.pk})
        notes.expect(post(browser, path, {}).status_code == SEE_OTHER, "a client cannot take feedback back")
        notes.expect(not Feedback.objects.filter(pk=kept.pk).exists(), "feedback that was taken back is still there")
        notes.expect(count_all() == before, "feedback that was taken back is still counted")
        _status, unnamed = say(browser, unnamed="on")
        notes.expect(unnamed is not None and not unnamed.has_account, "what was not to be bound to an account is bound")
    return notes.observation()


def walk_counts() -> Observation:
    """Let few and enough have spoken in months long past: everybody reads how many they were only of the latter."""
    notes = Notes()
    with undone():
        fewest = read_operator().numbers.suppression_threshold
        for month, count in ((date(1999, 1, 1), fewest - 1), (date(1999, 2, 1), fewest)):
            Tally.objects.filter(month=month).delete()
            Tally.objects.create(month=month, page="home", rating=4, count=count)
        with clock.told(clock.now().replace(year=1999, month=3, day=9)):
            shown = {each.first.month: each for each in queries.list_public_months()}
        few, enough = shown.get(1), shown.get(2)
        notes.expect(few and few.count is None and few.mean is None, "a month in which too few spoke shows a number")
        notes.expect(enough and enough.count == fewest, "a month in which enough spoke shows no number")
    return notes.observation()
