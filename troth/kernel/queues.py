"""The queues of tasks. What somebody waits for, such as a mail, must never stand behind what takes minutes."""

from enum import StrEnum

LONG = "long"
"""The queue of work that may take minutes: checks, drills, erasures, upkeep. All else goes into the default queue."""


class Share(StrEnum):
    """Which queues a worker serves."""

    ALL = "all"
    PROMPT = "prompt"
    LONG = LONG
