"""Whether an organisation may receive, judged at the second of the call: registered, under contract, audited (A8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from django.conf import settings

from troth.kernel import clock
from troth.kernel.purposes import Purpose
from troth.processors.errors import Cause
from troth.processors.models import Agreement, AllowedField, Audit, Processor, State
from troth.processors.models.register import office_zone


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why not, with names for staff; ``cause`` is None where nothing speaks against it."""

    cause: Cause | None
    detail: str = ""


FINE = Verdict(None)


def office_day() -> date:
    """Return today's date at the operator's office, where days of agreements and audits begin and end."""
    return clock.now().astimezone(office_zone()).date()


def find_processor(key: str) -> Processor | None:
    """Return the organisation under this key, or None."""
    return Processor.objects.filter(key=key).first()


def judge_entry(processor: Processor | None) -> Verdict:
    """Judge whether the organisation stands in the register and is in use."""
    if processor is None:
        return Verdict(Cause.UNREGISTERED, "not in the register")
    return FINE if processor.state == State.ACTIVE else Verdict(Cause.UNREGISTERED, processor.state)


def judge_contract(processor: Processor, day: date | None = None) -> Verdict:
    """Judge whether an agreement is in force on this day (today where none is given), and no audit is overdue."""
    day = day or office_day()
    agreements = Agreement.objects.filter(processor=processor, signed_on__lte=day, runs_until__gte=day)
    if not any(agreement.last_day >= day for agreement in agreements):
        return Verdict(Cause.NO_AGREEMENT)
    overdue = Audit.objects.filter(processor=processor, done_on=None, due_on__lt=day).order_by("due_on").first()
    if overdue is not None:
        return Verdict(Cause.AUDIT_OVERDUE, f"due on {overdue.due_on}")
    if not Audit.objects.filter(processor=processor).exists():
        return Verdict(Cause.AUDIT_OVERDUE, "no audit is planned")
    return FINE


def judge_fields(processor: Processor, *, labels: Iterable[str], purpose: Purpose) -> Verdict:
    """Judge whether the register allows these values to this organisation for this purpose."""
    allowed = set(AllowedField.objects.filter(processor=processor, purpose=purpose).values_list("label", flat=True))
    extra = sorted(label for label in labels if label not in allowed and label.partition("/")[0] not in allowed)
    return Verdict(Cause.NOT_ALLOWED, ", ".join(extra)) if extra else FINE


def judge_host(processor: Processor, host: str) -> Verdict:
    """Judge whether the organisation is reached under this ``host:port`` or host."""
    known = list_hosts(processor)
    name = host.rpartition(":")[0] if ":" in host else host
    return FINE if host in known or name in known else Verdict(Cause.UNKNOWN_HOST, host)


def list_hosts(processor: Processor) -> list[str]:
    """Return the hosts of an organisation, with the names in braces filled in from the environment."""
    return [host.format_map(_hosts_of_environment()) if "{" in host else host for host in processor.hosts]


def find_mail_server() -> str:
    """Return ``host:port`` of the mail server that takes our mail."""
    options = settings.MAILERS["default"].get("OPTIONS", {})
    return f"{options.get('host', 'localhost')}:{options.get('port', 25)}"


def _hosts_of_environment() -> dict[str, str]:
    """Return what only the place to run knows: the mail server, and where the demo's stand-ins answer."""
    environment = settings.ENVIRONMENT
    return {
        "mail_relay": find_mail_server(),
        "card_processor": urlsplit(environment.card_url).netloc,
        "parcel_carrier": urlsplit(environment.parcel_url).netloc,
    }
