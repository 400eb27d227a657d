"""What stands in a JSON column is declared by path, and nothing else is written."""

import pytest
from django.db import transaction

from troth.accounts.models import Message
from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.json_column import UndeclaredPath, check_paths
from troth.vault.models import Erasure

PATHS = ("link", "found.*", "told.[]", "finds.[].place", "rest.**")


@pytest.mark.parametrize(
    "value",
    [
        {"link": "0190"},
        {"found": {"accounts.Profile": 1}},
        {"told": ["a", "b"]},
        {"finds": [{"place": "x"}, {"place": "y"}]},
        {"rest": {"deep": [{"down": True}]}},
        {"rest": 3},
        {"undeclared": {}, "also": [], "none": None},
        {},
    ],
)
def test_what_is_declared_passes(value):
    check_paths(value, PATHS, of="a test")


@pytest.mark.parametrize(
    "value",
    [
        {"name": "Ada"},
        {"link": {"name": "Ada"}},
        {"found": 1},
        {"found": {"a": {"name": "Ada"}}},
        {"found": ["Ada"]},
        {"told": {"name": "Ada"}},
        {"finds": [{"place": "x", "name": "Ada"}]},
        ["Ada"],
        "Ada",
    ],
)
def test_what_is_not_declared_is_refused_and_not_repeated(value):
    with pytest.raises(UndeclaredPath) as raised:
        check_paths(value, PATHS, of="a test")
    assert "Ada" not in str(raised.value)
    assert "name" not in str(raised.value)


def make_erasure(**facts) -> Erasure:
    return Erasure(subject_id=new_id(), subject_digest=new_id().bytes * 2, requested_on=clock.now().date(), facts=facts)


@pytest.mark.django_db(databases=["default", "keys"])
def test_no_way_of_writing_a_column_passes_by_the_declaration():
    erasure = make_erasure(found={"t": 1})
    erasure.save()
    more = {"found": {"t": 1}, "name": "Ada"}
    erasure.facts = more
    ways = (
        erasure.save,
        lambda: Erasure.objects.filter(pk=erasure.pk).update(facts=more),
        lambda: Erasure.objects.bulk_create([make_erasure(**more)]),
        lambda: Erasure.objects.bulk_update([erasure], ["facts"]),
    )
    for write in ways:
        with pytest.raises(UndeclaredPath, match=r"vault\.Erasure\.facts"), transaction.atomic(using="keys"):
            write()
    erasure.refresh_from_db()
    assert erasure.facts == {"found": {"t": 1}}


@pytest.mark.django_db
def test_a_column_of_names_takes_no_other_text():
    known = Message.objects.create(subject_id=new_id(), kind="welcome", facts={"link": str(new_id()), "left": 3})
    assert known.facts["left"] == 3
    for text in ("Ada Lovelace", "ada@example.org", "Zoë"):
        with pytest.raises(UndeclaredPath) as raised, transaction.atomic():
            Message.objects.filter(pk=known.pk).update(facts={"link": text})
        assert text not in str(raised.value)
