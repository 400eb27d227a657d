"""The deliberate breaches of what this room promises, for the drills. None knows how the checks look."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from troth.amendments import drafting, governing, publishing, reviewing
from troth.amendments.canary import announce_invented, approve, hire_reviewer, invented, write_invented
from troth.amendments.kinds import AmendmentState
from troth.amendments.models import Amendment, Practice
from troth.kernel import clock
from troth.kernel.sabotage import meddle, swap
from troth.statement.api import StatementVersion, current_version, forget_current_version


def count_own_word() -> AbstractContextManager[None]:
    """Count every word, the author's as well."""

    def count(amendment: Amendment) -> int:
        return amendment.reviews.filter(content_hash=amendment.content_hash, approved=True).count()

    return swap(reviewing, "count_voices", count)


def ignore_edits() -> AbstractContextManager[None]:
    """Take no notice of what a text says now."""
    return swap(reviewing, "hash_amendment", lambda amendment: amendment.content_hash)


@contextmanager
def shorten_period() -> Iterator[None]:
    """Let a change stand announced whose day comes after ten days."""
    with invented():
        amendment = announce_invented()
        StatementVersion.objects.filter(pk__in=[amendment.version_id]).update(
            planned_for=clock.now() + timedelta(days=10)
        )
        yield


@contextmanager
def call_it_small() -> Iterator[None]:
    """Publish as not material what tells of one more purpose."""
    with invented():
        amendment = publishing.publish_amendment(
            approve(write_invented(material=False), hire_reviewer(), hire_reviewer())
        )
        practice = Practice.objects.get(version=amendment.version)
        label = next(iter(practice.facts["uses"]))
        practice.facts["uses"][label] = [*practice.facts["uses"][label], "resale"]
        practice.save()
        yield


def find_nothing_new() -> AbstractContextManager[None]:
    """Find nothing new in any change."""
    return swap(drafting, "find_findings", lambda _amendment: [])


def count_nobody() -> AbstractContextManager[None]:
    """Take everybody for told."""
    return swap(publishing, "count_untold", lambda _amendment: 0)


def allow_any_day() -> AbstractContextManager[None]:
    """Let a material change take effect tomorrow."""
    return swap(drafting, "earliest_day", lambda: clock.today() + timedelta(days=1))


@contextmanager
def govern_untold() -> Iterator[None]:
    """Let a version govern while the mail about it waits."""
    with invented():
        amendment = announce_invented()
        began = clock.now() - timedelta(days=40)
        StatementVersion.objects.filter(pk__in=[amendment.version_id]).update(
            published_at=began, planned_for=began + timedelta(days=31), in_force_at=clock.now()
        )
        Amendment.objects.filter(pk=amendment.pk).update(state=AmendmentState.IN_FORCE)
        yield


def allow_any_use() -> AbstractContextManager[None]:
    """Ask nobody what the statement says."""
    return swap(governing, "judge_use", lambda _use: "")


def take_all_for_told() -> AbstractContextManager[None]:
    """Take every client for one who was told of everything."""
    return swap(governing, "is_told", lambda _subject, _number: True)


@contextmanager
def lose_practice() -> Iterator[None]:
    """Lose what was noted with the version in force."""
    with invented():
        version = current_version()
        Practice.objects.filter(version=version).delete()
        governing.find_governing.forget()
        yield


@contextmanager
def lose_banner() -> Iterator[None]:
    """Lose what stands above every page while a change is announced."""

    def drop(_request: HttpRequest, response: HttpResponseBase) -> None:
        if response.headers.get("Content-Type", "").startswith("text/html"):
            text = response.content.decode()  # type: ignore[attr-defined]
            _head, main, rest = text.partition("<main")
            response.content = f"<!doctype html><title>…</title>{main}{rest}"  # type: ignore[attr-defined]

    with invented():
        announce_invented()
        forget_current_version()
        with meddle(drop):
            yield


@contextmanager
def silence_feed() -> Iterator[None]:
    """Leave the newest version out of the feed."""

    def drop(_request: HttpRequest, response: HttpResponseBase) -> None:
        if response.headers.get("Content-Type", "").startswith("application/atom+xml"):
            text = response.content.decode()  # type: ignore[attr-defined]
            head, entry, rest = text.partition("<entry>") if "<entry>" in text else text.partition("<ns0:entry>")
            response.content = head + rest.partition(entry.replace("<", "</", 1))[2]  # type: ignore[attr-defined]

    with invented():
        announce_invented()
        forget_current_version()
        with meddle(drop):
            yield
