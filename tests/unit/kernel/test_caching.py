"""The cache takes what is declared, and nothing else (OWASP ASVS 5.0, 14.2.2)."""

import pytest
from django.core.cache import cache, caches

from troth.kernel import caching
from troth.kernel.caching import DeclaredCache, check_cache_keys, declare_cache_key
from troth.kernel.errors import NotConfigured
from troth.kernel.named_calls import NamedCall
from troth.kernel.ports import Registry

VALUE = "ada.canary@example.org"


@pytest.fixture(autouse=True)
def declared(monkeypatch):
    monkeypatch.setattr(caching, "_reasons", Registry("cache key"))
    declare_cache_key("tests:counts", "Numbers, about nobody.")
    yield
    cache.clear()


@pytest.mark.parametrize("key", ["tests:counts", "tests:counts:2026"])
def test_a_declared_key_is_kept_and_given_back(key):
    cache.set(key, 3)
    assert cache.get(key) == 3
    assert cache.incr(key) == 4
    cache.set_many({key: 5})
    assert cache.get_many([key]) == {key: 5}
    assert cache.delete(key)


@pytest.mark.parametrize("key", ["", "tests", "tests:other", "tests:counts_too", f"tests:{VALUE}", VALUE])
@pytest.mark.parametrize(
    "use",
    [
        lambda key: cache.set(key, 3),
        lambda key: cache.add(key, 3),
        cache.get,
        lambda key: cache.get_or_set(key, 3),
        cache.incr,
        cache.touch,
        cache.delete,
        lambda key: cache.set_many({key: 3}),
        lambda key: cache.get_many([key]),
        lambda key: key in cache,
    ],
    ids=["set", "add", "get", "get_or_set", "incr", "touch", "delete", "set_many", "get_many", "in"],
)
def test_an_undeclared_key_is_refused_whatever_is_done_with_it_and_not_repeated(key, use):
    with pytest.raises(NotConfigured) as refusal:
        use(key)
    assert VALUE not in str(refusal.value)


@pytest.mark.parametrize(
    ("prefix", "reason"), [("", "Why."), ("counts", "Why."), ("a:b:c", "Why."), ("a:b", " "), ("tests:counts", "Why.")]
)
def test_a_declaration_has_a_name_of_two_parts_and_a_reason_and_is_made_once(prefix, reason):
    with pytest.raises(NotConfigured):
        declare_cache_key(prefix, reason)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("tests:counts:", set()), ("tests:counts", set()), ("tests:other:", {"troth.E016"}), (None, {"troth.E017"})],
)
def test_the_start_fails_on_a_key_in_the_source_that_is_not_declared(name, expected, monkeypatch):
    monkeypatch.setattr(caching, "find_calls", lambda _methods, **_of: [NamedCall(place="room.views:7", name=name)])
    assert {message.id for message in check_cache_keys()} == expected


def test_the_start_fails_on_a_cache_that_takes_any_key(settings):
    assert check_cache_keys() == []
    settings.CACHES = {**settings.CACHES, "more": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    assert [message.id for message in check_cache_keys()] == ["troth.E015"]


def test_every_cache_of_the_program_is_such_a_one():
    assert all(isinstance(each, DeclaredCache) for each in caches.all(initialized_only=False))
