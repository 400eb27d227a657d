"""Invented surveys and people, carried as far as a check needs and undone (A12)."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.ids import new_id
from troth.kernel.operator import read_operator
from troth.kernel.ports import Observation
from troth.kernel.purposes import Purpose
from troth.kernel.undoing import undone
from troth.surveys.actions import answering
from troth.surveys.definition.templates import TEMPLATES
from troth.surveys.keys import make_officer_key
from troth.surveys.kinds import SurveyState
from troth.surveys.models import Survey


@dataclass
class Notes:
    """What a walk has found so far."""

    examined: int = 0
    failures: list[str] = field(default_factory=list)

    def expect(self, held: object, otherwise: str) -> None:
        """Count one thing, and note what is wrong where it is not as it should be."""
        self.examined += 1
        if not held:
            self.failures.append(otherwise)

    def expect_refused(self, act: Callable[[], object], error: type[Exception], otherwise: str) -> None:
        """Count one refusal."""
        try:
            act()
        except error:
            self.examined += 1
        else:
            self.expect(held=False, otherwise=otherwise)

    def observation(self, **evidence: Any) -> Observation:
        """Return what was seen."""
        return Observation(examined=self.examined, failures=self.failures, evidence=evidence)


def write_invented(mode: str, **more: Any) -> Survey:
    """Return an invented survey that stands as open, though nobody has read it."""
    languages = list(read_operator().languages)
    words = dict.fromkeys(languages, "An invented survey")
    sections = [*TEMPLATES["event"].make(languages), *TEMPLATES["demographics"].make(languages)]
    facts: dict[str, Any] = {
        "definition": {"languages": languages, "title": words, "purpose": words, "sections": sections},
        "mode": mode,
        "state": SurveyState.OPEN,
        "closes_on": clock.today() + timedelta(days=9),
        "written_by": str(new_id()),
        "public_key": make_officer_key()[1],
        "opened_at": clock.now(),
    }
    return Survey.objects.create(**(facts | more))


@contextmanager
def invent_survey(mode: str) -> Iterator[Survey]:
    """Within the block there is an open survey of this mode; after it nothing is left."""
    with undone():
        yield write_invented(mode)


def take_part(
    survey: Survey, many: int, answers: Mapping[str, Any] | None = None, *, person: UUID | None = None
) -> list[UUID]:
    """Let so many invented people answer, the first of them this one where it is given; return who they are."""
    people = [person or new_id(), *(new_id() for _number in range(many - 1))]
    for subject_id in people:
        with acting(actor=client(subject_id), purpose=Purpose.SURVEYS):
            answering.answer_survey(survey, {"came": "1"} if answers is None else answers)
    return people
