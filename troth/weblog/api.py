"""The border of the web log: for the wiring alone, since no other room may know it."""

from troth.weblog.collector import run_collector
from troth.weblog.places import weblog_folder
from troth.weblog.store import Policy

__all__ = ["Policy", "run_collector", "weblog_folder"]
