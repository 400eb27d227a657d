"""The sender of notices that is killed: makes a house and its notice, sends until it dies, and tells how it stands.

``sender.py prepare CLASS MANY`` prints the notice's id; ``sender.py send ID [LOG]`` says that it begins and sends all
that waits, with what the relay's log says where one is given (a sink's; that of a Postfix is named in the environment);
``sender.py tell ID`` prints the states as JSON.
"""

import json
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

TEXTS = ("en", "de")


def prepare(kind: str, many: str) -> None:
    """Make the place, so many clients, and a notice of this class that is listed and ready to go."""
    from troth.config.environment import read_environment
    from troth.config.setup import set_up

    set_up(read_environment(), tell=lambda _line: None)
    # Models can be imported only now.
    from bench.population import make_clients
    from troth.announcements.drafting import Blocks, Particulars, submit_notice, write_notice
    from troth.announcements.kinds import NoticeClass
    from troth.announcements.models import Notice
    from troth.announcements.reviewing import review_notice
    from troth.announcements.running import begin_notice, list_recipients
    from troth.kernel.acting import acting, staff_member
    from troth.kernel.operator import read_operator
    from troth.kernel.purposes import Purpose

    make_clients(int(many), tell=lambda _count: None)
    author, reviewer = _employ("author", "administrator"), _employ("reviewer", "reviewer")
    texts = {language: Blocks("A test of the sender", "It is killed meanwhile.") for language in TEXTS}
    interest = next(iter(read_operator().interests)) if kind == NoticeClass.NEWS else ""
    particulars = Particulars(reason="maintenance" if kind == NoticeClass.SERVICE else "", interest=interest)
    if interest:
        _interest_all(interest)
    with acting(actor=staff_member(author), purpose=Purpose.UPKEEP):
        notice = submit_notice(write_notice(NoticeClass(kind), particulars, texts))
    with acting(actor=staff_member(reviewer), purpose=Purpose.UPKEEP):
        review_notice(notice, approve=True, content_hash=notice.content_hash)
    with acting(actor=staff_member(author), purpose=Purpose.UPKEEP):
        list_recipients(begin_notice(Notice.objects.get(pk=notice.pk)))
    _say({"notice": str(notice.pk)})


def send(notice_id: str, log: str = "") -> None:
    """Settle what an earlier run left, and send until nothing waits."""
    from troth.announcements.models import Delivery, Notice, Pace
    from troth.announcements.relay_log import RelayWord, relay_logs
    from troth.announcements.sending import Sender, reconcile
    from troth.kernel import clock

    if log:
        relay_logs.register(
            "test",
            lambda ids, _since: RelayWord(frozenset(Path(log).read_text(encoding="ascii").split()) & frozenset(ids)),
        )
    notice = Notice.objects.get(pk=UUID(notice_id))
    # Whoever held the rows is dead, which a lease would only find out in some minutes.
    Delivery.objects.filter(leased_until__isnull=False).update(leased_until=clock.now())
    reconcile(notice)
    Delivery.objects.update(next_try_at=clock.now())
    Pace.objects.update(slow_until=None)
    _say({"ready": True})
    Sender(notice).run(windows=10_000)


def tell(notice_id: str) -> None:
    """Print how the rows stand, and which mail belongs to which of them."""
    from troth.announcements.models import Delivery, Notice
    from troth.announcements.tokens import make_message_id

    notice = Notice.objects.get(pk=UUID(notice_id))
    rows = [
        {"mail": make_message_id(row.pk), "state": row.state, "again": row.told_again}
        for row in Delivery.objects.filter(notice=notice)
    ]
    _say({"frozen": notice.frozen_count, "state": notice.state, "rows": rows})


def _employ(name: str, role: str) -> UUID:
    from datetime import timedelta

    from tests.factories.accounts import make_account
    from troth.kernel import clock
    from troth.kernel.acting import acting, system
    from troth.kernel.purposes import Purpose
    from troth.staff.api import Role, invite_member
    from troth.staff.job import JOB

    account = make_account(name=f"{name} Worker", email=f"{name}@example.com", user_name=name)
    with acting(actor=system(JOB), purpose=Purpose.SECURITY):
        until = clock.now() + timedelta(days=90)
        return invite_member(subject_id=account.id, role=Role(role), certificate_until=until).id


def _interest_all(interest: str) -> None:
    """Let every client choose a service's news."""
    from troth.accounts.api import Profile
    from troth.kernel.acting import acting, client
    from troth.kernel.purposes import Purpose

    for profile in Profile.objects.all():
        with acting(actor=client(profile.subject_id), purpose=Purpose.ACCOUNT):
            profile.interests = [interest]
            profile.save()


def _say(facts: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    import django

    if sys.argv[1] != "prepare":
        django.setup()
    {"prepare": prepare, "send": send, "tell": tell}[sys.argv[1]](*sys.argv[2:])
