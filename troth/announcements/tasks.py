"""What this room does by schedule and after a commit. Each may run twice, and beside itself."""

from uuid import UUID

from crontask import cron
from django.tasks import task

from troth.announcements.jobs import SENDER
from troth.announcements.kinds import NoticeState
from troth.announcements.models import Notice
from troth.announcements.reviewing import take_back_lapsed
from troth.announcements.running import list_recipients
from troth.announcements.sending import Sender, finish_if_done, reconcile
from troth.kernel.acting import acting, system
from troth.kernel.purposes import Purpose

WINDOWS = 40
"""Windows in one task: some seconds of work, so that other tasks are not held up."""


@task()
def send_notice(notice_id: str) -> None:
    """List the recipients where that is not done, and send some windows; go on in a task of its own where more wait."""
    notice = Notice.objects.filter(pk=UUID(notice_id)).first()
    if notice is None:
        return
    notice = list_recipients(notice)
    if notice.state == NoticeState.SENDING and Sender(notice).run(windows=WINDOWS):
        send_notice.enqueue(notice_id)


@cron("* * * * *")
@task()
def go_on_with_notices() -> None:
    """Go on with what waits: after a limit, a server's "not now", a kill. What lost an approval waits for others."""
    with acting(actor=system(SENDER), purpose=Purpose.UPKEEP):
        for notice in Notice.objects.filter(state=NoticeState.APPROVED):
            take_back_lapsed(notice)
    for notice in Notice.objects.filter(state__in=(NoticeState.FREEZING, NoticeState.SENDING)):
        reconcile(notice)
        if not finish_if_done(notice):
            send_notice.enqueue(str(notice.pk))
