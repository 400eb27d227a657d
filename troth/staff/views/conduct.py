"""Objections of clients, looks without a case, incidents, and the privacy officer's board."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from troth.accounts.api import as_client, require_subject
from troth.kernel import clock
from troth.kernel.console import rooms
from troth.kernel.pages import page
from troth.kernel.purposes import Purpose
from troth.ledger.api import find_entry
from troth.staff.actions import conduct
from troth.staff.actions.access import answer_challenge, review_glass, take_challenge
from troth.staff.actions.reviews import prepare_review
from troth.staff.board import board_lines, running_clocks
from troth.staff.cases import case_of, read_id
from troth.staff.detectors import WORDS
from troth.staff.discipline import read_conduct
from troth.staff.forms import AnswerChallengeForm, DecideForm, StatementForm
from troth.staff.gates import acting_as_staff, current_member
from troth.staff.models import (
    BreakGlass,
    Challenge,
    ChallengeFinding,
    Incident,
    IncidentState,
    IncidentWord,
    Speaker,
    StaffMember,
)
from troth.staff.queries import (
    describe_members,
    unreviewed_glass,
    waiting_challenges,
    waiting_incidents,
)
from troth.staff.review_kinds import UNSEAL
from troth.staff.roles import Permission, may

_EXAMINE = f"staff:{Permission.EXAMINE_CONDUCT}"


@page(f"staff:{Permission.READ_BOARD}")
def show_board(request: HttpRequest) -> HttpResponse:
    """Show the privacy officer what is red, what waits and what ends soon."""
    member = current_member(request)
    context = {
        "lines": board_lines(),
        "clocks": running_clocks(),
        "now": clock.now(),
        "rooms": [(room, room.count_waiting()) for room in rooms if may(member.role, room.permission)],
    }
    return render(request, "staff/conduct/board.jinja", context)


@page(_EXAMINE)
def show_challenges(request: HttpRequest) -> HttpResponse:
    """Show the objections that wait for an answer."""
    waiting = waiting_challenges()
    names = describe_members(str(each.member_id) for each in waiting)
    return render(request, "staff/conduct/challenges.jinja", {"waiting": waiting, "names": names})


@page(_EXAMINE, methods=("GET", "POST"))
def handle_challenge(request: HttpRequest, challenge_id: UUID) -> HttpResponse:
    """Take an objection, read it, and answer the client; or ask that the name be unsealed."""
    challenge, member = Challenge.objects.filter(id=challenge_id).first(), current_member(request)
    if challenge is None:
        raise Http404
    form = AnswerChallengeForm(request.POST if request.POST.get("act") == "answer" else None)
    on_case = acting_as_staff(request, purpose=Purpose.RIGHTS, case=case_of(challenge))
    with on_case:
        if request.POST.get("act") == "take":
            take_challenge(challenge, member=member)
            return redirect("staff:challenge", challenge_id=challenge.id)
        if request.POST.get("act") == "unseal":
            prepare_review(kind=UNSEAL, facts={"challenge": str(challenge.id)})
            return redirect("staff:reviews")
        if request.method == "POST" and form.is_valid():
            finding = ChallengeFinding(form.cleaned_data["finding"])
            answer_challenge(challenge, member=member, finding=finding, answer=form.values["answer"] or "")
            return redirect("staff:challenges")
        mine = challenge.taken_by == member.id and challenge.answered_at is None
        text = challenge.open("text").show("text") if mine else ""
    context = {
        "challenge": challenge,
        "mine": mine,
        "text": text,
        "form": form,
        "entry": find_entry(challenge.entry_id),
        "looker": describe_members([str(challenge.member_id)]).get(str(challenge.member_id), ""),
        "is_own": challenge.member_id == member.id,
    }
    return render(request, "staff/conduct/challenge.jinja", context)


@page(_EXAMINE, methods=("GET", "POST"))
def show_glass(request: HttpRequest) -> HttpResponse:
    """Show the looks without a case that nobody examined yet; a POST says whether one was right."""
    member = current_member(request)
    if request.method == "POST":
        glass_id = read_id(request.POST.get("glass", ""))
        glass = BreakGlass.objects.filter(id=glass_id).first() if glass_id else None
        if glass is None:
            raise Http404
        with acting_as_staff(request, purpose=Purpose.LEGAL):
            review_glass(glass, member=member, was_right=request.POST.get("was_right") == "yes")
        return redirect("staff:glass")
    waiting = unreviewed_glass()
    names = describe_members(str(each.member_id) for each in waiting)
    context = {"waiting": waiting, "names": names, "member": member, "now": clock.now()}
    return render(request, "staff/conduct/glass.jinja", context)


@page(f"staff:{Permission.READ_BOARD}")
def show_incidents(request: HttpRequest) -> HttpResponse:
    """Show the incidents, those about which something is to be done first."""
    closed = request.GET.get("state") == "closed"
    done = (IncidentState.DECIDED, IncidentState.CLOSED)
    shown = Incident.objects.filter(state__in=done).order_by("-found_at")[:200] if closed else waiting_incidents()
    names = describe_members(str(each.member_id) for each in shown)
    context = {"shown": shown, "closed": closed, "names": names, "words": WORDS, "outcomes": read_conduct().outcomes}
    return render(request, "staff/conduct/incidents.jinja", context)


@page(f"staff:{Permission.READ_BOARD}", methods=("GET", "POST"))
def handle_incident(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Examine an incident: take it, hear the member, decide; or decide an appeal."""
    incident, member = _find_incident(incident_id), current_member(request)
    act = request.POST.get("act", "")
    form = DecideForm(request.POST if act == "decide" else None)
    with acting_as_staff(request, purpose=Purpose.LEGAL, case=case_of(incident)):
        if act == "take":
            conduct.take_incident(incident, member=member)
        elif act == "hear":
            conduct.ask_statement(incident, member=member)
        elif act == "decide" and form.is_valid():
            settle = conduct.decide_appeal if incident.state == IncidentState.APPEALED else conduct.decide
            settle(incident, member=member, outcome=form.cleaned_data["outcome"], text=form.values["text"] or "")
        if act and (act != "decide" or form.is_valid()):
            return redirect("staff:incident", incident_id=incident.id)
        mine = incident.taken_by == member.id and _may_take(incident, member)
        said = _read_words(incident) if mine else []
    context = {
        "incident": incident,
        "what": WORDS[incident.detector],
        "about": describe_members([str(incident.member_id)]).get(str(incident.member_id), ""),
        "mine": mine,
        "said": said,
        "form": form,
        "is_own": incident.member_id == member.id,
        "may_take": _may_take(incident, member),
        "waits_for_another": StaffMember.objects.filter(id=incident.member_id, active=False).exists(),
        "outcome": read_conduct().outcomes.get(incident.outcome),
    }
    return render(request, "staff/conduct/incident.jinja", context)


def _may_take(incident: Incident, member: StaffMember) -> bool:
    """Return whether this member examines the incident, or decides its appeal."""
    if incident.state == IncidentState.APPEALED:
        return may(member.role, Permission.HEAR_APPEALS) and incident.decided_by != member.id
    return may(member.role, Permission.EXAMINE_CONDUCT)


@page("client", methods=("GET", "POST"))
def show_own_incident(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Show a member an incident of its own: what was found; take its statement or appeal. Also while shut out."""
    incident = _find_incident(incident_id)
    concerned = StaffMember.objects.filter(id=incident.member_id, subject_id=require_subject(request)).first()
    if concerned is None:
        raise Http404
    form = StatementForm(request.POST or None)
    with as_client(request, purpose=Purpose.LEGAL):
        if request.method == "POST" and form.is_valid():
            if incident.state == IncidentState.DECIDED:
                conduct.appeal(incident, text=form.values["text"] or "")
            else:
                conduct.say(incident, speaker=Speaker.MEMBER, text=form.values["text"] or "")
            return redirect("staff:own_incident", incident_id=incident.id)
        said = _read_words(incident)
    context = {
        "incident": incident,
        "what": WORDS[incident.detector],
        "said": said,
        "form": form,
        "outcome": read_conduct().outcomes.get(incident.outcome),
    }
    return render(request, "staff/conduct/own.jinja", context)


def _read_words(incident: Incident) -> list[tuple[IncidentWord, str]]:
    rows = IncidentWord.objects.filter(incident_id=incident.id).order_by("said_at")
    return [(row, row.open("text").show("text")) for row in rows]


def _find_incident(incident_id: UUID) -> Incident:
    incident = Incident.objects.filter(id=incident_id).first()
    if incident is None:
        raise Http404
    return incident
