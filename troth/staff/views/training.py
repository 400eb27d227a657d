"""The training: read the chapters, take the test, keep the certificate."""

from collections.abc import Sequence
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language

from troth.kernel.pages import page
from troth.kernel.purposes import Purpose
from troth.staff.actions.training import SITTING_LIFE, begin_sitting, hand_in, pause_ends_at
from troth.staff.courses import Course, Question, find_course, list_courses
from troth.staff.gates import acting_as_staff, current_member
from troth.staff.models import Sitting
from troth.staff.queries import list_certificates
from troth.staff.roles import Permission

_TAKE = f"staff:{Permission.TRAIN}"


@page(_TAKE)
def show_courses(request: HttpRequest) -> HttpResponse:
    """Show the courses, and the member's certificates."""
    member = current_member(request)
    context = {
        "member": member,
        "courses": list_courses(get_language() or "en"),
        "certificates": list_certificates(member),
        "titles": {course.key: course.title for course in list_courses(get_language() or "en")},
    }
    return render(request, "staff/training/list.jinja", context)


@page(_TAKE)
def show_course(request: HttpRequest, key: str) -> HttpResponse:
    """Show a course's chapters."""
    course = _find(key)
    opens_at = pause_ends_at(current_member(request), course)
    return render(request, "staff/training/course.jinja", {"course": course, "opens_at": opens_at})


@page(_TAKE, methods=("POST",))
def begin(request: HttpRequest, key: str) -> HttpResponse:
    """Draw a test."""
    with acting_as_staff(request, purpose=Purpose.SECURITY):
        sitting = begin_sitting(current_member(request), _find(key))
    return redirect("staff:sitting", sitting_id=sitting.id)


@page(_TAKE, methods=("GET", "POST"))
def sit(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """Show the questions of a sitting, take the answers, and show what came of it."""
    sitting = Sitting.objects.filter(id=sitting_id, member_id=current_member(request).id).first()
    course = _find(sitting.course) if sitting else None
    if sitting is None or course is None:
        raise Http404
    questions = course.pick(sitting.questions)
    answers = {question.name: _read_answer(request, question.name) for question in questions}
    missing = [name for name, answer in answers.items() if answer is None]
    if request.method == "POST" and not missing and sitting.handed_in_at is None:
        given = {name: answer for name, answer in answers.items() if answer is not None}
        with acting_as_staff(request, purpose=Purpose.SECURITY):
            hand_in(sitting, course, given)
        wrong = [question for question in questions if given[question.name] != question.right]
        return _show_result(request, sitting, course, wrong)
    if sitting.handed_in_at is not None:
        return _show_result(request, sitting, course, [])
    context = {
        "course": course,
        "sitting": sitting,
        "questions": questions,
        "answers": answers,
        "missing": missing if request.method == "POST" else [],
        "ends_at": sitting.begun_at + SITTING_LIFE,
    }
    return render(request, "staff/training/sitting.jinja", context)


def _show_result(request: HttpRequest, sitting: Sitting, course: Course, wrong: Sequence[Question]) -> HttpResponse:
    member = current_member(request)
    member.refresh_from_db()
    context = {
        "course": course,
        "sitting": sitting,
        "wrong": wrong,
        "until": member.certificate_until,
        "opens_at": pause_ends_at(member, course),
    }
    return render(request, "staff/training/result.jinja", context)


def _read_answer(request: HttpRequest, name: str) -> int | None:
    answer = request.POST.get(name, "")
    return int(answer) if answer.isdigit() and len(answer) < 3 else None


def _find(key: str) -> Course:
    course = find_course(key, get_language() or "en")
    if course is None:
        raise Http404
    return course
