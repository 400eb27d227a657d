"""Whether what goes out by mail leaves: a look at decisions alone would not see that the door refuses each of them."""

from datetime import timedelta
from functools import partial

from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ports import Channel, Control, Observation, Sabotage, contact_kinds
from troth.support import sabotages
from troth.support.models import Outbound
from troth.support.queries import stuck_mails

CLAUSES = ("C2", "C3", "G2")
"""The promises that kinds of contact keep (``ContactKind.clause``): each has a check of its own."""
_LOOKED_AT = timedelta(days=60)


def observe_leaving(clause: str) -> Observation:
    """Look at the mails of the last two months that keep a promise: none was given up, or waits longer than it may."""
    kinds = [kind.key for kind in contact_kinds if kind.clause == clause]
    since = clock.now() - _LOOKED_AT
    looked_at = Outbound.objects.filter(channel=Channel.EMAIL, about__in=kinds, made_at__gte=since).count()
    stuck = list(stuck_mails(clause=clause).values_list("about", "state", "made_at")[:20])
    failures = [f"{about}, asked for on {made_at:%Y-%m-%d %H:%M}: {state}, not sent" for about, state, made_at in stuck]
    return Observation(examined=looked_at + len(kinds), failures=failures, evidence={"mails": looked_at})


def make_control(clause: str) -> Control:
    """Return the check of the mails that keep one promise."""
    return Control(
        key=f"support.leaving_{clause.lower()}",
        clauses=(clause,),
        words=_("What we write to a client leaves: no mail was given up, and none waits for more than four hours"),
        observe=partial(observe_leaving, clause),
        every=timedelta(hours=1),
        sabotages=(
            Sabotage("given_up", _("A mail is given up after ten tries"), partial(sabotages.give_a_mail_up, clause)),
            Sabotage("waiting", _("A mail waits for a day"), partial(sabotages.let_a_mail_wait, clause)),
        ),
    )
