"""What the task queue's own table may hold: its package keeps an error's whole text beside a failed task; we do not."""

import sys
from typing import Any

from django.db.models.signals import pre_save
from django_tasks_db.models import DBTaskResult

from troth.config.logs import describe_error
from troth.vault.api import declare_not_personal

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


def guard_queue() -> None:
    """Declare the columns of the queue, and see that an error's text never gets into one."""
    declare_not_personal(DBTaskResult._meta.label, _COLUMNS)
    pre_save.connect(_take_out_text, sender=DBTaskResult, dispatch_uid="troth.queue")


def _take_out_text(instance: DBTaskResult, **_kwargs: Any) -> None:
    """Replace a failed task's traceback by types and frames; the text of an error may quote a value (A7)."""
    if instance.traceback:
        error = sys.exception()
        instance.traceback = "\n".join(describe_error(error)) if error else "Unknown."
