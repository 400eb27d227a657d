"""The console of a house of twenty: many open cases each, about clients among all that the place has."""

import random
from time import perf_counter
from typing import Any
from uuid import UUID

from bench.browser import Browser
from bench.house import make_browser, sign_in
from bench.measuring import quantiles_of
from bench.values import email_of

STAFF = 20
_known: list[tuple[Browser, str]] = []
"""The browser of the member who is measured, and the address of a record that it may open; made once a process."""


def measure_console(*, clients: int, cases: int, page: str, seconds: float) -> dict[str, Any]:
    """Measure one page of the console, request by request: ``desk``, ``cases``, ``record`` or ``reveal``."""
    if not _known:
        _known.append(_prepare(clients, cases))
    browser, record = _known[0]
    if page == "reveal":
        form = _read_form(browser, record)
        return _measure(lambda: browser.post(record, form, expect=200), seconds)
    path = {"desk": "/console/", "cases": "/console/cases/", "record": record}[page]
    return _measure(lambda: browser.get(path), seconds)


def _measure(work: Any, seconds: float) -> dict[str, Any]:
    work()
    took, begun = [], perf_counter()
    while perf_counter() - begun < seconds or len(took) < 20:
        started = perf_counter()
        work()
        took.append(perf_counter() - started)
    return quantiles_of(took)


def _prepare(clients: int, cases_each: int) -> tuple[Browser, str]:
    members = [_employ(number) for number in range(STAFF)]
    cases = [_open_cases(member, clients, cases_each) for member, _subject_id in members]
    browser = make_browser()
    sign_in(browser, members[0][1], methods=("password", "code"))
    return browser, f"/console/clients/ticket/{cases[0]}/"


def _employ(number: int) -> tuple[UUID, UUID]:
    """Make a member of customer service, trained and with a second factor; return its id and its subject's."""
    from datetime import timedelta

    import pyotp
    from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

    from troth.accounts.actions.factors import add_codes
    from troth.accounts.api import open_account, verify
    from troth.kernel import clock
    from troth.kernel.acting import acting, client, system
    from troth.kernel.purposes import Purpose
    from troth.staff.api import Role, invite_member
    from troth.staff.job import JOB

    values = {"name": f"Desk {number}", "email": f"desk-{number}@example.org", "user_name": f"desk-{number}"}
    account = open_account(values=values, encoded=f"{UNUSABLE_PASSWORD_PREFIX}{number:040}", welcome=False)
    with acting(actor=client(account.id), purpose=Purpose.SECURITY):
        verify(account)
        seed = pyotp.random_base32()
        add_codes(subject_id=account.id, seed=seed, code=pyotp.TOTP(seed).now(), label="Bench")
    with acting(actor=system(JOB), purpose=Purpose.SECURITY):
        until = clock.now() + timedelta(days=30)
        member = invite_member(subject_id=account.id, role=Role.SERVICE, certificate_until=until)
    return member.id, account.id


def _open_cases(member_id: UUID, clients: int, count: int) -> UUID:
    """Make the member's open cases, each of a client drawn at random; return the id of one."""
    from datetime import timedelta

    from troth.accounts.api import find_account
    from troth.kernel import clock
    from troth.kernel.acting import acting, client
    from troth.kernel.ids import new_id
    from troth.kernel.purposes import Purpose
    from troth.support.actions.opening import Inquiry, open_inquiry
    from troth.support.models import Case
    from troth.support.models.cases import draw_number

    account = None
    while account is None:
        account = find_account(email_of(random.randrange(clients)))  # noqa: S311  which one does not matter
    with acting(actor=client(account.id), purpose=Purpose.SUPPORT):
        first = open_inquiry(subject_id=account.id, inquiry=Inquiry(title="A case", body="Is it in green as well?"))
    Case.objects.filter(pk=first.pk).update(taken_by=member_id, state="open")
    known = first.pk
    for number in range(1, count):
        # Lists open nothing, so that a copy of the sealed part stands for one of its own.
        first.pk, first.number, first.taken_by, first.state = new_id(), draw_number(), member_id, "open"
        first.due_at = clock.now() + timedelta(hours=number - count // 4)
        first.save_base(force_insert=True, raw=True)
    return known


def _read_form(browser: Browser, record: str) -> dict[str, str]:
    """Open the record and return the form that asks for the client's name."""
    import re

    from django.conf import settings

    page = browser.get(record)
    token = page.cookies.get(settings.CSRF_COOKIE_NAME) or browser.cookies[settings.CSRF_COOKIE_NAME]
    browser.cookies[settings.CSRF_COOKIE_NAME] = token
    found = re.search(r'value="([0-9a-f-]{36}\.name)"', page.body.decode())
    return {"csrfmiddlewaretoken": token, "panel": "details", "value": found[1] if found else ""}
