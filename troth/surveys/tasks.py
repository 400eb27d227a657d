"""What this room does by schedule. Each may run twice."""

from crontask import cron
from django.tasks import task

from troth.kernel.acting import acting, system
from troth.kernel.purposes import Purpose
from troth.surveys.actions.running import close_survey, gather, list_to_close
from troth.surveys.jobs import GATHERER
from troth.surveys.kinds import SurveyState
from troth.surveys.models import Survey


@cron("*/10 * * * *")
@task()
def close_surveys() -> None:
    """Close the surveys whose day has come, and finish each close that was broken off."""
    with acting(actor=system(GATHERER), purpose=Purpose.SURVEYS):
        for survey in list_to_close():
            close_survey(survey)
        for survey in Survey.objects.filter(state=SurveyState.CLOSING, counted=None):
            gather(survey)
