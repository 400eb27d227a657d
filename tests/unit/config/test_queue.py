"""The task queue's table keeps where a task failed, and not what the error said."""

from datetime import timedelta

import pytest
import time_machine
from django.tasks import task
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from troth.config.queue import KEPT, MOST_TRIES, has_tasks, reclaim_tasks
from troth.kernel import clock
from troth.kernel.ports import retention_rules
from troth.kernel.queues import LONG, Share
from troth.vault.api import preview_retention

SECRET = "ada.canary@example.org"


@task
def fail_aloud() -> None:
    raise ValueError(SECRET)


@pytest.mark.django_db
def test_failed_task_keeps_type_and_place_and_no_text():
    row = DBTaskResult.objects.get(id=fail_aloud.enqueue().id)
    try:
        fail_aloud.call()
    except ValueError as error:
        row.set_failed(error)
    stored = DBTaskResult.objects.get(id=row.id)
    assert "ValueError" in stored.traceback
    assert "test_queue.py" in stored.traceback
    assert SECRET not in stored.traceback


@task
def count_ids() -> int:
    return 0


@pytest.mark.django_db
def test_task_of_a_killed_worker_is_put_back_and_a_running_one_is_left():
    killed, running = (DBTaskResult.objects.get(id=count_ids.enqueue().id) for _ in range(2))
    killed.claim("worker-a")
    moment = clock.now()
    running.claim("worker-b")
    assert reclaim_tasks(begun_before=moment) == 1
    killed.refresh_from_db()
    running.refresh_from_db()
    assert (killed.status, running.status) == ("READY", "RUNNING")


@pytest.mark.django_db
def test_task_that_kills_each_worker_is_given_up():
    row = DBTaskResult.objects.get(id=count_ids.enqueue().id)
    for number in range(MOST_TRIES):
        row.claim(f"worker-{number}")
    assert reclaim_tasks(begun_before=clock.now()) == 0
    row.refresh_from_db()
    assert row.status == "FAILED"
    assert "WorkerKilled" in row.exception_class_path


@task(queue_name=LONG)
def search_everything() -> int:
    return 0


@pytest.mark.django_db
def test_a_worker_of_one_share_leaves_the_tasks_of_the_other_share_alone():
    prompt, long = (DBTaskResult.objects.get(id=each.enqueue().id) for each in (count_ids, search_everything))
    prompt.claim("worker-a")
    long.claim("worker-b")
    assert reclaim_tasks(begun_before=clock.now(), share=Share.LONG) == 1
    prompt.refresh_from_db()
    long.refresh_from_db()
    assert (prompt.status, long.status) == ("RUNNING", "READY")
    assert reclaim_tasks(begun_before=clock.now(), share=Share.PROMPT) == 1


def test_no_mail_stands_behind_checks_or_erasures():
    prompt = {"troth.accounts.tasks.deliver_message", "troth.accounts.tasks.deliver_due"}
    long = {"troth.assessment.tasks.assess_due", "troth.assessment.tasks.drill_new", "troth.vault.tasks.erase_due"}
    assert {import_string(path).queue_name for path in prompt} == {"default"}
    assert {import_string(path).queue_name for path in long} == {LONG}


@pytest.mark.django_db
def test_a_task_that_ended_goes_after_a_week_and_one_that_still_waits_stays():
    with time_machine.travel(clock.now() - KEPT - timedelta(minutes=1), tick=False):
        ended, failed, waits = (DBTaskResult.objects.get(id=count_ids.enqueue().id) for _ in range(3))
        ended.set_successful(0)
        failed.set_failed(ValueError())
    young = DBTaskResult.objects.get(id=count_ids.enqueue().id)
    young.set_successful(0)
    assert {line.name: line.count for line in preview_retention()}["config.tasks"] == 2
    assert retention_rules.get("config.tasks").purge() == 2
    assert set(DBTaskResult.objects.values_list("id", flat=True)) == {waits.id, young.id}


@pytest.mark.django_db
def test_a_worker_sees_whether_a_task_of_its_share_is_to_be_run():
    assert not has_tasks()
    row = DBTaskResult.objects.get(id=search_everything.enqueue().id)
    assert (has_tasks(), has_tasks(share=Share.LONG), has_tasks(share=Share.PROMPT)) == (True, True, False)
    row.claim("worker-a")
    assert not has_tasks(share=Share.LONG)
