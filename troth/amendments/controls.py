"""The checks of O1 and O3: rows held against what was promised, invented changes tried, and pages read as served."""

from datetime import timedelta
from html import unescape
from itertools import pairwise

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.amendments import sabotages
from troth.amendments.canary import Notes, walk_days, walk_decisions, walk_opinion, walk_uses
from troth.amendments.governing import list_keys
from troth.amendments.kinds import NEEDED, AmendmentState, LetterState
from troth.amendments.models import Amendment, NoticeLetter, Practice, Told
from troth.amendments.practice import compare_practices, read_practice
from troth.amendments.reviewing import count_voices
from troth.announcements.api import Delivery, SkipCause
from troth.kernel.crawl import SiteBrowser, fetch
from troth.kernel.ports import Control, Observation, Sabotage, controls
from troth.statement.api import find_coming_version, versions

MIN_DAYS = timedelta(days=30)
_PAGES = ("home", "statement:current", "statement:versions", "security", "help")


def observe_decisions() -> Observation:
    """Look at who decided on each version, how far off its day was, and try to publish what may not be."""
    notes = Notes()
    by_version = {each.version_id: each for each in Amendment.objects.filter(version__isnull=False)}
    for version in versions():
        amendment = by_version.get(version.pk)
        if version.number == 1:
            continue
        notes.expect(
            amendment and count_voices(amendment) >= NEEDED,
            f"version {version.number} was not decided on by two others",
        )
        if version.material:
            far = version.planned_for and version.planned_for >= version.published_at + MIN_DAYS
            notes.expect(far, f"version {version.number} is material, and its day is too soon")
        else:
            notes.expect(
                not version.findings or version.against_opinion,
                f"version {version.number} is called not material, the checks found something new, and nobody says why",
            )
    _compare_classes(notes)
    walk_decisions(notes)
    walk_opinion(notes)
    return Observation(examined=notes.examined, failures=notes.failures)


def observe_telling() -> Observation:
    """Look that no material version governs before everybody was told, and try to let one govern too early."""
    notes = Notes()
    for amendment in Amendment.objects.filter(state=AmendmentState.IN_FORCE, notice__isnull=False):
        version = amendment.version
        if version is None or version.in_force_at is None:
            continue
        notes.expect(
            version.planned_for and version.in_force_at >= max(version.planned_for, version.published_at + MIN_DAYS),
            f"version {version.number} governed before its day",
        )
        rows = Delivery.objects.filter(notice=amendment.notice, subject_id__isnull=False)
        told = Told.objects.filter(
            number=version.number, subject_id=OuterRef("subject_id"), at__lte=version.in_force_at
        )
        letters = NoticeLetter.objects.filter(number=version.number, subject_id=OuterRef("subject_id"))
        listed = rows.exclude(skipped_for=SkipCause.ACCOUNT)
        missing = listed.exclude(Exists(told)).exclude(Exists(letters)).count()
        notes.expect(not missing, f"version {version.number} governed before {missing} clients were told")
        waiting = NoticeLetter.objects.filter(
            number=version.number, state=LetterState.WAITING, made_at__lt=version.in_force_at
        )
        notes.expect(not waiting.exists(), f"version {version.number} governs, and letters about it wait")
    walk_days(notes)
    return Observation(examined=notes.examined, failures=notes.failures)


def observe_uses() -> Observation:
    """Look that each version in force has its practice, and ask at both doors for what none of them told."""
    notes = Notes()
    governing = [version for version in versions() if version.in_force_at]
    if not governing:
        return Observation(examined=0)
    kept = dict(Practice.objects.values_list("version_id", "facts"))
    notes.expect(governing[0].pk in kept, "nobody noted what the program does with the version in force")
    for facts in kept.values():
        notes.examined += sum(1 for _key in list_keys(facts))
    walk_uses(notes)
    return Observation(examined=notes.examined, failures=notes.failures, evidence={"practices": len(kept)})


def observe_posting() -> Observation:
    """Read the pages while a change is announced: banner, home page, archive and feed tell of it."""
    notes, coming = Notes(), find_coming_version()
    if coming is not None:
        way = reverse("statement:compare", kwargs={"old": coming.former_number, "new": coming.number})
        for name in _PAGES:
            head = unescape(fetch(SiteBrowser(), reverse(name)).text.partition("<main")[0])
            notes.expect(way in head, f"the page {name} does not announce version {coming.number} above its text")
        for name in ("home", "statement:versions"):
            body = fetch(SiteBrowser(), reverse(name)).text.partition("<main")[2]
            notes.expect(way in body, f"the page {name} does not post version {coming.number}")
    browser = SiteBrowser()
    archive, feed = fetch(browser, reverse("statement:versions")), fetch(browser, reverse("statement:feed"))
    for version in versions():
        notes.expect(f'id="version-{version.number}"' in archive.text, f"the archive lacks version {version.number}")
        notes.expect(
            f"statement/{version.number}</".encode() in feed.body, f"the feed does not tell of version {version.number}"
        )
        if version.against_opinion:
            words = unescape(archive.text)
            notes.expect(
                version.against_opinion in words, f"it is not public why version {version.number} was classed so"
            )
    return Observation(examined=notes.examined, failures=notes.failures)


def _compare_classes(notes: Notes) -> None:
    """Hold the practices of versions that follow each other against the class that people gave."""
    rows = list(Practice.objects.select_related("version").order_by("version__number"))
    for before, after in pairwise(rows):
        new = compare_practices(before.facts, after.facts)
        right = after.version.material or not new or after.version.against_opinion
        notes.expect(right, f"version {after.version.number} tells of something new and is called not material")
    if rows:
        now = read_practice(rows[-1].facts["watched"])
        notes.expect(now["uses"], "the program declares no value")


def register_controls() -> None:
    """Offer the checks of this room."""
    for control in (
        Control(
            key="amendments.decided",
            clauses=("O3",),
            words=_("Two others decided on each change and its class, for exactly the text that was published."),
            observe=observe_decisions,
            sabotages=(
                Sabotage("own_word", _("The author's own word counts."), sabotages.count_own_word),
                Sabotage("edited", _("A change is edited after it was approved."), sabotages.ignore_edits),
                Sabotage("shortened", _("A material change comes after ten days."), sabotages.shorten_period),
                Sabotage("called_small", _("A material change is called not material."), sabotages.call_it_small),
                Sabotage("blind", _("The checks find nothing new in anything."), sabotages.find_nothing_new),
            ),
            every=timedelta(hours=6),
        ),
        Control(
            key="amendments.told",
            clauses=("O3",),
            words=_("No material change governs before its day, nor before everybody was told."),
            observe=observe_telling,
            sabotages=(
                Sabotage("untold", _("A change governs though mails wait."), sabotages.count_nobody),
                Sabotage("too_soon", _("A day may be chosen that is too soon."), sabotages.allow_any_day),
                Sabotage("early", _("A version governed before its clients were told."), sabotages.govern_untold),
            ),
            every=timedelta(hours=6),
        ),
        Control(
            key="amendments.governs",
            clauses=("O1", "O3"),
            words=_("What a version adds is done for nobody before it governs, and before that person was told."),
            observe=observe_uses,
            sabotages=(
                Sabotage("any_use", _("A use that no version told of is allowed."), sabotages.allow_any_use),
                Sabotage("anybody", _("Everybody counts as told."), sabotages.take_all_for_told),
                Sabotage("no_practice", _("What the version told is lost."), sabotages.lose_practice),
            ),
            every=timedelta(hours=6),
        ),
        Control(
            key="amendments.posted",
            clauses=("O1", "O3"),
            words=_("An announced change stands above every page, on the home page, in the archive and in the feed."),
            observe=observe_posting,
            sabotages=(
                Sabotage("no_banner", _("The banner is lost while a change is announced."), sabotages.lose_banner),
                Sabotage("silent_feed", _("The feed leaves out the newest version."), sabotages.silence_feed),
            ),
            every=timedelta(hours=1),
        ),
    ):
        controls.register(control.key, control)
