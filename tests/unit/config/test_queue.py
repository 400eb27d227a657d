"""The task queue's table keeps where a task failed, and not what the error said."""

import pytest
from django.tasks import task
from django_tasks_db.models import DBTaskResult

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
