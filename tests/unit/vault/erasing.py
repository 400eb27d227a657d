"""Whom the tests of erasures erase, and how."""

from tests.unit.vault.samples import ADDRESS, Paper, Token, as_client, make_person
from troth.kernel.acting import Case
from troth.vault.api import run_erasures, start_erasure

NAME = "Wilhelmina Unmistakable"


def make_wilhelmina():
    """Make the person, with a paper that the law keeps and a row that names her."""
    person = make_person(name=NAME, email="wilhelmina.u@example.org", address=ADDRESS, telephone="+442079460018")
    with as_client(person.subject_id):
        Paper(subject_id=person.subject_id, payer=NAME).save()
    Token.objects.create(subject_id=person.subject_id)
    return person


def ask(person):
    with as_client(person.subject_id):
        return start_erasure(subject_id=person.subject_id, case=Case("request", "R-1"))


def erase(person):
    number = ask(person)
    assert run_erasures() == 1
    return number
