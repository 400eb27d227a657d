"""What this room does by schedule. Each may run twice, and beside itself."""

from crontask import cron
from django.tasks import task

from troth.amendments.jobs import KEEPER
from troth.amendments.kinds import AmendmentState
from troth.amendments.models import Amendment
from troth.amendments.publishing import bring_due_into_force
from troth.amendments.reviewing import take_back_lapsed
from troth.amendments.telling import note_mailed, plan_letters
from troth.announcements.api import NoticeState
from troth.kernel.acting import acting, system
from troth.kernel.purposes import Purpose


@cron("* * * * *")
@task()
def keep_statement() -> None:
    """Note who was told of what is announced, list the letters, and let it govern once its day has come.

    A change that lost an approval waits for others again.
    """
    announced = Amendment.objects.filter(state=AmendmentState.ANNOUNCED).select_related("notice", "version")
    with acting(actor=system(KEEPER), purpose=Purpose.LEGAL):
        for amendment in Amendment.objects.filter(state=AmendmentState.APPROVED):
            take_back_lapsed(amendment)
        for amendment in announced:
            note_mailed(amendment)
            if amendment.notice and amendment.notice.state == NoticeState.CLOSED:
                plan_letters(amendment)
            if amendment.version:
                bring_due_into_force(amendment.version)
