"""``troth staff``: the register from the command line."""

import json
from datetime import UTC, datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from troth.staff.models import StaffMember


def run(*arguments):
    out = StringIO()
    call_command("staff", *arguments, stdout=out)
    return out.getvalue()


def test_an_account_is_invited_and_listed_under_a_pseudonym(ada):
    assert "service: invited" in run("invite", "ada", "service")
    member = StaffMember.objects.get()
    assert member.subject_id == ada.id
    assert member.certificate_until is None
    listed = run("list")
    assert member.pseudonym in listed
    assert "no certificate" in listed
    assert "ada" not in listed.casefold()


def test_a_training_passed_elsewhere_counts_for_the_operators_months(ada):
    with time_machine.travel(datetime(2026, 11, 22, tzinfo=UTC), tick=False):
        run("invite", "ada", "service", "--trained-on", "2026-11-01")
    assert StaffMember.objects.get().certificate_until.date().isoformat() == "2027-11-02"


@pytest.mark.parametrize("day", ["yesterday", "2999-01-01", "2026-02-30"])
def test_a_day_of_training_that_cannot_be_is_refused(ada, day):
    with pytest.raises(CommandError):
        run("invite", "ada", "service", "--trained-on", day)
    assert not StaffMember.objects.exists()


def test_nobody_is_invited_twice_and_a_stranger_not_at_all(ada):
    run("invite", "ada", "service")
    with pytest.raises(CommandError, match="already"):
        run("invite", "ada", "billing")
    with pytest.raises(CommandError, match="registers first"):
        run("invite", "nobody", "service")


def test_a_member_is_suspended_and_readmitted_by_pseudonym(ada):
    run("invite", "ada", "reviewer")
    pseudonym = StaffMember.objects.get().pseudonym
    run("suspend", pseudonym)
    assert json.loads(run("list", "--json"))[0]["active"] is False
    run("readmit", pseudonym)
    assert json.loads(run("list", "--json"))[0]["active"] is True
    with pytest.raises(CommandError, match="Nobody is called"):
        run("suspend", "Dodo 1")


def test_after_an_erasure_the_register_points_to_nobody(ada):
    from troth.kernel.ports import holders

    run("invite", "ada", "service")
    holder = holders.get("staff")
    assert holder.count(ada.id) == 1
    assert holder.show(ada.id)[0].values
    assert holder.erase(ada.id) == 1
    assert holder.count(ada.id) == 0
    member = StaffMember.objects.get()
    assert member.subject_id is None
    assert not member.active
    assert member.pseudonym
