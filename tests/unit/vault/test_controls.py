"""The vault's checks: kept on a sound system, with something looked at; and each sabotage is caught, and undone."""

import pytest
from django import forms

from tests.unit.vault.samples import Person, as_client, make_person
from troth.kernel.acting import acting, system
from troth.kernel.ports import controls
from troth.kernel.purposes import Purpose
from troth.vault.api import DeclaredForm, forms_of_house

OURS = ("vault.door", "vault.seals", "vault.minimum", "vault.keys")
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("samples")]


@pytest.fixture
def sound_system():
    """Two people, a form, and no declaration missing that other rooms may still be writing."""
    for _person in range(2):
        person = make_person()
    with as_client(person.subject_id):
        person.notes = "changed"
        person.save()

    class AskName(DeclaredForm):
        class Meta:
            model = Person
            attributes = ("name",)
            plain = {"agree": "Yes or no."}

        agree = forms.BooleanField()

    before = list(forms_of_house)
    forms_of_house[:] = [AskName]
    yield
    forms_of_house[:] = before


def observe(key):
    with acting(actor=system("vault-probe"), purpose=Purpose.UPKEEP):
        observation = controls.get(key).observe()
    own = [
        failure for failure in observation.failures if not failure.startswith(("django_tasks", "ledger", "accounts"))
    ]
    return observation.examined, own


@pytest.mark.parametrize("key", OURS)
def test_a_sound_system_keeps_the_promise_and_something_was_looked_at(sound_system, key):
    examined, failures = observe(key)
    assert failures == []
    assert examined > 0


@pytest.mark.parametrize(
    ("key", "sabotage"),
    [(key, sabotage) for key in OURS for sabotage in controls.get(key).sabotages],
    ids=lambda x: getattr(x, "key", x),
)
def test_each_sabotage_is_caught_and_leaves_nothing(sound_system, key, sabotage):
    with sabotage.breach():
        assert observe(key)[1]
    assert observe(key)[1] == []


def test_with_nothing_sealed_the_seals_are_unproven():
    assert observe("vault.seals")[0] == 0
