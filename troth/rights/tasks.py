"""What is done after a change, outside of it. A task carries ids only, and may run twice."""

from uuid import UUID

from django.tasks import task
from django.urls import reverse
from django.utils import translation

from troth.accounts.api import Profile
from troth.kernel.acting import acting, system
from troth.kernel.ports import Letter, send_letter
from troth.kernel.purposes import Purpose
from troth.rights import jobs
from troth.rights.models import Request
from troth.ui.api import absolute_url, render_mail


@task()
def tell_of_answer(request_id: str) -> None:
    """Tell the client by mail that a request has its answer; the answer itself stays on the Admin page."""
    request = Request.objects.filter(id=UUID(request_id)).first()
    profile = Profile.of(request.subject_id) if request else None
    if request is None or profile is None:
        return
    with acting(actor=system(jobs.MAIL), purpose=Purpose.SERVICE_MESSAGES):
        opened = profile.open("name", "email", "language")
    language = opened.language or translation.get_language() or "en"
    url = absolute_url(reverse("rights:request", kwargs={"request_id": request.id}))
    mail = render_mail(
        template="rights/emails/answer",
        context={"name": opened.name, "number": request.number, "url": url},
        language=language,
    )
    with acting(actor=system(jobs.MAIL), purpose=Purpose.SERVICE_MESSAGES):
        send_letter(
            Letter(
                subject_id=request.subject_id,
                to=opened.email,
                subject=mail.subject,
                text=mail.text,
                html=mail.html,
                kind="rights.answer",
                purpose=Purpose.SERVICE_MESSAGES,
                fields=("name", "email"),
                message_id=f"rights-answer-{request.id}",
            )
        )
