"""A privacy officer who handles legal requests, two reviewers, and a document."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.accounts import make_account
from tests.factories.visitors import sign_in_directly
from tests.unit.rights.conftest import ada, bob, heron, house, open_features
from troth.kernel import clock
from troth.kernel.acting import acting, staff_member, system
from troth.kernel.crawl import SiteBrowser
from troth.kernel.purposes import Purpose
from troth.law.actions.requests import narrow_request, register_request, review_request, take_request
from troth.law.kinds import Ban, DemandKind
from troth.law.models import LegalRequest
from troth.law.scope import ItemDecision
from troth.staff.api import Role, invite_member
from troth.staff.job import JOB

__all__ = ["ada", "bob", "heron", "house", "open_features"]


def employ(name, role):
    account = make_account(name=f"{name} Worker", email=f"{name}@example.com", user_name=name)
    with acting(actor=system(JOB), purpose=Purpose.SECURITY):
        return invite_member(subject_id=account.id, role=role, certificate_until=clock.now() + timedelta(days=90))


@pytest.fixture
def officer(house):
    return employ("officer", Role.PRIVACY_OFFICER)


@pytest.fixture
def reviewers(house):
    return [employ("first", Role.REVIEWER), employ("second", Role.REVIEWER)]


@pytest.fixture
def document():
    return SimpleUploadedFile("order.pdf", b"%PDF-1.7 an invented order", content_type="application/pdf")


def act_as(member):
    return acting(actor=staff_member(member.id), purpose=Purpose.LEGAL)


@pytest.fixture
def request_(officer, document):
    """A court order that the officer registered and took."""
    return enter(officer, document)


def enter(officer, document, **more):
    with act_as(officer):
        request = register_request(
            kind=DemandKind.COURT_ORDER,
            received_on=clock.today(),
            answer_by=clock.today() + timedelta(days=14),
            values={
                "authority": "Court of Example County, 12/26",
                "demand": "The e-mail address of one client.",
                "document": document,
            },
            **more,
        )
        take_request(request)
    return LegalRequest.objects.get(id=request.id)


@pytest.fixture
def banned(officer, document):
    """A court order that forbids for twenty days to tell the client."""
    return enter(officer, document, ban=Ban.COURT, ban_until=clock.today() + timedelta(days=20))


def grant(request, officer, subject_id, *names, refused=()):
    with act_as(officer):
        decisions = [ItemDecision(subject_id, "accounts.Profile", name) for name in names]
        decisions += [ItemDecision(subject_id, "accounts.Profile", name, cause) for name, cause in refused]
        narrow_request(request, decisions=decisions)


def approve(request, reviewers):
    for reviewer in reviewers:
        with act_as(reviewer):
            review_request(request)


def browse_as(member):
    browser = SiteBrowser()
    browser.raise_request_exception = True
    browser.handler.enforce_csrf_checks = False
    sign_in_directly(browser, member.subject_id, methods=("password", "code"))
    return browser
