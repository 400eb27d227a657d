"""Running controls on the live system, closing features, and refusing to break anything outside a scratch place."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings
from django_tasks_db.models import DBTaskResult

from troth.assessment.actions import reopen_feature, run_control, thin_history
from troth.assessment.alerts import tell_staff
from troth.assessment.drills import NO_COMPANY, SCRATCH_FILE, SCRATCH_MARK, _scratch_environment, drill_here
from troth.assessment.models import Closure, Outcome, Run
from troth.assessment.pages import quote_clause
from troth.assessment.queries import due_controls, report_clauses
from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.errors import Closed, Refused
from troth.kernel.operator import read_operator
from troth.kernel.ports import Control, Feature, Observation, Sabotage, controls, require_open
from troth.kernel.purposes import Purpose
from troth.rights.models import CorrectionTime
from troth.statement.api import ensure_published

pytestmark = pytest.mark.django_db

SECRET = "Ada Canary, ada.canary@example.org"


class World:
    """What the control of these tests looks at."""

    failures: tuple[str, ...] = ()
    examined = 3


@pytest.fixture
def scratch_place(monkeypatch) -> Iterator[None]:
    """Mark this process's place as a scratch one, by both marks."""
    monkeypatch.setenv(SCRATCH_MARK, "1")
    mark = settings.ENVIRONMENT.data / SCRATCH_FILE
    mark.touch()
    yield
    mark.unlink(missing_ok=True)


@contextmanager
def break_world() -> Iterator[None]:
    World.failures = ("The world is broken",)
    try:
        yield
    finally:
        World.failures = ()


@pytest.fixture
def control() -> Iterator[Control]:
    World.failures, World.examined = (), 3
    control = Control(
        key="tests.world",
        clauses=("A13",),
        words="The world is whole",
        observe=lambda: Observation(examined=World.examined, failures=World.failures),
        sabotages=(Sabotage("broken", "The world is broken", break_world),),
        critical=True,
        closes=(Feature.MAIL_TO_MANY,),
        every=timedelta(minutes=5),
    )
    controls.register(control.key, control)
    yield control
    controls.withdraw(control.key)


def test_whole_world_is_kept_and_closes_nothing(control):
    run = run_control(control)
    assert (run.outcome, run.examined) == (Outcome.KEPT, 3)
    require_open(Feature.MAIL_TO_MANY)


def test_broken_critical_control_closes_its_feature_at_once(control):
    World.failures = ("The world is broken",)
    assert run_control(control).outcome == Outcome.BROKEN
    with pytest.raises(Closed):
        require_open(Feature.MAIL_TO_MANY)


def test_feature_stays_closed_until_a_person_opens_it_and_the_promise_is_kept(control):
    World.failures = ("The world is broken",)
    run_control(control)
    with acting(actor=system("operator"), purpose=Purpose.UPKEEP):
        with pytest.raises(Refused):
            reopen_feature(Feature.MAIL_TO_MANY, by="operator")
        World.failures = ()
        run_control(control)
        with pytest.raises(Closed):
            require_open(Feature.MAIL_TO_MANY)
        assert reopen_feature(Feature.MAIL_TO_MANY, by="operator") == 1
    require_open(Feature.MAIL_TO_MANY)
    assert Closure.objects.get(feature=Feature.MAIL_TO_MANY).reopened_by == "operator"


def test_nothing_examined_is_no_success(control):
    World.examined = 0
    assert run_control(control).outcome == Outcome.NOTHING


def test_control_that_raises_counts_as_broken_and_its_words_are_not_kept():
    def fail() -> Observation:
        raise ValueError(SECRET)

    failing = Control(key="tests.failing", clauses=("A13",), words="", observe=fail, sabotages=())
    run = run_control(failing)
    assert run.outcome == Outcome.BROKEN
    assert "ValueError" in run.failures[0]
    assert SECRET not in str(run.failures)


def test_due_controls_are_those_whose_last_run_is_older_than_their_period(control):
    now = clock.now()
    assert control in due_controls(now)
    run = run_control(control)
    assert control not in due_controls(now)
    Run.objects.filter(id=run.id).update(finished_at=now - timedelta(minutes=5))
    assert control in due_controls(now)


def test_drill_catches_a_breach_and_leaves_nothing(control, scratch_place):
    (result,) = drill_here([control])
    assert result.caught
    assert World.failures == ()


def test_drill_says_when_a_breach_is_not_seen(control, scratch_place):
    blind = Control(
        key="tests.blind",
        clauses=("A13",),
        words="",
        observe=lambda: Observation(examined=1),
        sabotages=control.sabotages,
    )
    (result,) = drill_here([blind])
    assert not result.caught


@pytest.mark.parametrize("missing", ["variable", "file"])
def test_drill_is_refused_outside_a_scratch_place(control, scratch_place, monkeypatch, missing):
    if missing == "variable":
        monkeypatch.delenv(SCRATCH_MARK)
    else:
        (settings.ENVIRONMENT.data / SCRATCH_FILE).unlink()
    with pytest.raises(Refused):
        list(drill_here([control]))


def test_clause_that_nothing_watches_is_unproven():
    assert report_clauses()["N1"].state == "unproven"


@pytest.mark.parametrize("sabotage", ["stopped_schedule", "praised_nothing", "unbreakable"])
def test_assessment_notices_its_own_failing(sabotage, scratch_place):
    watch = controls.get("assessment.self_watch")
    for other in controls:
        Run.objects.create(
            control=other.key, started_at=clock.now(), finished_at=clock.now(), outcome=Outcome.KEPT, examined=1
        )
    results = {result.sabotage: result for result in drill_here([watch])}
    assert results[sabotage].caught, results[sabotage].note


@pytest.mark.parametrize("path", ["/promises/", "/promises/A12/"])
def test_public_pages_show_the_promises(client, path):
    response = client.get(path, secure=True)
    assert response.status_code == 200
    assert "unproven" in response.text


def test_page_of_a_clause_quotes_the_promise_and_no_other(client):
    ensure_published()
    page = client.get("/promises/A12/", secure=True).text
    quoted = {clause: quote_clause(clause, "en") for clause in ("A12", "C1")}
    assert all(text in page for text in quoted["A12"])
    assert quoted["A12"]
    assert quoted["C1"]
    assert not any(text in page for text in quoted["C1"])


def test_page_of_a_clause_draws_no_line_of_one_point(client):
    control = next(each for each in controls if "A12" in each.clauses)
    for count in (1, 2):
        Run.objects.create(
            control=control.key, started_at=clock.now(), finished_at=clock.now(), outcome=Outcome.KEPT, examined=5
        )
        page = client.get("/promises/A12/", secure=True).text
        assert ("How many things each of the last runs looked at" in page) is (count > 1)


def test_unknown_clause_is_not_found(client):
    assert client.get("/promises/Z9/", secure=True).status_code == 404


def test_old_history_keeps_the_last_success_of_each_day_and_every_failure():
    def add(at, outcome=Outcome.KEPT):
        return Run.objects.create(control="tests.old", started_at=at, finished_at=at, outcome=outcome, examined=1).id

    day = clock.now().replace(hour=12) - timedelta(days=40)
    gone = {add(day - timedelta(hours=2)), add(day - timedelta(hours=1))}
    stays = {add(day), add(day - timedelta(hours=3), Outcome.BROKEN), add(day - timedelta(days=1)), add(clock.now())}
    assert thin_history(clock.now()) == len(gone)
    assert set(Run.objects.filter(control="tests.old").values_list("id", flat=True)) == stays


def test_promise_page_shows_how_long_corrections_take(client):
    now = clock.now()
    for days, in_time in ((1, True), (2, True), (9, False)):
        CorrectionTime.objects.create(closed_on=now.date(), took_seconds=days * 86400, in_time=in_time)
    page = client.get("/promises/", secure=True).text
    figures = page[page.index('id="corrections"') :]
    figures = figures[: figures.index("</section>")]
    for figure in (">3<", "2 days", "9 days", ">2<"):
        assert figure in figures.replace("\xa0", " "), figure


def test_staff_are_told_once_when_a_promise_breaks_and_again_when_it_breaks_anew(control, mailoutbox):
    def look(*failures):
        World.failures = failures
        run_control(control)
        for task in DBTaskResult.objects.filter(task_path__endswith="tell_staff", status="READY"):
            tell_staff.call(*task.args_kwargs["args"])
            task.delete()

    look()
    assert mailoutbox == []
    look("The world is broken")
    look("The world is broken")
    assert len(mailoutbox) == 1
    assert "A13" in mailoutbox[0].subject
    assert "The world is broken" in mailoutbox[0].body
    assert mailoutbox[0].to == [read_operator().contacts.information_email]
    look()
    look("The world is broken")
    assert len(mailoutbox) == 2


def test_a_drill_reaches_nothing_that_the_live_site_works_with(monkeypatch, tmp_path):
    monkeypatch.setenv("EMAIL_URL", "smtps://site:secret@relay.example.org")
    monkeypatch.setenv("DATABASE_URL", "postgres://live.example.org/troth")
    monkeypatch.setenv("KEYS_DATABASE_URL", "postgres://live.example.org/keys")
    monkeypatch.setenv("MAIL_IN_URL", "imaps://desk:secret@mail.example.org/INBOX")
    monkeypatch.setenv("TROTH_CARD_URL", "https://card.example.org")
    monkeypatch.setenv("TROTH_SECRETS", "/srv/secrets")
    scratch = _scratch_environment(tmp_path)
    assert {scratch["TROTH_CARD_URL"], scratch["TROTH_PARCEL_URL"]} == {NO_COMPANY}
    assert "example.org" not in scratch["EMAIL_URL"]
    assert not {"DATABASE_URL", "KEYS_DATABASE_URL", "MAIL_IN_URL", "TROTH_SECRETS"} & scratch.keys()
    assert scratch["TROTH_DATA"] == str(tmp_path)


def test_a_fresh_site_says_that_its_checks_have_only_begun(client):
    assert "The first checks are running" in client.get("/promises/").text
