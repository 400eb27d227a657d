"""A change of ownership in the console and on the public pages: who may do what, and what is read there."""

from datetime import timedelta

import pytest
import time_machine

from tests.unit.announcements.conftest import act_as
from tests.unit.announcements.test_pages import enter, second_factor
from tests.unit.transitions.conftest import send
from troth.announcements.api import Notice
from troth.kernel import clock
from troth.kernel.crawl import SiteBrowser
from troth.transitions.banners import find_running
from troth.transitions.kinds import TransitionState
from troth.transitions.models import Objection, Transition
from troth.transitions.packing import make_part

__all__ = ["second_factor"]
pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def test_it_goes_from_the_form_to_the_package(officer, reviewers, clients, terms, mailbox):
    writer = enter(officer)
    assert b"There is none" in writer.get("/console/transitions/").content
    assert writer.get("/console/transitions/register/").status_code == 200
    form = {name: getattr(terms, name) for name in ("kind", "other_party", "contact", "labels", "recipient_key")}
    at = writer.post("/console/transitions/register/", {**form, "planned_on": "2030-01-31"})["Location"]
    assert b"Harbour Museum" in writer.get(at).content
    writer.post(f"{at}submit/")
    for member in reviewers:
        reader = enter(member)
        assert b"It is right, and may be told to everybody" in reader.get(at).content
        reader.post(f"{at}review/approve/", {"content_hash": Notice.objects.get().content_hash})
    assert b"Tell everybody" in writer.get(at).content
    writer.post(f"{at}announce/")
    found = Transition.objects.get()
    send(found.notice_id)
    find_running.forget()
    visitor = SiteBrowser()
    assert b"Harbour Museum" in visitor.get("/").content
    public = visitor.get(f"/transitions/{found.pk}/").content
    assert b"days are left" in public
    assert b"/sign-in/" in public
    with time_machine.travel(clock.now() + timedelta(days=40)):
        later = enter(officer)
        assert b"Make the package" in later.get(at).content
        later.post(f"{at}transfer/")
        while make_part(found):
            pass
        answer = later.get(f"{at}package/")
        assert b"".join(answer.streaming_content).startswith(b"PK")
        answer.close()
    assert Transition.objects.get().state == TransitionState.TRANSFERRED


def test_a_client_reads_it_and_objects_and_nobody_else_can(announced, clients):
    bob = clients[1]
    browser = SiteBrowser()
    browser.handler.enforce_csrf_checks = False
    assert browser.post(f"/transitions/{announced.pk}/object/").status_code == 303
    assert not Objection.objects.exists()
    from tests.factories.visitors import sign_in_directly

    sign_in_directly(browser, bob.id, methods=("password",))
    assert b"I object" in browser.get(f"/transitions/{announced.pk}/").content
    browser.post(f"/transitions/{announced.pk}/object/")
    assert Objection.objects.get().subject_id == bob.id
    assert b"Take my objection back" in browser.get(f"/transitions/{announced.pk}/").content
    assert f"/transitions/{announced.pk}/".encode() in browser.get("/admin/").content
    browser.post(f"/transitions/{announced.pk}/agree/")
    assert not Objection.objects.exists()


def test_a_draft_is_no_public_page_and_reviewers_register_nothing(submitted, reviewers):
    assert SiteBrowser().get(f"/transitions/{submitted.pk}/").status_code == 404
    reader = enter(reviewers[0])
    assert reader.get("/console/transitions/register/").status_code == 403
    assert reader.post(f"/console/transitions/{submitted.pk}/announce/").status_code == 403
    with act_as(reviewers[0]):
        assert Transition.objects.get().state == TransitionState.IN_REVIEW
