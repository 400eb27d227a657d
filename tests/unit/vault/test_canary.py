"""The canaries' own test: every plant is found, and noise is not."""

import os

from tests.canary import find_canaries, find_canaries_in, make_canary, plant_everywhere
from troth.vault.erasure.matching import Matcher


def test_every_plant_is_found(tmp_path):
    canary = make_canary("name", "Zoë {mark} Ünmistakable")
    planted = plant_everywhere(canary, tmp_path)
    found = {finding.path.partition("!")[0] for finding in find_canaries(tmp_path, [canary])}
    assert sorted(found) == planted
    assert len(planted) > 20


def test_a_telephone_number_is_found_by_its_digits(tmp_path):
    canary = make_canary("telephone", "+1 {digits}")
    (tmp_path / "log").write_text(f"dialled 001{canary.value[3:]}")
    assert "last digits" in {finding.form for finding in find_canaries(tmp_path, [canary])}


def test_nothing_is_found_in_noise_nor_where_it_is_allowed(tmp_path):
    canaries = [make_canary(str(number), "{mark}@example.org") for number in range(50)]
    (tmp_path / "noise").write_bytes(os.urandom(1024 * 1024))
    (tmp_path / "mailbox").mkdir()
    (tmp_path / "mailbox" / "1").write_text(canaries[0].value)
    assert find_canaries(tmp_path, canaries, allowed=["mailbox"]) == []
    found = find_canaries(tmp_path, canaries)
    assert {(finding.path, finding.canary) for finding in found} == {("mailbox/1", "0")}


def test_output_can_be_searched_too():
    canary = make_canary("name")
    assert find_canaries_in(f"hello {canary.value}".encode(), [canary], place="stdout")
    assert not find_canaries_in(b"hello", [canary], place="stdout")


def test_the_search_before_an_erasure_finds_the_forms_that_are_not_compressed_or_digested(tmp_path):
    canary = make_canary("name", "Zoë {mark} Ünmistakable")
    planted = plant_everywhere(canary, tmp_path)
    matcher = Matcher()
    matcher.add(owner=7, value=canary.value)
    found = {name for name in planted if matcher.find((tmp_path / name).read_bytes()) == {7}}
    missed = {"gzip", "gzip-inside", "gzip-twice", "zlib", "bz2", "xz", "zip", "sha256", "sha256-lower-hex", "md5"}
    assert set(planted) - found == missed | {"middle", "quoted-printable"}


def test_common_words_are_left_out_and_counted():
    matcher = Matcher()
    for value in ("museum", "Anna", "12345"):
        matcher.add(owner=1, value=value)
    assert (matcher.left_out, matcher.needles) == (3, {})
    matcher.add(owner=1, value="museum.99")
    assert matcher.find(b"user museum.99 signed in") == {1}
