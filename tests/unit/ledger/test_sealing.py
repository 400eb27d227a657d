"""Rows are sealed in batches; the tree is RFC 6962's, whatever the size of the record and of the batches."""

import base64
import hashlib

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from troth.kernel.errors import NotConfigured
from troth.ledger import sealing
from troth.ledger.keys import FILE, make_key
from troth.ledger.models import Checkpoint, EntryRow, Leaf, Node
from troth.ledger.rotation import ensure_signing_key, rotate_key
from troth.ledger.sealing import load_tree, seal_entries
from troth.ledger.verify_export import Tree, parse_checkpoint

pytestmark = pytest.mark.django_db


def root_by_definition(leaves):
    """The recursive definition of RFC 6962, section 2.1, as a second opinion on the growing tree."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = root_by_definition(leaves[:split]), root_by_definition(leaves[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def test_the_growing_tree_is_the_one_of_the_standard():
    leaves = [hashlib.sha256(b"\x00" + str(number).encode()).digest() for number in range(600)]
    tree = Tree()
    assert tree.root() == root_by_definition([])
    for count, leaf in enumerate(leaves, 1):
        tree.append(leaf)
        if count < 40 or count in (255, 256, 257, 511, 512, 513, 600):
            assert tree.root() == root_by_definition(leaves[:count])


def test_full_blocks_are_given_out_once_and_are_subtrees():
    leaves = [hashlib.sha256(str(number).encode()).digest() for number in range(600)]
    tree = Tree()
    blocks = [block for leaf in leaves for block in tree.append(leaf)]
    assert [(block.level, block.index) for block in blocks] == [(1, 0), (1, 1)]
    assert blocks[1].hash == root_by_definition(leaves[256:512])


def test_nothing_waits_and_nothing_is_signed(ledger_key):
    assert seal_entries() == sealing.Sealing(sealed=0, size=0)
    assert not Checkpoint.objects.exists()


def test_rows_are_sealed_once_in_their_order(write):
    ids = write(3)
    assert seal_entries() == sealing.Sealing(sealed=3, size=3)
    assert seal_entries() == sealing.Sealing(sealed=0, size=3)
    ids += write(2)
    assert seal_entries() == sealing.Sealing(sealed=2, size=5)
    assert list(Leaf.objects.order_by("position").values_list("entry_id", flat=True)) == ids
    assert [checkpoint.size for checkpoint in Checkpoint.objects.order_by("size")] == [3, 5]


def test_the_checkpoint_holds_the_root_over_all_rows(write, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 100)
    write(530)
    assert seal_entries().size == 530
    leaves = [bytes(digest) for digest in Leaf.objects.order_by("position").values_list("hash", flat=True)]
    latest = Checkpoint.objects.order_by("-size").first()
    assert parse_checkpoint(latest.note).root == root_by_definition(leaves)
    assert latest.caught_up
    assert not Checkpoint.objects.get(size=100).caught_up
    assert Node.objects.count() == 2


@pytest.mark.parametrize("size", [1, 255, 256, 257, 511, 512, 520])
def test_the_tree_comes_back_from_its_stored_blocks(write, size):
    write(size)
    seal_entries()
    leaves = [bytes(digest) for digest in Leaf.objects.order_by("position").values_list("hash", flat=True)]
    assert load_tree(size).root() == root_by_definition(leaves)


def test_the_cost_of_sealing_a_row_does_not_grow_with_the_record(write):
    def count_read_hashes():
        write(1)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            seal_entries()
        return len(queries)

    few = count_read_hashes()
    write(600)
    seal_entries()
    assert count_read_hashes() <= few + 1


def test_a_row_that_commits_late_is_sealed_late(write):
    early = write(1)[0]
    row = EntryRow.objects.get(id=early)
    late = EntryRow(**{field.attname: getattr(row, field.attname) for field in EntryRow._meta.fields})
    late.id = type(early)(int=early.int - 1)
    seal_entries()
    late.save(force_insert=True)
    assert seal_entries() == sealing.Sealing(sealed=1, size=2)
    assert Leaf.objects.get(position=1).entry_id == late.id


def test_a_row_of_long_ago_waits_for_the_sweep(write):
    newest = write(1)[0]
    row = EntryRow.objects.get(id=newest)
    old = EntryRow(**{field.attname: getattr(row, field.attname) for field in EntryRow._meta.fields})
    old.id = type(newest)(int=newest.int - (3 * 86_400_000 << 80))
    seal_entries()
    old.save(force_insert=True)
    assert seal_entries().sealed == 0
    assert seal_entries(sweep=True).sealed == 1


def test_a_swapped_key_signs_nothing(write):
    write(1)
    seal_entries()
    write(1)
    path = settings.ENVIRONMENT.secrets / FILE
    path.unlink()
    path.write_text(make_key("troth.localhost/ledger"))
    with pytest.raises(NotConfigured, match="not the one that signed before"):
        seal_entries()
    assert Checkpoint.objects.count() == 1
    assert Leaf.objects.count() == 1


def test_a_missing_key_signs_nothing(write):
    write(1)
    (settings.ENVIRONMENT.secrets / FILE).unlink()
    with pytest.raises(NotConfigured, match="missing"):
        seal_entries()
    assert Leaf.objects.count() == 0


def test_after_a_rotation_the_next_key_signs(write, ledger_key):
    write(1)
    seal_entries()
    following = rotate_key()
    assert following != ledger_key
    write(1)
    seal_entries()
    signers = list(Checkpoint.objects.order_by("size").values_list("key", flat=True))
    assert signers == [str(ledger_key), str(ledger_key), str(following)]


def test_the_note_is_of_the_published_form(write, ledger_key):
    write(1)
    seal_entries()
    lines = Checkpoint.objects.get().note.split("\n")
    assert lines[0] == ledger_key.name == "troth.localhost/ledger"
    assert lines[1] == "1"
    assert base64.b64decode(lines[2]) == bytes(Leaf.objects.get().hash)
    assert lines[3] == ""
    assert lines[4].startswith(f"\N{EM DASH} {ledger_key.name} ")
    assert base64.b64decode(lines[4].split()[2])[:4] == ledger_key.key_id
    assert lines[5:] == [""]


def test_the_start_makes_the_first_key_and_never_a_second(write, ledger_key):
    (settings.ENVIRONMENT.secrets / FILE).unlink()
    first = ensure_signing_key()
    assert first != ledger_key
    write(1)
    seal_entries()
    assert ensure_signing_key() == first
    (settings.ENVIRONMENT.secrets / FILE).unlink()
    with pytest.raises(NotConfigured, match="missing"):
        ensure_signing_key()
    assert not (settings.ENVIRONMENT.secrets / FILE).exists()
