"""What the program names outside its database is read in its own source."""

from pathlib import Path

import pytest

from troth.kernel.named_calls import PACKAGE, NamedCall, find_calls

SOURCE = """
from django.conf import settings
from django.core.cache import cache as store, caches

HERE = "__Host-here"

def view(response, name):
    response.set_cookie("__Host-text", "v")
    response.set_cookie(key="__Host-word", value="v")
    response.set_cookie(HERE, "v")
    response.set_cookie(settings.CSRF_COOKIE_NAME, "v")
    response.set_cookie(f"__Host-{name}", "v")
    response.set_cookie(name, "v")
    store.set(f"room:thing:{name}", 1)
    caches["default"].set("room:other", 1)
    response.set("no cache", 1)
"""


@pytest.fixture
def package(tmp_path, monkeypatch) -> Path:
    folder = tmp_path / "sample_house"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "views.py").write_text(SOURCE)
    (folder / "sabotages.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    return folder


def test_each_name_is_read_as_far_as_the_source_tells_it(package):
    found = [call.name for call in find_calls(["set_cookie"], package=package)]
    assert found == ["__Host-text", "__Host-word", "__Host-here", "__Host-csrf", "__Host-", None]


def test_only_what_is_imported_of_the_module_is_meant(package):
    found = list(find_calls(["set"], of="django.core.cache", package=package))
    assert [call.name for call in found] == ["room:thing:", "room:other"]
    assert found[0] == NamedCall(place="sample_house.views:14", name="room:thing:")


def test_the_programs_own_cookie_is_found():
    assert [call.name for call in find_calls(["set_cookie"], package=PACKAGE)] == ["__Host-keep"]
