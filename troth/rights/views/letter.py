"""The answer as a letter for an envelope with a window (L3), and the form for those who ask by post."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from troth.accounts.api import Profile
from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.kernel.pages import PUBLIC, page
from troth.kernel.purposes import Purpose
from troth.rights.cases import case_of
from troth.rights.models import Request
from troth.rights.queries import find_request
from troth.staff.api import Permission, acting_as_staff, current_member, require_trained
from troth.ui.api import format_date


@page(f"staff:{Permission.HANDLE_REQUESTS}")
def show_pdf(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Give the answer as a letter in PDF, to whoever has the request; nothing of it is stored."""
    member = current_member(request)
    require_trained(str(member.id), at=clock.now())
    found = find_request(request_id)
    if found is None or found.taken_by != member.id:
        raise Http404
    with acting_as_staff(request, purpose=Purpose.RIGHTS, case=case_of(found)):
        # Whom nobody has verified gets a letter without anything of the account; its address is that of the envelope.
        profile = Profile.of(found.subject_id) if found.verified_at else None
        opened = profile.open("name", "address") if profile else None
        recipient = [opened.show("name"), *opened.show("address").splitlines()] if opened else []
        said = found.open("text", "answer")
        content = _make(found, recipient, said.show("text"), said.show("answer"))
    return hand_out_pdf(content, name=found.number)


@page(PUBLIC)
def show_form(_request: HttpRequest) -> HttpResponse:
    """Give a form to be filled in by hand and posted, for who cannot or will not use the site (L3)."""
    from troth.ui.letter import PaperLetter, make_letter

    operator = read_operator()
    line = "_" * 62
    ask = [
        _("I ask for:"),
        "\n".join(
            f"[   ]  {words}"
            for words in (
                _("a copy of what you hold about me"),
                _("a correction, namely:"),
                _("deactivation of my account"),
                _("deletion of my account and of all that may be deleted"),
                _("something else, namely:"),
            )
        ),
        "\n\n".join([line] * 3),
    ]
    content = make_letter(
        PaperLetter(
            house="",
            sender=[_("From (your name and postal address):"), line[:40], line[:40], line[:40]],
            recipient=list(dict.fromkeys([operator.name, *operator.contacts.postal_address.strip().splitlines()])),
            on=None,
            reference="",
            subject=_("A request about my information"),
            paragraphs=[
                f"{_('User name or e-mail address of my account:')}\n\n{line}",
                *ask,
                f"{_('Place, day, signature:')}\n\n{line}",
                _(
                    "Send no copy of a passport or identity card. We make sure that it is you by writing to the "
                    "address or calling the number that stands in your account. You hear from us within %(days)d days."
                )
                % {"days": operator.numbers.request_days},
            ],
        ),
        country=operator.country,
    )
    return hand_out_pdf(content, name="by-post")


def hand_out_pdf(content: bytes, *, name: str) -> HttpResponse:
    """Return a PDF that no cache keeps."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def _make(found: Request, recipient: list[str], text: str, answer: str) -> bytes:
    from troth.ui.letter import PaperLetter, make_letter

    operator = read_operator()
    paragraphs = [_("You asked:"), text]
    if found.verified_how:
        how = {"kind": found.get_kind_display(), "how": found.get_verified_how_display()}
        paragraphs.append(_("You asked for %(kind)s. We knew that it is from you, since %(how)s.") % how)
    paragraphs += [_("Our answer:"), answer or _("There is no draft of the answer yet.")]
    received: date = found.received_at.date()
    return make_letter(
        PaperLetter(
            house=operator.name,
            sender=operator.contacts.postal_address.strip().splitlines(),
            recipient=recipient,
            on=clock.today(),
            reference=found.number,
            subject=_("Your request %(number)s, received on %(on)s")
            % {"number": found.number, "on": format_date(received)},
            paragraphs=paragraphs,
        ),
        country=operator.country,
    )
