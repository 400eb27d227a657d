"""Which names and user names can be, and which are one and the same."""

import pytest
from django.core.exceptions import ValidationError

from tests.factories.accounts import make_account
from troth.accounts.models import Profile
from troth.accounts.queries import find_account

clean_user_name = Profile.user_name.clean
clean_name = Profile.name.clean


@pytest.mark.parametrize("user_name", ["ada", "Jörg.W", "аня", "さくら三浦", "o_o-3", "김철수.99", "a" * 40, "कमल७"])
def test_user_names_of_one_script_are_taken(user_name):
    assert clean_user_name(user_name)


@pytest.mark.parametrize(
    "user_name",
    ["ab", "a" * 41, "a b", "a@b", "\u0430da", "a\nda", "...", "ad\u200ba", "a/b", "ada\u202ex", "b\u09e6b"],
)
def test_user_names_that_could_deceive_are_refused(user_name):
    with pytest.raises(ValidationError):
        clean_user_name(user_name)


def test_a_user_name_is_found_whatever_its_case_and_width(house):
    account = make_account(user_name="Ada")

    assert find_account("aDa") == find_account("Ａｄａ") == account
    assert find_account("adb") is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("  Ada   Example ", "Ada Example"), ("三浦 さくら", "三浦 さくら"), ("O’Neil-Ngũgĩ", "O’Neil-Ngũgĩ")],
)
def test_names_of_any_script_are_kept(typed, kept):
    assert clean_name(typed) == kept


@pytest.mark.parametrize("name", ["Ada\nBcc: x@example.org", "Ada\x07", "Ada\u2028Example"])
def test_a_name_of_two_lines_is_refused(name):
    with pytest.raises(ValidationError):
        clean_name(name)


@pytest.mark.parametrize("name", ["\u200b", "\u202e\u202c", "---", "\u2800 \u200d"])
def test_a_name_of_which_nothing_can_be_read_is_refused(name):
    with pytest.raises(ValidationError):
        clean_name(name)
