"""The task queue: what its table may hold, and what becomes of a task whose worker was killed.

Its package keeps an error's whole text beside a failed task; we do not. It also leaves a task that a killed worker had
begun as "running" for ever; tasks may run twice, so we put it back into the queue. What has ended goes after a week,
by the same nightly retention as everything else: the ids of a task may lead to a client's row (A3).
"""

import sys
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.db.models.signals import pre_save
from django.tasks import TaskResultStatus
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from troth.config.logs import describe_error
from troth.kernel import clock
from troth.kernel.json_column import check_paths
from troth.kernel.ports import RetentionRule, retention_rules
from troth.kernel.queues import LONG, Share
from troth.vault.api import declare_json_paths, declare_not_personal

_COLUMNS = {
    "status": "One of a closed list.",
    "args_kwargs": "Ids and numbers: tasks take nothing else, and the canary test looks for more.",
    "task_path": "The name of a function of ours.",
    "worker_ids": "Random ids of workers.",
    "queue_name": "The name of a queue.",
    "backend_name": "The name of a back end.",
    "return_value": "Counts: tasks return nothing else, and the canary test looks for more.",
    "exception_class_path": "The name of a class.",
    "traceback": "Types and places in the code; the text of the error is taken out before it is stored.",
}

_PATHS = {
    "args_kwargs": {
        "args.[]": "Ids and numbers: tasks take nothing else.",
        "kwargs.*": "Ids and numbers: tasks take nothing else.",
    },
    "worker_ids": {"[]": "The random id of a worker."},
    "return_value": {"**": "Counts: tasks return nothing else, and the canary test looks for more."},
}

KEPT = timedelta(days=7)
"""How long a task that has ended, well or not, is kept: a week is enough to see what went wrong."""

MOST_TRIES = 3
"""A task that took its worker down this often is given up, and stands as failed."""


def has_tasks(*, share: Share = Share.ALL) -> bool:
    """Return whether a task is to be run now.

    Arguments:
        share: the queues that are looked at.
    """
    return _keep_share(DBTaskResult.objects.ready(), share).exists()


def reclaim_tasks(*, begun_before: datetime, share: Share = Share.ALL) -> int:
    """Put the tasks back that were begun before this moment and never ended; return how many.

    Arguments:
        begun_before: later than this a task may still be running. A worker that is alone passes its own start.
        share: the queues that are looked at; a worker that is alone with some passes those.
    """
    orphans = _keep_share(
        DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=begun_before), share
    )
    reclaimed = 0
    for task in orphans:
        if len(task.worker_ids) >= MOST_TRIES:
            task.set_failed(WorkerKilled())
            continue
        reclaimed += orphans.filter(pk=task.pk).update(status=TaskResultStatus.READY, started_at=None)
    return reclaimed


def _keep_share(tasks: QuerySet[Any], share: Share) -> QuerySet[Any]:
    if share is Share.LONG:
        return tasks.filter(queue_name=LONG)
    return tasks.exclude(queue_name=LONG) if share is Share.PROMPT else tasks


class WorkerKilled(Exception):
    """The worker was killed each time that it ran this task."""


def guard_queue() -> None:
    """Declare the columns of the queue and how long its rows are kept; see that no error's text gets into one."""
    declare_not_personal(DBTaskResult._meta.label, _COLUMNS)
    declare_json_paths(DBTaskResult._meta.label, _PATHS)
    pre_save.connect(_hold_to_paths, sender=DBTaskResult, dispatch_uid="troth.queue.paths")
    pre_save.connect(_take_out_text, sender=DBTaskResult, dispatch_uid="troth.queue")
    retention_rules.register(
        "config.tasks",
        RetentionRule(
            name="config.tasks",
            words=_("Tasks that have ended, with the ids that they were given, go after a week."),
            count_due=lambda: _list_ended().count(),
            purge=lambda: _list_ended().delete()[0],
        ),
    )


def _hold_to_paths(instance: DBTaskResult[Any, Any], **_kwargs: Any) -> None:
    """Refuse a task whose columns of JSON would hold more than is declared."""
    for column, paths in _PATHS.items():
        check_paths(getattr(instance, column), paths, of=f"{DBTaskResult._meta.label}.{column}")


def _list_ended() -> QuerySet[Any]:
    return DBTaskResult.objects.finished().filter(finished_at__lte=clock.now() - KEPT)


def _take_out_text(instance: DBTaskResult[Any, Any], **_kwargs: Any) -> None:
    """Replace a failed task's traceback by types and frames; the text of an error may quote a value (A7)."""
    if instance.traceback:
        error = sys.exception()
        instance.traceback = "\n".join(describe_error(error)) if error else instance.exception_class_path
