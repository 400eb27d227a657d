"""Handing something on because the client asks for it: its word first, exactly that, and nothing once taken back."""

from datetime import timedelta

import pytest

from tests.unit.staff.test_pages import browse
from troth.accounts import api as accounts
from troth.accounts.api import Profile
from troth.disclosures.api import list_asks, list_authorisations, list_left_of
from troth.disclosures.models import AuthorisationAsk
from troth.kernel import clock
from troth.kernel.acting import acting, client, staff_member
from troth.kernel.errors import Refused
from troth.kernel.purposes import Purpose
from troth.processors.api import Cause, SendRefused
from troth.processors.models import Agreement, DeletionRequest, HeldThere
from troth.processors.standing import office_day
from troth.rights.actions.passing_on import allow, ask_client, hand_over, take_back
from troth.rights.actions.requests import open_own_request, take_request
from troth.rights.cases import case_of
from troth.rights.kinds import Kind
from troth.rights.received import read_received
from troth.statement.queries import forget_current_version

pytestmark = pytest.mark.django_db(transaction=True)
INSURER = "insurer"
LABELS = ["accounts.Profile.name", "accounts.Profile.telephone"]


@pytest.fixture(autouse=True)
def furnishing(house, monkeypatch):
    """The statement and the register stand, and everybody has a second factor."""
    from troth.processors.api import ensure_register
    from troth.statement.api import ensure_published

    monkeypatch.setattr(accounts, "has_second_factor", lambda _subject: True)
    forget_current_version()
    ensure_published()
    ensure_register()
    yield
    forget_current_version()


@pytest.fixture
def wanted(ada, heron):
    """A request that something be handed on, taken by a member of staff."""
    with acting(actor=client(ada.id), purpose=Purpose.ACCOUNT):
        request = open_own_request(subject_id=ada.id, kind=Kind.PASS_ON, text="My telephone number to Meridian.")
    with acting(actor=staff_member(heron.id), purpose=Purpose.RIGHTS, case=case_of(request)):
        take_request(request, staff_id=heron.id)
    return request


@pytest.fixture
def as_staff(heron, wanted):
    def act():
        return acting(actor=staff_member(heron.id), purpose=Purpose.RIGHTS, case=case_of(wanted))

    return act


def ask(as_staff, wanted, **changes):
    terms = {"recipient": INSURER, "labels": LABELS, "last_day": office_day() + timedelta(days=30), **changes}
    with as_staff():
        return ask_client(request=wanted, **terms)


def as_ada(ada):
    return acting(actor=client(ada.id), purpose=Purpose.RIGHTS)


def hand(as_staff, wanted):
    with as_staff():
        return hand_over(request=wanted, ask=AuthorisationAsk.objects.get())


def test_asked_allowed_handed_over_and_taken_back(ada, wanted, as_staff):
    question = ask(as_staff, wanted)
    assert [each.pk for each in list_asks(ada.id)] == [question.pk]
    with pytest.raises(Refused, match="not allowed"):
        hand(as_staff, wanted)
    with as_ada(ada):
        word = allow(question)
    assert "Meridian Fine Art Insurers" in word.wording and "Telephone" in word.wording
    number, paper = hand(as_staff, wanted)
    assert paper.startswith(b"%PDF")
    (left,) = list_left_of(ada.id)
    assert (left.recipient, left.fields, left.reference) == (INSURER, tuple(LABELS), number)
    assert (left.ground, left.evidence) == ("authorised", f"authorisation:{word.pk}")
    assert HeldThere.objects.get().ref == number
    with as_ada(ada):
        assert take_back(subject_id=ada.id, authorisation_id=word.pk)
        assert not take_back(subject_id=ada.id, authorisation_id=word.pk)
    with pytest.raises(SendRefused) as caught:
        hand(as_staff, wanted)
    assert caught.value.cause == Cause.NO_GROUND
    assert len(list_left_of(ada.id)) == 1


def test_taking_back_has_the_organisation_delete_what_it_received(ada, wanted, as_staff):
    from troth.processors.tasks import pass_on_end

    question = ask(as_staff, wanted)
    with as_ada(ada):
        word = allow(question)
    number, _paper = hand(as_staff, wanted)
    with as_ada(ada):
        take_back(subject_id=ada.id, authorisation_id=word.pk)
    pass_on_end.call(str(ada.id), INSURER)
    pass_on_end.call(str(ada.id), INSURER)
    request = DeletionRequest.objects.get()
    assert (request.refs, request.answer) == ([["package", number]], "waiting")
    assert "by letter" in request.words
    assert not HeldThere.objects.exists()


def test_a_no_and_a_question_that_lapsed_let_nothing_leave(ada, wanted, as_staff):
    from troth.disclosures.api import decline_asked

    question = ask(as_staff, wanted)
    AuthorisationAsk.objects.update(open_until=clock.now())
    with as_ada(ada), pytest.raises(Refused):
        allow(question)
    again = ask(as_staff, wanted)
    with as_ada(ada):
        decline_asked(ask=again)
        with pytest.raises(Refused):
            allow(again)
    assert not list_authorisations(ada.id) and not list_left_of(ada.id)


@pytest.mark.parametrize(
    "changes",
    [
        {"recipient": "card-processor"},
        {"recipient": "stranger"},
        {"labels": ["accounts.Profile.birthday"]},
        {"labels": []},
        {"last_day": office_day() - timedelta(days=2)},
        {"last_day": office_day() + timedelta(days=700)},
    ],
)
def test_only_what_the_register_allows_is_asked_within_a_year(wanted, as_staff, changes):
    with pytest.raises(Refused):
        ask(as_staff, wanted, **changes)
    assert not AuthorisationAsk.objects.exists()
    ask(as_staff, wanted)
    with pytest.raises(Refused, match="already"):
        ask(as_staff, wanted)


def test_nothing_is_asked_while_the_organisation_may_not_receive(wanted, as_staff):
    Agreement.objects.filter(processor__key=INSURER).update(runs_until=office_day() - timedelta(days=1))
    with pytest.raises(Refused):
        ask(as_staff, wanted)


def test_only_the_client_itself_says_yes(ada, bob, wanted, as_staff):
    question = ask(as_staff, wanted)
    with as_staff(), pytest.raises(Refused):
        allow(question)
    with acting(actor=client(bob.id), purpose=Purpose.RIGHTS), pytest.raises(Refused):
        allow(question)
    browser = browse(bob.id)
    assert browser.post(f"/admin/allowed/asked/{question.pk}/", {"answer": "allow"}).status_code == 404
    assert not list_authorisations(ada.id)


def test_such_an_organisation_receives_nothing_because_it_was_only_told_of(ada, wanted, as_staff):
    from troth.processors import schema
    from troth.processors.api import Operation, Personal, send

    operation = Operation(name="x.y", purpose=Purpose.RIGHTS, schema={"a": Personal("user.name"), "b": schema.flag()})
    with as_ada(ada), pytest.raises(SendRefused) as caught:
        send(operation, processor=INSURER, host="", subject_id=ada.id,
             payload={"a": Profile.of(ada.id).name, "b": True}, call=lambda body: body)  # fmt: skip
    assert caught.value.cause == Cause.NO_GROUND


def test_the_pages_lead_from_the_question_to_the_paper_and_back(ada, heron, wanted):
    clerk, reader = browse(heron.subject_id), browse(ada.id)
    page = f"/console/requests/{wanted.id}/"
    assert b"Ask for the client" in clerk.get(page).content
    assert b"Meridian" in clerk.get(f"{page}pass-on/").content
    form = {"values": LABELS, "last_day": (office_day() + timedelta(days=30)).isoformat()}
    assert clerk.post(f"{page}pass-on/?to={INSURER}", form).status_code == 302
    assert b"has not answered" in clerk.get(page).content
    assert b"We ask for your word" in reader.get("/admin/").content
    shown = reader.get("/admin/allowed/").content.decode()
    assert "may receive my Name, Telephone" in shown
    question = AuthorisationAsk.objects.get()
    assert reader.post(f"/admin/allowed/asked/{question.pk}/", {"answer": "allow"}).status_code == 302
    assert "Take it back" in reader.get("/admin/allowed/").content.decode()
    paper = clerk.post(f"{page}pass-on/{question.pk}/")
    assert paper.content.startswith(b"%PDF") and "attachment" in paper.headers["Content-Disposition"]
    assert "handed over once" in reader.get("/admin/allowed/").content.decode()
    received = reader.get("/admin/received/").content.decode()
    assert "Meridian Fine Art Insurers" in received and "your own word" in received and "Telephone" in received
    (word,) = list_authorisations(ada.id)
    assert reader.post(f"/admin/allowed/{word.pk}/take-back/").status_code == 302
    clerk.raise_request_exception = False
    refused = clerk.post(f"{page}pass-on/{question.pk}/")
    assert refused.status_code == 409 and b"Nothing was sent" in refused.content
    assert b"took it back" in clerk.get(page).content


def test_what_was_received_is_summed_by_value_ground_and_purpose(ada, wanted, as_staff):
    with as_ada(ada):
        word = allow(ask(as_staff, wanted))
    hand(as_staff, wanted)
    hand(as_staff, wanted)
    (recipient,) = read_received(ada.id)
    assert [(value.words, value.times) for value in recipient.values] == [("Name", 2), ("Telephone", 2)]
    assert {value.url for value in recipient.values} == {f"/admin/allowed/#{word.pk}"}


def test_the_client_is_told_and_the_mail_says_no_value(ada, wanted, as_staff):
    from troth.rights.contacts import ASKED
    from troth.support.models import Decision

    ask(as_staff, wanted)
    assert Decision.objects.get(subject_id=ada.id).about == ASKED


def test_the_question_and_the_word_are_in_what_is_held_and_go_with_the_account(ada, wanted, as_staff):
    from troth.disclosures.holders import Authorisations

    question = ask(as_staff, wanted)
    holder = Authorisations()
    assert holder.count(ada.id) == 1 and holder.show(ada.id)[0].label == "Meridian Fine Art Insurers (invented)"
    with as_ada(ada):
        allow(question)
    assert [str(item.key) for item in holder.show(ada.id)] == [str(list_authorisations(ada.id)[0].pk)]
    assert holder.erase(ada.id) == 2
    assert holder.count(ada.id) == 0


def test_staff_read_what_left_about_a_client_on_a_case_and_nobody_without_one(ada, heron, wanted, as_staff):
    with as_ada(ada):
        allow(ask(as_staff, wanted))
    hand(as_staff, wanted)
    clerk = browse(heron.subject_id)
    page = clerk.get(f"/console/clients/request/{wanted.id}/?panel=received").content.decode()
    assert "Meridian Fine Art Insurers" in page and "Name, Telephone" in page and "you authorised it" in page
    assert "020 7946" not in page
    clerk.raise_request_exception = False
    assert clerk.get(f"/console/clients/request/{ada.id}/?panel=received").status_code == 404
