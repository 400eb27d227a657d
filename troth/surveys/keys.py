"""The keys of a survey's answers.

Each anonymous answer is sealed at once to the survey's own key, and where two officers were asked for, in two more
layers around that: the outer one opens with the second officer's key, the inner one with the first one's. The house
keeps neither of those two. So until both came, nobody reads
an answer, neither staff nor a thief with the whole machine.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyrage
from django.utils.translation import gettext as _

from troth.kernel.acting import acting, system
from troth.kernel.errors import CannotOpen, Refused
from troth.kernel.purposes import Purpose
from troth.surveys.jobs import GATHERER
from troth.surveys.models import Survey, SurveyKey

_STEP = 512
"""Answers are filled up to a multiple of this, so that their length tells little of what they say."""


def make_house_key(survey: Survey) -> str:
    """Make the survey's own key, keep its secret half sealed, and return its public half."""
    identity = pyrage.x25519.Identity.generate()
    with acting(actor=system(GATHERER), purpose=Purpose.SURVEYS):
        key = SurveyKey(subject_id=survey.pk)
        key.put("secret", str(identity))
        key.save()
    return str(identity.to_public())


def make_officer_key() -> tuple[str, str]:
    """Return the secret and the public half of a key; the secret one is shown once and kept nowhere."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def seal(survey: Survey, answers: Mapping[str, Any]) -> bytes:
    """Return the answers as they are stored, sealed to every key that the survey has."""
    content = json.dumps(answers, ensure_ascii=False, sort_keys=True).encode()
    content += b" " * (-len(content) % _STEP)
    for key in (survey.public_key, survey.first_key, survey.second_key):
        if key:
            content = pyrage.encrypt(content, [pyrage.x25519.Recipient.from_str(key)])
    return content


def open_house_key(survey: Survey) -> Any:
    """Return the survey's own key, through the door: the look is on record. Never inside a transaction."""
    with acting(actor=system(GATHERER), purpose=Purpose.SURVEYS):
        row = SurveyKey.objects.filter(subject_id=survey.pk).first()
        if row is None:
            raise CannotOpen("The key of this survey is gone; so are its answers.")
        return pyrage.x25519.Identity.from_str(row.open("secret").secret)


def read_all(survey: Survey) -> list[dict[str, Any]]:
    """Return all answers of a closed survey, in an order that says nothing."""
    identity = open_house_key(survey)
    contents = survey.answers.order_by("id").values_list("content", flat=True)
    return [json.loads(pyrage.decrypt(bytes(content), [identity])) for content in contents.iterator()]


def peel(contents: Sequence[bytes], secret: str) -> list[bytes]:
    """Return the contents without their outermost layer; raise Refused where this is not its key."""
    try:
        identity = pyrage.x25519.Identity.from_str(secret.strip())
        return [pyrage.decrypt(content, [identity]) for content in contents]
    except (pyrage.DecryptError, pyrage.IdentityError, ValueError) as error:
        raise Refused(_("This key does not open the outermost layer."), kept=_("Nothing was changed.")) from error
