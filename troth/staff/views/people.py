"""The register of staff, invitations, ties, and what waits for a second person."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from troth.accounts.api import Profile, has_second_factor, require_subject
from troth.kernel.errors import Refused
from troth.kernel.pages import CLIENT, page
from troth.kernel.purposes import Purpose
from troth.kernel.reviews import review_kinds
from troth.ledger.api import record
from troth.staff.actions.access import declare_relation
from troth.staff.actions.invitations import accept_invitation, find_invitation, prepare_invitation
from troth.staff.actions.reviews import (
    decide_review,
    list_other_reviews,
    may_decide,
    prepare_review,
    waiting_reviews,
    withdraw_review,
)
from troth.staff.events import Event
from troth.staff.forms import InviteForm, RelationForm
from troth.staff.gates import acting_as_staff, current_member
from troth.staff.models import Relation, Review, StaffMember, Tie
from troth.staff.queries import describe_members, find_by_subject, list_members
from troth.staff.review_kinds import CHANGE_ROLE, LEAVE, READMIT, SUSPEND
from troth.staff.roles import Permission, Role, may
from troth.vault.api import find_subjects

_ACTS = {"suspend": SUSPEND, "readmit": READMIT, "leave": LEAVE}


@page(f"staff:{Permission.READ_STAFF}")
def show_people(request: HttpRequest) -> HttpResponse:
    """Show who works here, by pseudonym: role, standing, certificate."""
    member = current_member(request)
    context = {
        "members": list_members(),
        "member": member,
        "roles": Role.choices,
        "may_manage": may(member.role, Permission.MANAGE_STAFF),
    }
    return render(request, "staff/people/list.jinja", context)


@page(f"staff:{Permission.MANAGE_STAFF}", methods=("GET", "POST"))
def invite(request: HttpRequest) -> HttpResponse:
    """Prepare an invitation; the mail leaves when a second person agrees."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with acting_as_staff(request, purpose=Purpose.SECURITY):
            prepare_invitation(email=form.values["email"], role=Role(form.cleaned_data["role"]))
        return redirect("staff:reviews")
    return render(request, "staff/people/invite.jinja", {"form": form})


@page(f"staff:{Permission.MANAGE_STAFF}", methods=("POST",))
def change_member(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Prepare a change of a member's role or standing, for a second person."""
    concerned = StaffMember.objects.filter(id=member_id).first()
    role, act = request.POST.get("role", ""), _ACTS.get(request.POST.get("act", ""))
    if concerned is None:
        raise Http404
    if act is None and role not in Role.values:
        raise Refused(
            _("Choose what is to change: a role of the list, or one of the buttons."),
            kept=_("Nothing was prepared."),
        )
    with acting_as_staff(request, purpose=Purpose.SECURITY):
        if act is not None:
            prepare_review(kind=act, facts={"member": str(concerned.id)})
        else:
            prepare_review(kind=CHANGE_ROLE, facts={"member": str(concerned.id), "role": role})
    return redirect("staff:reviews")


@page(CLIENT, methods=("GET", "POST"))
def answer_invitation(request: HttpRequest, code: str) -> HttpResponse:
    """Show an invitation to whoever followed its link and signed in; a POST accepts it."""
    invitation, subject_id = find_invitation(code), require_subject(request)
    if invitation is None:
        return render(request, "staff/people/invitation.jinja", {"invitation": None, "accepted": None})
    accepted = None
    if request.method == "POST":
        accepted = accept_invitation(invitation, subject_id=subject_id)
    context = {
        "invitation": invitation,
        "role": Role(invitation.role).label,
        "accepted": accepted,
        "is_member": find_by_subject(subject_id) is not None,
        "has_factor": has_second_factor(subject_id),
    }
    return render(request, "staff/people/invitation.jinja", context)


@page(f"staff:{Permission.ENTER}", methods=("GET", "POST"))
def relations(request: HttpRequest) -> HttpResponse:
    """Show the ties that a member declared, and take another."""
    member, form, told = current_member(request), RelationForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        attribute = getattr(Profile, form.cleaned_data["by"])
        found = find_subjects(attribute, form.cleaned_data["value"])
        with acting_as_staff(request, purpose=Purpose.SECURITY):
            record(event=Event.CLIENT_SOUGHT, subject_id=found[0] if found else None, fields=[attribute.name],
                   object_type="accounts.Profile", count=len(found))  # fmt: skip
            for subject_id in found:
                declare_relation(member, subject_id=subject_id, tie=Tie(form.cleaned_data["tie"]))
        told = _("Noted. If this person has an account here, it is shut for you from now on.")
    declared = Relation.objects.filter(member_id=member.id).order_by("declared_at")
    return render(request, "staff/people/relations.jinja", {"form": form, "declared": declared, "told": told})


@page(f"staff:{Permission.READ_REVIEWS}")
def show_reviews(request: HttpRequest) -> HttpResponse:
    """Show what waits for a second person: what exactly, who prepared it, and whether this member may decide it."""
    member = current_member(request)
    waiting = waiting_reviews()
    names = describe_members(review.prepared_by for review in waiting)
    shown = [
        {
            "review": review,
            "words": kind.words,
            "exactly": kind.describe(review.facts),
            "url": kind.find_url(review.facts),
            "by": names.get(review.prepared_by, _("the program")),
            "mine": review.prepared_by == str(member.id),
            "may_decide": may_decide(review, member),
        }
        for review in waiting
        if (kind := review_kinds.get(review.kind)) is not None
    ]
    others = list_other_reviews(member)
    preparers = describe_members(str(each.by) for each in others if each.by)
    context = {"shown": shown, "others": [(each, preparers.get(str(each.by), "")) for each in others]}
    return render(request, "staff/reviews.jinja", context)


@page(f"staff:{Permission.READ_REVIEWS}", methods=("POST",))
def decide(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Decide a prepared act, or take one's own back."""
    review = Review.objects.filter(id=review_id).first()
    if review is None:
        raise Http404
    with acting_as_staff(request, purpose=Purpose.SECURITY):
        if request.POST.get("decision") == "withdraw":
            withdraw_review(review)
        else:
            approve = request.POST.get("decision") == "approve"
            decide_review(review, approve=approve, digest=request.POST.get("digest", ""))
    return redirect("staff:reviews")
