"""A value or a table that is added anywhere appears on the page, in the copy and in the list by itself."""

import pytest

from troth.accounts.api import Profile
from troth.kernel.acting import acting, client
from troth.kernel.ports import HeldItem, holders
from troth.kernel.purposes import Purpose
from troth.rights.collection import list_collection_points
from troth.rights.corrections import make_form
from troth.rights.export.document import make_document
from troth.vault.api import Text, forms_of_house


@pytest.fixture
def shoe_size(monkeypatch):
    """One more declared value on the profile: a line in the model, and nothing else anywhere."""
    attribute = Text(
        label="Shoe size",
        category="user.demographic.profile",
        purposes=(Purpose.PERSONALISATION,),
        why="So that the invented shoes fit.",
        effect="The invented shoes fit.",
    )
    monkeypatch.setattr(Profile, "sealed_attributes", dict(Profile.sealed_attributes))
    attribute.contribute_to_class(Profile, "shoe_size")
    yield attribute
    # The page made a form of the value, and the house would go on asking for it in the tests that follow.
    forms_of_house.remove(make_form(Profile, "shoe_size"))
    del Profile.shoe_size


def test_a_new_value_is_on_the_page_in_the_copy_and_in_the_list(shoe_size, as_ada, ada):
    row = Profile.of(ada.id)
    answer = as_ada.post(f"/admin/correct/accounts.Profile/{row.pk}/shoe_size/", {"shoe_size": "43 wide"})
    assert answer.status_code == 302
    body = as_ada.get("/admin/").content.decode()
    assert "Shoe size" in body
    assert "43 wide" in body
    assert "So that the invented shoes fit." in body
    with acting(actor=client(ada.id), purpose=Purpose.ACCOUNT):
        (profile,) = next(t for t in make_document(ada.id)["tables"] if t["name"] == "accounts.Profile")["rows"]
    assert {"name": "shoe_size", "value": "43 wide"}.items() <= profile["values"][-1].items()
    correct = next(point for point in list_collection_points() if point.route == "rights:correct")
    assert "shoe_size" in {value.attribute.name for value in correct.values}


class Cloakroom:
    """A store outside the sealed tables."""

    name = "cloakroom"
    label = "Cloakroom"
    tables = ()

    def show(self, _subject_id):
        return [
            HeldItem(
                key="coat",
                label="Coat",
                values={"Hook": "17 by the door"},
                why="So that you get it back.",
                kept="today",
            )
        ]

    def erase(self, _subject_id):
        return 0

    def count(self, _subject_id):
        return 1


def test_a_new_store_is_on_the_page_and_in_the_copy(as_ada, ada, monkeypatch):
    monkeypatch.setitem(holders._items, "cloakroom", Cloakroom())
    body = as_ada.get("/admin/").content.decode()
    for words in ("Coat", "Hook", "17 by the door", "So that you get it back."):
        assert words in body
    with acting(actor=client(ada.id), purpose=Purpose.ACCOUNT):
        held = make_document(ada.id)["holders"]
    assert any(item["facts"] == {"Hook": "17 by the door"} for part in held for item in part["items"])
