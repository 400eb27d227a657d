"""Whoever gets past the triggers is found, and what was done is named: in the live tables and in an exported file."""

import base64
import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from troth.kernel.ids import new_id
from troth.ledger import reading, sealing
from troth.ledger.guards import lifted_guards, remove_guards
from troth.ledger.keys import FILE, ensure_key, read_key
from troth.ledger.models import Checkpoint, EntryRow, Leaf, Node
from troth.ledger.reading import export_log, verify_ledger
from troth.ledger.rotation import rotate_key
from troth.ledger.sealing import load_tree, make_facts, seal_entries
from troth.ledger.verify_export import (
    canonical_entry,
    hash_leaf,
    parse_checkpoint,
    parse_public_key,
    verify_lines,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(write, monkeypatch):
    """Nine rows, sealed as three batches of three."""
    monkeypatch.setattr(sealing, "BATCH", 3)
    monkeypatch.setattr(reading, "CHUNK", 4)
    ids = write(9)
    seal_entries()
    return ids


@pytest.fixture
def unguarded(sealed):
    with lifted_guards(connection):
        yield sealed


def find_kinds(**options):
    """Return the kinds of findings in the live tables; an exported file must give the same."""
    live = verify_ledger(**options)
    exported, _verifier = verify_lines(export_log(), **options)
    live_only = {"missing guard", "damaged tree"}
    kinds = {finding.kind for finding in live.findings} - {"missing guard"}
    assert {finding.kind for finding in exported} == kinds - live_only
    return kinds


def find_places():
    return {(f.kind, f.position) for f in verify_ledger().findings if f.kind != "missing guard"}


def hash_row(entry_id):
    values = EntryRow.objects.filter(id=entry_id).values().get()
    return hash_leaf(canonical_entry(make_facts(values)))


def reseal_leaves(ids):
    """Rewrite the leaves as whoever owns the database could, so that each fits its row again."""
    Leaf.objects.all().delete()
    Leaf.objects.bulk_create(
        [Leaf(position=place, entry_id=entry_id, hash=hash_row(entry_id)) for place, entry_id in enumerate(ids)]
    )


def copy_row(entry_id, **changes):
    values = EntryRow.objects.filter(id=entry_id).values().get()
    return EntryRow.objects.create(**(values | {"id": new_id()} | changes))


def sign_checkpoint(*, size, root, key=None):
    key = key or read_key(settings.ENVIRONMENT.secrets)
    return {"key": str(key.public), "note": key.sign_checkpoint(size=size, root=root), "caught_up": True}


def test_an_untouched_record_is_whole(sealed):
    result = verify_ledger()
    assert result.findings == []
    assert (result.rows, result.checkpoints, result.waiting) == (9, 3, 0)
    findings, verifier = verify_lines(export_log())
    assert findings == []
    assert base64.b64encode(verifier.tree.root()).decode() == result.root


def test_rows_that_wait_are_no_tampering(sealed, write):
    write(2)
    result = verify_ledger()
    assert (result.rows, result.waiting, result.findings) == (9, 2, [])


@pytest.mark.parametrize(
    "change",
    [
        {"purpose": "legal"},
        {"fields": "email"},
        {"actor_ref": "somebody"},
        {"subject_id": None},
        {"count": 99},
        {"ground": "authorised"},
    ],
)
def test_a_changed_row_is_named(unguarded, change):
    EntryRow.objects.filter(id=unguarded[4]).update(**change)
    assert find_kinds() == {"changed row"}
    assert find_places() == {("changed row", 4)}


def test_a_changed_moment_is_named(unguarded):
    row = EntryRow.objects.get(id=unguarded[4])
    EntryRow.objects.filter(id=row.id).update(at=row.at + timedelta(microseconds=1))
    assert find_places() == {("changed row", 4)}


def test_a_removed_row_is_named(unguarded):
    EntryRow.objects.filter(id=unguarded[4]).delete()
    assert find_kinds() == {"removed row"}
    assert find_places() == {("removed row", 4)}


def test_a_row_removed_with_its_leaf_is_named(unguarded):
    EntryRow.objects.filter(id=unguarded[4]).delete()
    Leaf.objects.filter(position=4).delete()
    assert ("removed row", 4) in find_places()
    assert find_kinds() == {"removed row", "forked tree"}


def test_the_end_cut_off_is_named(unguarded):
    Leaf.objects.filter(position__gte=7).delete()
    EntryRow.objects.filter(id__in=unguarded[7:]).delete()
    assert ("removed row", 7) in find_places()


def test_the_end_cut_off_with_its_checkpoint_is_named_by_one_that_was_kept(unguarded):
    kept = parse_checkpoint(Checkpoint.objects.get(size=9).note)
    Leaf.objects.filter(position__gte=6).delete()
    EntryRow.objects.filter(id__in=unguarded[6:]).delete()
    Checkpoint.objects.filter(size=9).delete()
    assert find_kinds() == set()
    assert find_kinds(kept=[kept]) == {"removed row"}


def test_swapped_rows_are_named_as_reordered(unguarded):
    Leaf.objects.filter(position=4).update(entry_id=new_id())
    Leaf.objects.filter(position=3).update(entry_id=unguarded[4])
    Leaf.objects.filter(position=4).update(entry_id=unguarded[3])
    assert find_kinds() == {"reordered row"}
    assert find_places() == {("reordered row", 3), ("reordered row", 4)}


def test_rows_reordered_with_their_leaves_are_named(unguarded):
    reseal_leaves([*unguarded[:3], unguarded[4], unguarded[3], *unguarded[5:]])
    assert ("reordered row", 4) in find_places()
    assert ("forked tree", 3) in find_places()


def test_a_row_added_in_the_middle_is_named_before_it_is_sealed(unguarded):
    first = EntryRow.objects.get(id=unguarded[0])
    added = copy_row(first.id, at=first.at - timedelta(days=30))
    findings = verify_ledger().findings
    assert [(f.kind, f.entry_id) for f in findings if f.kind != "missing guard"] == [("added row", str(added.id))]


def test_a_row_added_in_the_middle_is_named_after_it_is_sealed(unguarded):
    first = EntryRow.objects.get(id=unguarded[0])
    copy_row(first.id, at=first.at - timedelta(days=30))
    seal_entries()
    assert find_kinds() == {"added row"}
    assert find_places() == {("added row", 9)}


def test_a_row_added_in_the_middle_with_a_leaf_is_named(unguarded):
    added = copy_row(unguarded[4], id=type(unguarded[4])(int=unguarded[4].int + 1))
    reseal_leaves([*unguarded[:5], added.id, *unguarded[5:]])
    assert find_kinds() == {"forked tree", "added row"}
    assert ("forked tree", 3) in find_places()


def test_a_row_changed_with_its_leaf_and_blocks_is_named(unguarded):
    EntryRow.objects.filter(id=unguarded[4]).update(purpose="legal")
    reseal_leaves(unguarded)
    assert find_kinds() == {"forked tree"}
    assert find_places() == {("forked tree", 3)}


def test_a_tree_forked_by_a_second_checkpoint_is_named(unguarded):
    Checkpoint.objects.create(size=5, **sign_checkpoint(size=5, root=b"\x07" * 32))
    findings = [f for f in verify_ledger().findings if f.kind != "missing guard"]
    assert [finding.kind for finding in findings] == ["forked tree"]
    assert "size 5" in findings[0].words
    assert find_kinds() == {"forked tree"}


def test_a_fork_that_only_a_kept_checkpoint_knows_is_named(sealed):
    kept = parse_checkpoint(sign_checkpoint(size=5, root=b"\x07" * 32)["note"])
    true = parse_checkpoint(sign_checkpoint(size=5, root=load_tree(5).root())["note"])
    assert find_kinds(kept=[kept]) == {"forked tree"}
    assert find_kinds(kept=[true]) == set()


def test_a_swapped_key_is_named_by_the_checkpoints(unguarded, tmp_path):
    ensure_key(tmp_path, name="troth.localhost/ledger")
    other = read_key(tmp_path)
    Checkpoint.objects.filter(size=6).update(**sign_checkpoint(size=6, root=load_tree(6).root(), key=other))
    assert find_kinds() == {"swapped key"}


def test_a_swapped_key_is_named_by_the_secret_store(sealed):
    path = settings.ENVIRONMENT.secrets / FILE
    path.unlink()
    ensure_key(path.parent)
    assert {finding.kind for finding in verify_ledger().findings} == {"swapped key"}


def test_a_log_signed_anew_from_its_beginning_is_named_by_the_key_that_was_noted(unguarded, ledger_key, tmp_path):
    path = settings.ENVIRONMENT.secrets / FILE
    path.unlink()
    ensure_key(path.parent)
    for checkpoint in Checkpoint.objects.all():
        Checkpoint.objects.filter(size=checkpoint.size).update(
            **sign_checkpoint(size=checkpoint.size, root=load_tree(checkpoint.size).root()) | {"caught_up": True}
        )
    assert find_kinds() == set()
    assert find_kinds(key=ledger_key) == {"swapped key"}


def test_a_broken_signature_is_named(unguarded):
    checkpoint = Checkpoint.objects.get(size=6)
    head, signature = checkpoint.note.rstrip("\n").rsplit(" ", 1)
    raw = bytearray(base64.b64decode(signature))
    raw[-1] ^= 1
    note = f"{head} {base64.b64encode(raw).decode()}\n"
    Checkpoint.objects.filter(size=6).update(note=note)
    assert find_kinds() == {"broken signature"}


def test_a_damaged_checkpoint_is_named(unguarded):
    Checkpoint.objects.filter(size=6).update(note="nothing")
    assert find_kinds() == {"damaged checkpoint"}


def test_a_key_that_was_handed_over_is_followed(sealed, write, ledger_key):
    following = rotate_key()
    write(2)
    seal_entries()
    assert find_kinds(key=ledger_key) == set()
    assert verify_ledger().key == str(following)


def test_a_hand_over_that_was_not_signed_by_the_old_key_is_named(unguarded, write, tmp_path):
    ensure_key(tmp_path, name="troth.localhost/ledger")
    other = read_key(tmp_path)
    copy_row(unguarded[0], event="ledger:key:rotated", object_id=str(other.public))
    seal_entries()
    Checkpoint.objects.filter(size=10).update(**sign_checkpoint(size=10, root=load_tree(10).root(), key=other))
    assert "swapped key" in find_kinds()


def test_a_wrong_stored_block_is_named(write):
    write(300)
    seal_entries()
    with lifted_guards(connection):
        Node.objects.update(hash=b"\0" * 32)
    assert find_places() == {("damaged tree", 0)}


def test_missing_triggers_are_named(sealed):
    remove_guards(connection)
    assert {finding.kind for finding in verify_ledger().findings} == {"missing guard"}


def test_a_cut_file_is_named(sealed):
    lines = list(export_log())
    assert {finding.kind for finding in verify_lines(lines[:-1])[0]} == {"cut file"}
    kinds = {finding.kind for finding in verify_lines(lines[:-3])[0]}
    assert kinds == {"cut file", "removed row"}


def test_the_export_holds_the_rows_and_nothing_else(sealed):
    lines = [json.loads(line) for line in export_log()]
    entries = [line["entry"] for line in lines if "entry" in line]
    columns = {field.attname for field in EntryRow._meta.fields}
    assert len(entries) == 9
    assert all(set(entry) <= columns for entry in entries)
    assert parse_public_key(lines[0]["key"]).name == "troth.localhost/ledger"
