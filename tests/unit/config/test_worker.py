"""The worker that renews itself, and what a process of the site loads before it has any work."""

import os
import subprocess
import sys

import pytest
from django.tasks import task

from troth.config import worker
from troth.kernel.queues import LONG, Share

LARGE = {
    "fpdf", "fontTools", "PIL", "numpy", "lxml", "drafthorse", "duckdb", "pandas", "pyxform", "stripe", "easypost",
    "highspy", "ortools",
}  # fmt: skip
"""Packages that take megabytes, and that most processes never need."""

PRELOAD = """
import sys, django
django.setup()
from troth.config.serve import preload
preload()
"""

SHOW = "print(*{name.partition('.')[0] for name in sys.modules})"


def loaded_by(code: str) -> set[str]:
    """Return the packages that a fresh process holds after this code; it does not end as our own do, with a log."""
    given = os.environ | {"DJANGO_SETTINGS_MODULE": "troth.config.settings"}
    command = [sys.executable, "-c", f"{code}\n{SHOW}"]
    done = subprocess.run(command, env=given, capture_output=True, text=True, check=True, timeout=120)
    return set(done.stdout.split())


def test_what_all_processes_share_holds_no_package_that_few_need() -> None:
    loaded = loaded_by(PRELOAD)
    assert "django" in loaded
    assert not loaded & LARGE


def test_a_package_that_is_loaded_all_the_same_is_seen() -> None:
    assert {"fpdf", "fontTools"} <= loaded_by(f"{PRELOAD}\nimport troth.orders.memberships.pdf") & LARGE


@task(queue_name=LONG)
def count_nothing() -> int:
    return 0


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_renews_waits_for_work_does_all_of_it_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    waited = []

    def arrive(seconds: float) -> None:
        waited.append(seconds)
        count_nothing.enqueue()
        count_nothing.enqueue()

    monkeypatch.setattr(worker, "sleep", arrive)
    monkeypatch.setattr(worker, "install_fence", lambda: None)
    monkeypatch.setattr("signal.signal", lambda *_given: None)
    worker.run_worker(scheduler=False, alone=True, share=Share.LONG, renews=True)
    assert waited == [worker.INTERVAL]
    assert not worker.has_tasks(share=Share.LONG)
