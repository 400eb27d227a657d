"""What this room does by schedule. Each may run twice."""

from datetime import timedelta

from crontask import cron
from django.tasks import task

from troth.kernel.acting import acting, system
from troth.kernel.purposes import Purpose
from troth.surveys.actions.running import close_survey, gather, list_to_close
from troth.surveys.jobs import GATHERER
from troth.surveys.kinds import Mode, SurveyState
from troth.surveys.models import Survey
from troth.vault.api import truncate_logs

PATIENCE = timedelta(milliseconds=200)
"""Nobody writes while a log is to be cut and somebody still reads; if it cannot be now, it can be in a minute."""


@cron("*/10 * * * *")
@task()
def close_surveys() -> None:
    """Close the surveys whose day has come, and finish each close that was broken off."""
    with acting(actor=system(GATHERER), purpose=Purpose.SURVEYS):
        for survey in list_to_close():
            close_survey(survey)
        for survey in Survey.objects.filter(state=SurveyState.CLOSING, counted=None):
            gather(survey)


@cron("* * * * *")
@task()
def forget_arrivals() -> None:
    """Cut the write-ahead logs: in them anonymous answers lie in the order of their coming, beside who took part."""
    if Survey.objects.filter(mode=Mode.ANONYMOUS, opened_at__isnull=False, raw_deleted_at=None).exists():
        truncate_logs(patience=PATIENCE)
