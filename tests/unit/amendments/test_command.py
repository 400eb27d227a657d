"""What may not pass by the console: the command line publishes no second version."""

import pytest
from django.core.management import CommandError, call_command

from troth.amendments.drafting import read_amended
from troth.statement.api import versions

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def test_the_command_line_publishes_no_second_version(monkeypatch, write):
    draft = read_amended(write(submit=False))
    monkeypatch.setattr("troth.statement.management.commands.statement.read_draft", lambda: draft)
    with pytest.raises(CommandError, match="decided by two others, in the console"):
        call_command("statement", "publish", "--reason", "Quickly.")
    assert len(versions()) == 1
