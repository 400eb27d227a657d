"""Troth's own settings, and this app beside the others."""

from troth.config.settings import *  # noqa: F403
from troth.config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "bench.details"]
ROOT_URLCONF = "bench.details.urls"
