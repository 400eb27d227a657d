"""What a version adds is done for nobody before it governs and that person was told: at both doors (A1, A6, O3)."""

import re
from functools import partial

import pytest

from tests.unit.amendments.conftest import act_as, at, days, employ, keep, send
from troth.accounts.api import Profile
from troth.amendments.governing import is_told
from troth.amendments.kinds import LetterState, Way
from troth.amendments.letters import note_posted, print_letters, take_letter, take_letters
from troth.amendments.models import NoticeLetter, Practice, Told
from troth.amendments.queries import list_periods
from troth.amendments.telling import note_read
from troth.announcements.models import Delivery
from troth.disclosures.api import Informed, NoGround, Wanted, judge_ground
from troth.kernel import clock
from troth.kernel.acting import acting, client, staff_member, system
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.ports import register_system_job, system_jobs
from troth.kernel.purposes import Purpose
from troth.kernel.remembering import forget_all
from troth.ledger.models import EntryRow
from troth.staff.api import Role
from troth.support.api import ContactWish
from troth.vault.api import get_attribute

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

JOB = "amendments-test"
EMAIL = "accounts.Profile.email"
ADDRESS = {
    "country_code": "US",
    "street_address": "1 Quay Street",
    "city": "Salem",
    "country_area": "MA",
    "postal_code": "01970",
}


@pytest.fixture
def look(monkeypatch):
    """Return a function that opens a client's e-mail address for a purpose, as a system job."""
    if JOB not in system_jobs:
        register_system_job(name=JOB, words="a job of a test", purposes=list(Purpose))

    def open_email(account, purpose=Purpose.SUPPORT):
        with acting(actor=system(JOB), purpose=purpose):
            return Profile.of(account.id).open("email").email

    return open_email


def forget_use(version, purpose="support"):
    """Let a version not have told that the e-mail address is used for a purpose."""
    practice = Practice.objects.get(version__number=version)
    practice.facts["uses"][EMAIL] = [each for each in practice.facts["uses"][EMAIL] if each != purpose]
    practice.save()
    forget_all()


def test_a_use_that_no_version_told_of_is_refused_and_the_same_look_for_another_purpose_is_not(ada, look):
    assert look(ada) == "ada@example.org"
    forget_use(1)
    with pytest.raises(AccessDenied, match="does not say so"):
        look(ada)
    assert look(ada, Purpose.ORDERS) == "ada@example.org"
    assert look(ada, Purpose.RIGHTS) == "ada@example.org"


def test_a_new_use_waits_for_the_day_and_for_each_client_to_be_told(announce, ada, bob, look, mailbox):
    forget_use(1)
    amendment = announce()
    assert {"kind": "use", "what": f"{EMAIL}: support"} in amendment.version.findings
    with pytest.raises(AccessDenied, match="not yet"):
        look(ada)
    send(amendment)
    Delivery.objects.filter(subject_id=bob.id).update(bounced="hard")
    with at(amendment.version.planned_for):
        keep()
        NoticeLetter.objects.update(state=LetterState.UNREACHABLE)
        keep()
        assert look(ada) == "ada@example.org"
        with pytest.raises(AccessDenied, match="could not be told"):
            look(bob)
        with acting(actor=client(bob.id), purpose=Purpose.ACCOUNT):
            note_read(bob.id, amendment.version)
        assert look(bob) == "bob@example.org"


def test_a_recipient_that_no_version_told_of_gets_nothing(ada):
    clause = "E3"
    practice = Practice.objects.get()
    company, values = next((key, values) for key, values in practice.facts["recipients"].items() if values)
    label, (purpose, *_more) = next(iter(values.items()))
    wanted = Wanted(subject_id=ada.id, recipient=company, purpose=Purpose(purpose), fields=(label,))
    assert judge_ground(Informed(), wanted=wanted, clause=clause).ref == "statement:1"
    del practice.facts["recipients"][company]
    practice.save()
    forget_all()
    with pytest.raises(NoGround, match="does not say so"):
        judge_ground(Informed(), wanted=wanted, clause=clause)


def test_the_values_that_a_practice_names_exist():
    for label in Practice.objects.get().facts["uses"]:
        model, _dot, name = label.rpartition(".")
        assert get_attribute(model, name).name == name


def test_each_clients_record_says_which_version_applied_when_and_how_it_was_told(announce, ada, bob, mailbox):
    amendment = announce()
    send(amendment)
    coming, first = list_periods(ada)
    assert (coming.since, coming.told.way, first.until) == (None, Way.MAIL, None)
    with at(amendment.version.planned_for + days(1)):
        keep()
        second, first = list_periods(ada)
        assert second.since == first.until
        assert (first.version.number, first.joined) == (1, True)
        Told.objects.filter(subject_id=bob.id).delete()
        untold, still = list_periods(bob)
        assert (untold.since, still.until, still.version.number) == (None, None, 1)
        assert not is_told(bob.id, 2)


def test_a_letter_is_printed_by_who_took_it_and_posting_it_tells_the_client(announce, bob, mailbox):
    clerk, other = employ("clerk", Role.SERVICE), employ("another", Role.SERVICE)
    with acting(actor=client(bob.id), purpose=Purpose.ACCOUNT):
        profile = Profile.of(bob.id)
        profile.address = ADDRESS
        profile.save()
    amendment = announce()
    send(amendment)
    Delivery.objects.filter(subject_id=bob.id).update(bounced="hard")
    keep()
    letter = NoticeLetter.objects.get(subject_id=bob.id)
    assert not is_told(bob.id, 2)
    with act_as(clerk):
        letter = take_letter(letter)
    for member, allowed in ((other, False), (clerk, True)):
        act_on = partial(acting, actor=staff_member(member.id), purpose=Purpose.SUPPORT)
        if allowed:
            assert print_letters([letter], lambda case, act_on=act_on: act_on(case=case)).startswith(b"%PDF")
        else:
            with pytest.raises(AccessDenied):
                print_letters([letter], lambda case, act_on=act_on: act_on(case=case))
    with act_as(other), pytest.raises(Refused, match="Take the letter first"):
        note_posted(letter)
    with act_as(clerk):
        note_posted(letter)
    assert is_told(bob.id, 2)
    assert Told.objects.get(subject_id=bob.id).at <= clock.now()


def test_several_letters_are_taken_and_printed_as_one_file_and_each_is_looked_at_on_its_own(
    announce, ada, bob, mailbox
):
    clerk = employ("clerk", Role.SERVICE)
    for each in (ada, bob):
        with acting(actor=client(each.id), purpose=Purpose.ACCOUNT):
            profile = Profile.of(each.id)
            profile.address = ADDRESS
            profile.save()
        ContactWish.objects.create(subject_id=each.id, answers="letter")
    amendment = announce()
    send(amendment)
    states = Delivery.objects.filter(subject_id__in=(ada.id, bob.id)).values_list("state", "skipped_for")
    assert set(states) == {("skipped", "letter")}
    with act_as(clerk):
        assert take_letters() == 2
        assert take_letters() == 0
    letters = list(NoticeLetter.objects.order_by("id"))
    act_on = partial(acting, actor=staff_member(clerk.id), purpose=Purpose.SUPPORT)
    content = print_letters(letters, lambda case: act_on(case=case))
    assert len(re.findall(rb"/Type /Page\b", content)) == 2
    for each in (ada, bob):
        looks = EntryRow.objects.filter(subject_id=each.id, event="vault:values:opened", actor_ref=str(clerk.id))
        assert looks.count() == 1
    with act_as(clerk):
        for letter in letters:
            note_posted(letter)
    assert is_told(ada.id, 2)
    assert is_told(bob.id, 2)


def test_who_wished_a_letter_and_has_no_address_gets_the_mail_after_all(announce, ada, bob, mailbox):
    ContactWish.objects.create(subject_id=bob.id, answers="letter")
    amendment = announce()
    send(amendment)
    clerk = employ("clerk", Role.SERVICE)
    with act_as(clerk):
        take_letters()
    act_on = partial(acting, actor=staff_member(clerk.id), purpose=Purpose.SUPPORT)
    with pytest.raises(Refused, match="No postal address"):
        print_letters([NoticeLetter.objects.get()], lambda case: act_on(case=case))
    assert not is_told(bob.id, 2)
    send(amendment)
    assert Delivery.objects.get(notice=amendment.notice_id, subject_id=bob.id).state == "accepted"
    assert is_told(bob.id, 2)
