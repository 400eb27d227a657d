"""A change of ownership is reviewed by two, told to everybody, and carried out after thirty full days, no earlier."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pyrage
import pytest
import time_machine

from tests.unit.announcements.conftest import act_as
from tests.unit.transitions.conftest import approve, send
from troth.accounts.api import deactivate, request_deletion
from troth.announcements.api import Delivery, DeliveryState, Notice, NoticeState
from troth.announcements.running import cancel_notice
from troth.disclosures.api import list_left_of
from troth.kernel import clock
from troth.kernel.acting import acting, client, system
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.operator import read_operator
from troth.kernel.ports import Feature
from troth.kernel.purposes import Purpose
from troth.transitions import actions, jobs
from troth.transitions.banners import find_running
from troth.transitions.holder import TransitionHolder
from troth.transitions.kinds import TransitionState
from troth.transitions.models import Objection, Passed, Transition
from troth.transitions.packing import find_package, make_part
from troth.transitions.queries import find_opening, measure
from troth.transitions.retention import purge_packages

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def pack(transition):
    while make_part(transition):
        pass
    return Transition.objects.get(pk=transition.pk)


def begin(transition, officer):
    with act_as(officer):
        return actions.begin_transfer(transition)


def test_two_others_approve_exactly_this_before_anybody_is_told(submitted, reviewers, officer, mailbox):
    approve(submitted, reviewers[0])
    with act_as(officer), pytest.raises(Refused):
        actions.announce_transition(submitted)
    with pytest.raises(AccessDenied):
        approve(submitted, officer)
    approve(submitted, reviewers[1])
    Transition.objects.filter(pk=submitted.pk).update(other_party="Somebody Else")
    with act_as(officer), pytest.raises(Refused):
        actions.announce_transition(submitted)
    Transition.objects.filter(pk=submitted.pk).update(other_party="Harbour Museum")
    with act_as(officer):
        assert actions.announce_transition(submitted).state == TransitionState.ANNOUNCED


def test_a_change_takes_back_every_review(submitted, reviewers, officer, terms):
    approve(submitted, *reviewers)
    with act_as(officer):
        changed = actions.change_transition(submitted, replace(terms, other_party="Another Museum"))
        actions.submit_transition(changed)
        with pytest.raises(Refused):
            actions.announce_transition(changed)


def test_what_opens_an_account_cannot_be_named_and_a_key_must_be_one(officer, terms, house):
    with act_as(officer):
        for wrong in (
            replace(terms, labels=["accounts.Passkey.name", "nothing.At.all"]),
            replace(terms, labels=[]),
            replace(terms, recipient_key="age1notakey"),
        ):
            with pytest.raises(Refused):
                actions.register_transition(wrong)
    assert not Transition.objects.exists()


def test_the_mail_says_who_what_and_when_to_everybody_who_is_held(submitted, reviewers, officer, clients, mailbox):
    bob = clients[1]
    with acting(actor=client(bob.id), purpose=Purpose.ACCOUNT):
        deactivate(subject_id=bob.id)
    approve(submitted, *reviewers)
    with act_as(officer):
        actions.announce_transition(submitted)
    send(submitted.notice_id)
    mails = {mail["To"]: mailbox.text_of(mail) for mail in mailbox.mails}
    assert {"ada@example.org", "bob@example.org", "officer@example.com"} <= set(mails)
    for fact in ("Harbour Museum", "privacy@example.org", "age1", f"/transitions/{submitted.pk}/"):
        assert fact in mails["bob@example.org"]


def test_it_is_carried_out_at_the_first_moment_after_thirty_full_days_and_not_before(announced, officer):
    zone = ZoneInfo(read_operator().time_zone)
    last_mail = Notice.objects.get(pk=announced.notice_id).ended_at.astimezone(zone)
    opening = datetime.combine(last_mail.date() + timedelta(days=31), datetime.min.time(), tzinfo=zone)
    assert find_opening(announced) == opening
    with time_machine.travel(opening - timedelta(seconds=1), tick=False), pytest.raises(Refused):
        begin(announced, officer)
    with time_machine.travel(opening, tick=False):
        assert begin(announced, officer).state == TransitionState.PACKING


@pytest.mark.parametrize("state", [NoticeState.SENDING, NoticeState.PAUSED, NoticeState.CANCELLED])
def test_nothing_passes_on_while_a_mail_waits_or_was_called_off(state, announced, officer):
    Notice.objects.filter(pk=announced.notice_id).update(state=state)
    with time_machine.travel(clock.now() + timedelta(days=40)), pytest.raises(Refused):
        begin(announced, officer)


def test_nothing_passes_on_where_somebody_was_on_no_list_and_after_a_long_time(announced, officer, ada):
    row = Delivery.objects.get(notice_id=announced.notice_id, subject_id=ada.id)
    Delivery.objects.filter(pk=row.pk).delete()
    with time_machine.travel(clock.now() + timedelta(days=40)), pytest.raises(Refused):
        begin(announced, officer)
    row.save(force_insert=True)
    with time_machine.travel(clock.now() + timedelta(days=301)), pytest.raises(Refused):
        begin(announced, officer)
    with time_machine.travel(clock.now() + timedelta(days=40)):
        begin(announced, officer)


def test_a_broken_promise_closes_it(announced, officer, open_features):
    open_features.closed = {Feature.TRANSFERS: "a promise is not kept"}
    with time_machine.travel(clock.now() + timedelta(days=40)), pytest.raises(Refused):
        begin(announced, officer)


def test_the_package_opens_for_the_other_party_alone_and_holds_who_agreed(announced, officer, ada, bob, successor):
    with acting(actor=client(bob.id), purpose=Purpose.RIGHTS):
        assert actions.object_to(announced, bob.id)
    with time_machine.travel(clock.now() + timedelta(days=40)):
        begin(announced, officer)
        done = pack(announced)
        assert done.state == TransitionState.TRANSFERRED
        path = find_package(done)
        with zipfile.ZipFile(path) as package:
            content = {name: package.read(name) for name in package.namelist()}
        assert b"ada@example.org" not in b"".join(content.values())
        with pytest.raises(pyrage.DecryptError):
            pyrage.decrypt(content["part-000001.jsonl.age"], [pyrage.x25519.Identity.generate()])
        lines = pyrage.decrypt(content["part-000001.jsonl.age"], [successor]).splitlines()
        manifest = [
            json.loads(line)
            for line in pyrage.decrypt(content["part-000001.manifest.jsonl.age"], [successor]).splitlines()
        ]
        people = {json.loads(line)["client"]: json.loads(line) for line in lines}
        assert str(ada.id) in people
        assert str(bob.id) not in people
        assert {"name": "E-mail address", "value": "ada@example.org"} in people[str(ada.id)]["values"]
        assert b"+44" not in b"".join(lines)
        line = Passed.objects.get(subject_id=ada.id)
        assert line.digest in {each["sha256"] for each in manifest}
        assert set(manifest[0]["values"]) == {"accounts.Profile.email", "accounts.Profile.name"}
        [left] = [left for left in list_left_of(ada.id) if left.operation == "transition.hand_over"]
        assert left.recipient_name == "Harbour Museum"
        assert not [left for left in list_left_of(bob.id) if left.operation == "transition.hand_over"]
        shown = TransitionHolder().show(ada.id)
        assert line.digest in {str(value) for value in shown[0].values.values()}
    assert purge_packages() == 0
    with time_machine.travel(clock.now() + timedelta(days=71)):
        assert purge_packages() == 1
        assert find_package(Transition.objects.get(pk=done.pk)) is None


def test_who_deletes_the_account_or_joins_later_or_whose_mail_came_back_is_not_in_it(announced, officer, ada, bob):
    with acting(actor=client(ada.id), purpose=Purpose.RIGHTS):
        request_deletion(subject_id=ada.id)
    Delivery.objects.filter(notice_id=announced.notice_id, subject_id=bob.id).update(bounced="hard")
    with time_machine.travel(clock.now() + timedelta(days=40)):
        begin(announced, officer)
        pack(announced)
    passed = set(Passed.objects.values_list("subject_id", flat=True))
    assert passed == {
        officer.subject_id,
        *Delivery.objects.filter(state=DeliveryState.ACCEPTED, bounced="")
        .exclude(subject_id=ada.id)
        .values_list("subject_id", flat=True),
    }
    assert ada.id not in passed
    assert bob.id not in passed


def test_nobody_can_open_for_it_without_the_package_being_made(announced, ada):
    from troth.accounts.api import Profile
    from troth.disclosures.api import Announced
    from troth.processors.api import SendRefused, hand_over
    from troth.transitions.evidence import recipient_of

    profile = Profile.of(ada.id)
    later = time_machine.travel(clock.now() + timedelta(days=40))
    with later, acting(actor=system(jobs.PACKER), purpose=Purpose.TRANSITION), pytest.raises(SendRefused):
        hand_over(
            subject_id=ada.id,
            recipient=recipient_of(announced),
            values=[profile.email],
            ground=Announced(announced.pk),
            reference="Harbour Museum",
        )


def test_a_making_that_was_cut_off_goes_on_and_doubles_nothing(announced, officer, ada, successor, monkeypatch):
    from troth.transitions import packing

    monkeypatch.setattr(packing, "PART", 2)
    with time_machine.travel(clock.now() + timedelta(days=40)):
        begin(announced, officer)
        write = packing._write_part

        def die(*args):
            write(*args)
            raise KeyboardInterrupt

        monkeypatch.setattr(packing, "_write_part", die)
        with pytest.raises(KeyboardInterrupt):
            make_part(announced)
        monkeypatch.setattr(packing, "_write_part", write)
        done = pack(announced)
        with zipfile.ZipFile(io.BytesIO(find_package(done).read_bytes())) as package:
            names = [name for name in package.namelist() if "manifest" not in name]
            lines = [line for name in names for line in pyrage.decrypt(package.read(name), [successor]).splitlines()]
    told = measure(done).told
    assert done.parts == len(names) == -(-told // 2)
    assert len(lines) == len({json.loads(line)["client"] for line in lines}) == told
    assert len([left for left in list_left_of(ada.id) if left.operation == "transition.hand_over"]) == 1


def test_a_client_objects_for_itself_in_time_and_can_take_it_back(announced, officer, ada, bob):
    with acting(actor=client(bob.id), purpose=Purpose.RIGHTS), pytest.raises(AccessDenied):
        actions.object_to(announced, ada.id)
    with acting(actor=client(ada.id), purpose=Purpose.RIGHTS):
        assert actions.object_to(announced, ada.id)
        assert not actions.object_to(announced, ada.id)
        assert measure(announced).objected == 1
        assert actions.take_back(announced, ada.id)
    with time_machine.travel(clock.now() + timedelta(days=40)):
        begin(announced, officer)
        with acting(actor=client(ada.id), purpose=Purpose.RIGHTS), pytest.raises(Refused):
            actions.object_to(announced, ada.id)
    assert not Objection.objects.exists()


def test_cancelling_ends_it_at_once_and_is_told_to_everybody(announced, officer, reviewers, ada, mailbox):
    with act_as(officer):
        cancelled = actions.cancel_transition(announced)
    find_running.forget()
    assert find_running() is None
    with time_machine.travel(clock.now() + timedelta(days=40)), pytest.raises(Refused):
        begin(announced, officer)
    with act_as(officer), pytest.raises(Refused):
        actions.announce_cancelling(cancelled)
    mailbox.mails.clear()
    for member in reviewers:
        with act_as(member):
            actions.review_transition(
                cancelled, approve=True, content_hash=Notice.objects.get(pk=cancelled.cancelling_id).content_hash
            )
    with act_as(officer):
        actions.announce_cancelling(cancelled)
    send(cancelled.cancelling_id)
    said = {mail["To"]: mailbox.text_of(mail) for mail in mailbox.mails}
    assert "ada@example.org" in said
    assert any("cancelled" in text for text in said.values())


def test_calling_the_mails_off_by_themselves_ends_the_hope_of_a_transfer(submitted, reviewers, officer, ada):
    approve(submitted, *reviewers)
    with act_as(officer):
        actions.announce_transition(submitted)
        cancel_notice(Notice.objects.get(pk=submitted.notice_id))
    with time_machine.travel(clock.now() + timedelta(days=40)), pytest.raises(Refused):
        begin(submitted, officer)


def test_an_erased_client_leaves_no_row_here(announced, ada):
    with acting(actor=client(ada.id), purpose=Purpose.RIGHTS):
        actions.object_to(announced, ada.id)
    holder = TransitionHolder()
    assert holder.count(ada.id) == 1
    assert holder.erase(ada.id) == 1
    assert holder.count(ada.id) == 0
