"""The worker, which runs tasks from the database's queue, and the scheduler, which puts them there at their times.

Both are one process, to spare memory: the scheduler is a thread that only enqueues. Where several workers run on
several machines, all but one run without it.
"""

import logging
import os
import signal
import threading
from importlib import import_module
from time import sleep

from django.apps import apps
from django.core.management import call_command
from django.db import close_old_connections
from django.utils.module_loading import module_has_submodule

from troth.config.queue import has_tasks, reclaim_tasks
from troth.kernel import clock
from troth.kernel.queues import LONG, Share
from troth.processors.network import install_fence

log = logging.getLogger(__name__)

INTERVAL = 0.5
"""Seconds between two looks into an empty queue."""


def run_worker(*, scheduler: bool = True, alone: bool = False, share: Share = Share.ALL, renews: bool = False) -> None:
    """Run tasks until told to stop; a task that has begun is finished first.

    Arguments:
        scheduler: whether to run the scheduler beside it.
        alone: whether no other worker has this share, so that whatever stands as running in it is a killed one's.
        share: the queues to serve.
        renews: whether to return when tasks were run and none is left, for the supervisor to start it afresh: a check
            of everything writes into most of the memory that is shared, and loads what it needs; with its process
            both are given back.
    """
    install_fence()
    if alone and (reclaimed := reclaim_tasks(begun_before=clock.now(), share=share)):
        log.info("Tasks of a killed worker were put back.", extra={"facts": {"tasks": reclaimed}})
    if scheduler:
        threading.Thread(target=_run_scheduler, name="scheduler", daemon=True).start()
    while renews and not has_tasks(share=share):
        close_old_connections()
        sleep(INTERVAL)
    call_command(
        "db_worker",
        queue_name=LONG if share is Share.LONG else "*",
        exclude_queues=LONG if share is Share.PROMPT else "",
        interval=INTERVAL,
        batch=renews,
        reload=False,
        startup_delay=False,
        verbosity=0,
    )


def load_tasks() -> None:
    """Import the tasks of every room, which registers their schedules."""
    for app in apps.get_app_configs():
        if app.name.startswith("troth.") and app.module and module_has_submodule(app.module, "tasks"):
            import_module(f"{app.name}.tasks")


def _run_scheduler() -> None:
    from crontask import scheduler

    load_tasks()
    try:
        scheduler.start()
    except Exception:
        log.exception("The scheduler fell; the worker ends, to be started again with it.")
        os.kill(os.getpid(), signal.SIGTERM)
