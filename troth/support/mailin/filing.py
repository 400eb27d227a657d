"""The second step: a stored mail is read and put to a case, or set apart with a named cause. One transaction.

A mail joins a thread only with both: a token that we wrote for that case, and a sender whom our own mail server
vouches for and who is the person of the case. Anything less is set apart; nothing is dropped, and no automatic mail
is answered.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from troth.accounts.api import Profile
from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.errors import Closed
from troth.kernel.operator import read_operator
from troth.kernel.ports import bounce_takers
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.support import jobs, tokens
from troth.support.actions.opening import Inquiry, acknowledge, add_message, come_back, open_by_mail
from troth.support.events import Event
from troth.support.mailin.authenticity import vouches_for
from troth.support.mailin.reading import ReadMail, Unreadable, read_mail
from troth.support.models import Case, InboundMail, Message, Outbound
from troth.support.words import Cause, Direction, MailState, Origin, State, Trust
from troth.vault.api import find_subjects, normalize

log = logging.getLogger(__name__)

MOST_IN_AN_HOUR = 20
"""New cases from one address; what comes beyond is set apart."""


MOST_TRIES = 5
"""How often a mail is tried on which our program falls; then a person looks at it, and it holds nobody else's up."""


def find_stored(limit: int = 200) -> list[UUID]:
    """Return the ids of the mails that are stored and not filed, the oldest first."""
    stored = InboundMail.objects.filter(state=MailState.STORED).order_by("came_at")
    return list(stored.values_list("id", flat=True)[:limit])


def file_again(mail_id: UUID) -> bool:
    """Put a mail where it belongs whose own task was lost; return whether it did.

    The try is counted before it is made: a mail that takes the whole process down is counted too, and set apart in the
    end. What cannot be done now, as the database is gone or a promise is broken, counts for nothing.
    """
    mine = InboundMail.objects.filter(pk=mail_id, state=MailState.STORED)
    mine.update(tries=F("tries") + 1)
    mail = mine.first()
    if mail is None:
        return False
    if mail.tries > MOST_TRIES:
        with acting(actor=system(jobs.INTAKE), purpose=Purpose.SUPPORT), transaction.atomic():
            _set_apart(mail, Cause.FAILED)
        return False
    try:
        return file_mail(mail_id)
    except (OperationalError, InterfaceError, Closed) as error:
        mine.update(tries=F("tries") - 1)
        _note_failure(mail_id, error)
    except Exception as error:
        _note_failure(mail_id, error)
    return False


def _note_failure(mail_id: UUID, error: Exception) -> None:
    # The text of an error may quote the mail; its kind and the mail's id are enough to look for it.
    log.warning("A mail was not filed.", extra={"facts": {"mail": str(mail_id), "error": type(error).__name__}})


def file_mail(mail_id: UUID) -> bool:
    """Put one stored mail where it belongs; return whether it stood unfiled. May run twice, also at the same time."""
    with acting(actor=system(jobs.INTAKE), purpose=Purpose.SUPPORT):
        stored = InboundMail.objects.filter(pk=mail_id, state=MailState.STORED).first()
        if stored is None:
            return False
        # The look comes before the transaction that changes something: undoing that must not undo its trace.
        raw = open_raw(stored)
        with transaction.atomic():
            mail = InboundMail.objects.select_for_update().filter(pk=mail_id, state=MailState.STORED).first()
            if mail is None:
                return False
            try:
                read = read_mail(raw)
                if _came_back(read, raw):
                    mail.delete()
                else:
                    _file(mail, read, raw=raw)
            except Unreadable as error:
                _set_apart(mail, error.cause)
    return True


def _came_back(read: ReadMail, raw: bytes) -> bool:
    """Return whether somebody else's mail came back, who knows the path that it took; then it is no inquiry."""
    return any(take(address, raw) for address in read.recipients for take in bounce_takers)


def open_raw(mail: InboundMail) -> bytes:
    """Return the bytes of a mail, in the present context."""
    content: bytes = mail.open("raw").raw["content"]
    return content


def _file(mail: InboundMail, read: ReadMail, *, raw: bytes) -> None:
    case, cause, trust = judge(read)
    if cause is not None:
        _set_apart(mail, cause)
        return
    if case is not None:
        with acting(actor=system(jobs.INTAKE), purpose=Purpose.SUPPORT, case=case.as_case):
            message = add_message(
                case,
                body=_say(read),
                direction=Direction.IN,
                origin=Origin.MAIL,
                trust=trust,
                files=read.files,
                at=mail.came_at,
            )
            come_back(case, at=mail.came_at)
            _rest_with(mail, case, message, raw=raw)
        return
    case, message = open_new(mail, read, trust=trust, raw=raw)
    acknowledge(case)


def judge(read: ReadMail) -> tuple[Case | None, Cause | None, Trust]:  # noqa: PLR0911  one return a cause
    """Return the case that a mail joins, or the cause for which it is set apart; neither where it is a new inquiry."""
    if read.is_bounce:
        return None, Cause.BOUNCE, Trust.STRANGER
    if read.is_automatic or _is_ours(read):
        return None, Cause.AUTOMATIC, Trust.STRANGER
    if not read.sender:
        return None, Cause.NO_SENDER, Trust.STRANGER
    domain = read.sender.rpartition("@")[2]
    if not vouches_for(read.results, domain=domain, authserv_id=read_operator().mail.authserv_id):
        return None, Cause.UNAUTHENTICATED, Trust.STRANGER
    found = tokens.find_tokens(read.recipients)
    if found:
        return _join(found, read)
    if _is_flood(read.sender):
        return None, Cause.FLOOD, Trust.ADDRESS
    return None, None, Trust.ADDRESS


def _join(found: Sequence[tuple[str, str]], read: ReadMail) -> tuple[Case | None, Cause | None, Trust]:
    """Return the case of the one genuine token, if the sender is the person of the case."""
    cases = {case.pk: case for number, digest in found if (case := tokens.read_token(number, digest)) is not None}
    if len(cases) != 1 or len(set(found)) != 1:
        return None, Cause.FORGED_TOKEN, Trust.ADDRESS
    case = next(iter(cases.values()))
    if not is_person_of(case, read.sender):
        return None, Cause.OTHER_SENDER, Trust.ADDRESS
    if case.state == State.MERGED:
        case = Case.objects.get(pk=str(case.merged_into))
    return case, None, Trust.ADDRESS


def is_person_of(case: Case, address: str) -> bool:
    """Return whether this address is that of the person whom a case is about; found in the index, nothing is opened."""
    attribute = Profile.email if case.has_account else Case.sender_email
    return case.subject_id in find_subjects(attribute, address)


def open_new(mail: InboundMail, read: ReadMail, *, trust: Trust, raw: bytes) -> tuple[Case, Message]:
    """Open a case for a mail: for the client whose address it is, else for a stranger with a subject id of its own."""
    subject_id = None
    if trust is not Trust.STRANGER:
        subject_id = next(iter(find_subjects(Profile.email, read.sender)), None)
        if subject_id is None:
            subject_id = next(iter(find_subjects(Case.sender_email, read.sender)), None)
    sender = {"sender_email": read.sender, "sender_name": read.sender_name} if read.sender else {}
    inquiry = Inquiry(
        title=read.subject or _("Mail without a subject"), body=_say(read), sender=sender, files=read.files
    )
    case, message = open_by_mail(
        subject_id=subject_id, inquiry=inquiry, trust=trust, received_at=min(mail.came_at, clock.now())
    )
    _rest_with(mail, case, message, raw=raw)
    return case, message


def _rest_with(mail: InboundMail, case: Case, message: Message, *, raw: bytes) -> None:
    """Seal the mail's bytes anew under the person of the case, so that they are shown, kept and erased with it."""
    kept = InboundMail(
        subject_id=case.subject_id,
        source=mail.source,
        key=mail.key,
        size=mail.size,
        digest=mail.digest,
        came_at=mail.came_at,
        state=MailState.FILED,
        case_id=case.pk,
        message_id=message.pk,
    )
    kept.raw = raw
    mail.delete()
    kept.save()
    record(
        event=Event.MAIL_FILED,
        subject_id=case.subject_id,
        object_type="support.InboundMail",
        object_id=str(kept.id),
    )


def _set_apart(mail: InboundMail, cause: Cause) -> None:
    InboundMail.objects.filter(pk=mail.pk).update(state=MailState.QUARANTINED, cause=cause)
    record(
        event=Event.MAIL_SET_APART,
        subject_id=mail.subject_id,
        object_type="support.InboundMail",
        object_id=str(mail.id),
    )


def _say(read: ReadMail) -> str:
    if not read.left_out:
        return read.text
    return f"{read.text}\n\n{_('(%(count)d files were not taken.)') % {'count': read.left_out}}"


def _is_ours(read: ReadMail) -> bool:
    """Return whether this is a mail of our own that came back: from our address, or with a Message-ID of ours."""
    operator = read_operator()
    own = {operator.contacts.support_email.lower(), operator.mail.from_address.lower()}
    if read.sender.lower() in own:
        return True
    first = read.message_ids[0] if read.message_ids else ""
    local = first.strip("<>").rpartition("@")[0]
    try:
        return Outbound.objects.filter(pk=UUID(local)).exists()
    except ValueError:
        return False


def _is_flood(address: str) -> bool:
    subjects = find_subjects(Case.sender_email, address) + find_subjects(
        Profile.email, normalize(Profile.email, address)
    )
    since = clock.now() - timedelta(hours=1)
    recent = Case.objects.filter(subject_id__in=subjects, origin=Origin.MAIL, received_at__gte=since)
    return recent.count() >= MOST_IN_AN_HOUR
