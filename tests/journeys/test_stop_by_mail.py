"""A renewal is stopped by the link of the mail that announces it, by one click and without a sign-in (C2).

The membership's year is told to be nearly over; nothing else is set by hand. What counts is in the books: no order is
left to be paid, and on the day of the charge nothing is charged.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.browsing import PHONE, Visitor
from tests.journeys.test_buying import go_to_card, type_card
from tests.running import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

type Come = Callable[..., AbstractContextManager[Visitor]]
GOOD = "4242424242424242"
_MINE = """
from datetime import timedelta
from troth.accounts.api import Profile
from troth.kernel import clock
from troth.orders.memberships import charging, queries, renewals
from troth.orders.models import Membership, Order, PaymentAttempt, Renewal, Term
from troth.vault.api import find_subjects
subject = find_subjects(Profile.user_name, sys.argv[1])[0]
membership = Membership.objects.get(subject_id=subject)
"""
NEARLY_OVER = f"""{_MINE}
term = Term.objects.get(membership=membership)
gone = term.ends_on - queries.today() - timedelta(days=20)
Term.objects.filter(pk=term.pk).update(starts_on=term.starts_on - gone, ends_on=term.ends_on - gone)
"""
ANNOUNCE = f"""{_MINE}
day = queries.today() + timedelta(days=6)
for term in renewals.find_to_announce(day, membership=membership):
    print(renewals.announce(term, day, contact=renewals._read_contact(term)))
"""
CHARGE_DAY = f"""{_MINE}
renewal = Renewal.objects.get(membership=membership)
print(charging.take_step(renewal.pk, renewal.term_ends_on + timedelta(days=1)))
"""
FACTS = f"""{_MINE}
renewal = Renewal.objects.get(membership=membership)
print(membership.renews, renewal.state, Order.objects.filter(subject_id=subject, paid_at=None).exclude(
    state="cancelled").count(), PaymentAttempt.objects.filter(subject_id=subject, state="paid").count(),
    queries.standing_of(membership).is_member)
"""


def test_a_renewal_is_stopped_by_the_link_of_its_mail_and_nothing_is_charged(come: Come, demo_site: Site) -> None:
    with come() as member, come(viewport=PHONE) as anybody:
        address = member.join("stopping")
        buy_with_renewal(member)
        demo_site.run(NEARLY_OVER, "stopping")
        assert demo_site.run(ANNOUNCE, "stopping").split() == ["True"]
        text = anybody.read_mail(to=address, subject="renew")
        assert "$60.00" in text and "4242" in text
        assert demo_site.run(FACTS, "stopping").split() == ["True", "announced", "1", "1", "True"]
        anybody.follow_mail(to=address, subject="renew", part="/membership/stop/")
        anybody.reads_not("Journey stopping", address, "4242", "Sign out")
        before = demo_site.run(FACTS, "stopping").split()
        assert before[0] == "True", "The link alone stopped it, before anybody pressed."
        anybody.press("Stop the renewal")
        anybody.reads("Nothing more will be charged.")
        facts = demo_site.run(FACTS, "stopping").split()
        assert (facts[0], facts[2:]) == ("False", ["0", "1", "True"])
        demo_site.run(CHARGE_DAY, "stopping")
        assert demo_site.run(FACTS, "stopping").split()[2:4] == ["0", "1"]
        member.open("/membership/")
        member.reads("You have stopped the renewal", "running, and ending")


def buy_with_renewal(member: Visitor) -> None:
    """Buy a membership that renews by itself with the card."""
    member.open("/shop/collector/")
    member.press("Put into the basket")
    member.follow("Go on to the order")
    member.page.get_by_label("Renew it by itself, with the card that I pay with now").check()
    go_to_card(member)
    with member.page.expect_navigation(url="**/orders/**"):
        type_card(member, GOOD)
    member.page.wait_for_load_state("load")
    member.complaints.clear()
