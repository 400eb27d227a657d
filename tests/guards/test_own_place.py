"""Each process of a test run has a place of its own, so that workers side by side do not share keys and files."""

import os
from pathlib import Path

from django.conf import settings


def test_the_settings_are_those_of_this_process():
    assert settings.ENVIRONMENT.data == Path(os.environ["TROTH_DATA"]).resolve()
    assert settings.ENVIRONMENT.secrets.is_relative_to(settings.ENVIRONMENT.data)


def test_the_database_is_the_one_that_the_run_is_for():
    on_postgres = os.environ.get("TROTH_TEST_POSTGRES") == "1"
    assert settings.DATABASES["default"]["ENGINE"].endswith("postgresql") == on_postgres
