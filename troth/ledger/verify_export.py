#!/usr/bin/env python3
"""Verifies an exported ledger outside the house: this one file and Python 3.11 or later, nothing else.

It is one file on purpose, longer than the others: whoever distrusts us can read it whole and run it alone.

    python3 verify_export.py ledger.jsonl --key KEY --checkpoint kept.txt

It recomputes every leaf from its row (SHA-256 over 0x00 and the row as JSON in the form of RFC 8785), the tree from
the leaves (RFC 6962), and compares the root with each signed checkpoint (C2SP tlog-checkpoint and signed-note, Ed25519
after RFC 8032). ``--key`` is the public key that you noted when the log began, ``--checkpoint`` a file with checkpoints
that you kept: with them even a log that was rewritten whole and signed anew is found out. The same ``Verifier`` reads
the live tables for ``troth ledger verify``.

The file has one JSON object a line: a head, then rows (``position``, ``id``, ``hash``, ``entry``) and, after the last
row that each covers, checkpoints (``checkpoint``, ``at``, ``caught_up``), then an end.

Exit code: 0 whole, 1 something was found, 2 the file cannot be read.
"""

import argparse
import base64
import binascii
import hashlib
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

FORMAT = 1
KEY_ROTATED = "ledger:key:rotated"
"""The event by which one key hands over to the next: ``object_id`` is the next public key."""
LONGEST_TRANSACTION = timedelta(hours=1)
"""A row may be sealed later than its neighbours by as long as a transaction lasts; by more, it was added afterwards."""
BLOCK_BITS = 8
MANY = 1000
"""How many findings of one sort are named one by one."""

# -- The tree (RFC 6962, section 2.1) ---------------------------------------------------------------------------------


def canonical_entry(entry: dict[str, Any]) -> bytes:
    """Return a row as the bytes that are hashed: JSON with sorted keys and no spaces (RFC 8785)."""
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def hash_leaf(data: bytes) -> bytes:
    """Return the leaf hash, 32 bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def hash_children(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node, 32 bytes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class Block:
    """A full block of ``256 ** level`` leaves, counted from 0 on its level."""

    level: int
    index: int
    hash: bytes


class Tree:
    """The right edge of a growing tree: one hash for each bit of its size, so that memory stays flat."""

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[tuple[int, bytes]] = []

    def append(self, digest: bytes, *, height: int = 0) -> list[Block]:
        """Append a leaf, or a full subtree of ``2 ** height`` leaves; return the blocks that became full by it."""
        self.size += 1 << height
        full = []
        while self._edge and self._edge[-1][0] == height:
            digest = hash_children(self._edge.pop()[1], digest)
            height += 1
            if height % BLOCK_BITS == 0:
                full.append(Block(height // BLOCK_BITS, (self.size >> height) - 1, digest))
        self._edge.append((height, digest))
        return full

    def root(self) -> bytes:
        """Return the root hash of the tree as it stands, 32 bytes."""
        if not self._edge:
            return hashlib.sha256(b"").digest()
        *left, (_height, root) = self._edge
        for _height, digest in reversed(left):
            root = hash_children(digest, root)
        return root


# -- Ed25519 verification (RFC 8032, section 5.1.7) -------------------------------------------------------------------

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)

Point = tuple[int, int, int, int]
"""Extended coordinates X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z."""


def _add(p: Point, q: Point) -> Point:
    a = (p[1] - p[0]) * (q[1] - q[0]) % _P
    b = (p[1] + p[0]) * (q[1] + q[0]) % _P
    c = 2 * p[3] * q[3] * _D % _P
    d = 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _multiply(scalar: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = _add(total, point)
        point = _add(point, point)
        scalar >>= 1
    return total


def _decode_point(data: bytes) -> Point | None:
    """Return the point of this encoding, or None where it is none (section 5.1.3)."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return (x, y, 1, x * y % _P)


_BASE_Y = 4 * pow(5, -1, _P) % _P
_BASE = _decode_point(_BASE_Y.to_bytes(32, "little"))


def verify_ed25519(public: bytes, signature: bytes, message: bytes) -> bool:
    """Return whether ``signature`` (64 bytes) over ``message`` is of the key ``public`` (32 bytes)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, commitment = _decode_point(public), _decode_point(signature[:32])
    response = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or response >= _ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _ORDER
    left, right = _multiply(response, _BASE or (0, 1, 1, 0)), _add(commitment, _multiply(challenge, key))
    return (left[0] * right[2] - right[0] * left[2]) % _P == 0 and (left[1] * right[2] - right[1] * left[2]) % _P == 0


# -- Signed notes and checkpoints (C2SP) ------------------------------------------------------------------------------


class MalformedError(ValueError):
    """A key, a note or a line is not of the form that it must have."""


class PublicKey(NamedTuple):
    """A verifier key: its name, its four-byte id, and the 32 bytes of the Ed25519 key."""

    name: str
    key_id: bytes
    public: bytes

    def __str__(self) -> str:
        encoded = base64.b64encode(b"\x01" + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"


def make_public_key(name: str, public: bytes) -> PublicKey:
    """Return the verifier key of this name; its id is the first four bytes of a hash over both (signed-note)."""
    return PublicKey(name, hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4], public)


def parse_public_key(text: str) -> PublicKey:
    """Return the key of its text ``name+id+base64``; raise MalformedError."""
    parts = text.strip().split("+", 2)
    raw = _decode_base64(parts[2]) if len(parts) == 3 else b""
    if len(raw) != 33 or raw[:1] != b"\x01":
        raise MalformedError("This is no Ed25519 key of the form name+id+base64.")
    key = make_public_key(parts[0], raw[1:])
    if key.key_id.hex() != parts[1]:
        raise MalformedError("The key's id does not belong to its name and bytes.")
    return key


class CheckpointNote(NamedTuple):
    """A checkpoint as it was signed: origin, size, root, the signed bytes, and (name, key id, signature) of each."""

    origin: str
    size: int
    root: bytes
    signed: bytes
    signatures: list[tuple[str, bytes, bytes]]


def parse_checkpoint(note: str) -> CheckpointNote:
    """Return a checkpoint's parts; raise MalformedError."""
    text, blank, tail = note.rpartition("\n\n")
    lines = text.split("\n")
    if not blank or len(lines) < 3 or not lines[1].isdecimal() or str(int(lines[1])) != lines[1]:
        raise MalformedError("This is no checkpoint: origin, size, root, blank line and signature are expected.")
    signatures = []
    for line in tail.splitlines():
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        raw = _decode_base64(encoded)
        if dash != "\u2014" or not name or len(raw) < 5:
            raise MalformedError("A signature line of the checkpoint is not of the form of a signed note.")
        signatures.append((name, raw[:4], raw[4:]))
    root = _decode_base64(lines[2])
    if len(root) != 32:
        raise MalformedError("The checkpoint's root is not 32 bytes.")
    return CheckpointNote(lines[0], int(lines[1]), root, (text + "\n").encode(), signatures)


def _decode_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedError("This is not base64.") from None


# -- The verifier -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: its kind, what it means, and its place (a position, a row's id) if it has one."""

    kind: str
    words: str
    position: int | None = None
    entry_id: str = ""


class Verifier:
    """Reads a log row by row and checkpoint by checkpoint, in flat memory, and names what is wrong with it.

    Arguments:
        key: the public key that is trusted at the beginning.
        kept: checkpoints that were kept outside; the log must contain each of them.
        verify_signature: a quicker implementation than the one above, where there is one.
        tree: the tree of the rows before the first one that it will read, where it does not begin at the first of all.
        oldest: the moment before which no row may be sealed any longer, as of those rows.
    """

    def __init__(
        self,
        *,
        key: PublicKey,
        kept: Iterable[CheckpointNote] = (),
        verify_signature: Callable[[bytes, bytes, bytes], bool] = verify_ed25519,
        tree: Tree | None = None,
        oldest: str = "",
    ) -> None:
        self.tree, self.key, self.checkpoints = tree or Tree(), key, 0
        self._verify_signature = verify_signature
        self._kept: dict[int, list[CheckpointNote]] = {}
        for note in kept:
            self._kept.setdefault(note.size, []).append(note)
        self._findings: list[Finding] = []
        self._counts: dict[str, int] = {}
        self._mismatches: list[tuple[int, str, bytes, bytes]] = []
        self._last_id, self._oldest, self._next_key = "", oldest, ""
        self._signed_size = self._good_size = self.tree.size
        self._mismatched = 0
        self._off_tree: list[int] = []

    def report(self, kind: str, words: str, *, position: int | None = None, entry_id: str = "") -> None:
        """Note a finding; of one kind only the first ``MANY`` are kept, the rest is counted."""
        self._counts[kind] = self._counts.get(kind, 0) + 1
        if self._counts[kind] <= MANY:
            self._findings.append(Finding(kind, words, position, entry_id))

    def read_row(self, *, position: int, entry_id: str, digest: bytes, entry: dict[str, Any] | None) -> list[Block]:
        """Take the next leaf with its row (None where the row is gone); return the blocks that it filled."""
        expected = self.tree.size
        if position > expected:
            self.report(
                "removed row", f"Rows {expected} to {position - 1} are gone, with their leaves.", position=expected
            )
        elif position < expected:
            self.report("reordered row", "A row stands out of its place.", position=position, entry_id=entry_id)
        if entry is None:
            self.report("removed row", "A sealed row is gone.", position=position, entry_id=entry_id)
        else:
            self._judge_entry(position, entry_id, digest, entry)
        full = self.tree.append(digest)
        for note in self._kept.pop(self.tree.size, ()):
            self._judge_kept(note)
        return full

    def _judge_entry(self, position: int, entry_id: str, digest: bytes, entry: dict[str, Any]) -> None:
        computed = hash_leaf(canonical_entry(entry))
        if computed != digest or entry["id"] != entry_id:
            self._mismatched += 1
            if len(self._mismatches) < MANY:
                self._mismatches.append((position, entry_id, digest, computed))
        elif entry_id <= self._last_id:
            self.report(
                "reordered row", "A row stands after one that came later.", position=position, entry_id=entry_id
            )
        if entry["at"] < self._oldest:
            words = f"A row of {entry['at']} was sealed when all rows of its time had been sealed: it was added later."
            self.report("added row", words, position=position, entry_id=entry_id)
        self._last_id = entry_id
        if entry["event"] == KEY_ROTATED:
            self._next_key = entry.get("object_id", "")

    def _judge_kept(self, note: CheckpointNote) -> None:
        if note.root != self.tree.root():
            self.report("forked tree", f"The checkpoint of size {note.size} that you kept is of another tree.")

    def read_checkpoint(self, text: str, *, at: str, caught_up: bool) -> None:
        """Take the checkpoint that was signed after the rows read so far."""
        self.checkpoints += 1
        self._last_id = ""
        try:
            note = parse_checkpoint(text)
        except MalformedError as error:
            self.report("damaged checkpoint", str(error), position=self.tree.size)
            return
        signed = self._judge_signature(note)
        if note.size != self.tree.size or note.root != self.tree.root():
            self._off_tree.append(note.size)
        elif signed:
            self._good_size = note.size
        self._signed_size = max(self._signed_size, note.size)
        if caught_up:
            self._oldest = format_moment(datetime.fromisoformat(at) - LONGEST_TRANSACTION)
        if signed and self._next_key:
            self.key, self._next_key = parse_public_key(self._next_key), ""

    def _judge_signature(self, note: CheckpointNote) -> bool:
        for name, key_id, signature in note.signatures:
            if (name, key_id) == (self.key.name, self.key.key_id):
                if note.origin == self.key.name and self._verify_signature(self.key.public, signature, note.signed):
                    return True
                self.report("broken signature", f"The signature of the checkpoint of size {note.size} is not valid.")
                return False
        words = f"The checkpoint of size {note.size} is not signed by the trusted key {self.key.key_id.hex()}."
        self.report("swapped key", words)
        return False

    def close(self, *, size: int) -> list[Finding]:
        """Say that no more comes and that ``size`` rows were promised; return all that was found, by kind and place."""
        stored = {digest for _position, _id, digest, _computed in self._mismatches}
        for position, entry_id, _digest, computed in self._mismatches:
            moved = computed in stored
            words = "A row stands in the place of another." if moved else "A row is not the one that was sealed."
            self.report("reordered row" if moved else "changed row", words, position=position, entry_id=entry_id)
        self._judge_forks()
        if size <= self.tree.size > self._signed_size:
            words = f"Rows {self._signed_size} to {self.tree.size - 1} stand after the last checkpoint."
            self.report("added row", words, position=self._signed_size)
        for gone in sorted({size, self._signed_size, *self._kept}):
            if gone > self.tree.size:
                words = f"There were {gone} rows, and {self.tree.size} are left: the end was cut off."
                self.report("removed row", words, position=self.tree.size)
        counts = self._counts | {"changed row": max(self._mismatched, self._counts.get("changed row", 0))}
        for kind, count in counts.items():
            if count > MANY:
                self._findings.append(Finding(kind, f"{count} in all; the first {MANY} are named."))
        return sorted(self._findings, key=lambda finding: (finding.position is None, finding.position or 0))

    def _judge_forks(self) -> None:
        """Tell a checkpoint beside the log (good ones follow it) from a log that was rewritten from a place on."""
        for size in [size for size in self._off_tree if size < self._good_size]:
            words = f"The checkpoint of size {size} was signed over another tree than the checkpoints after it."
            self.report("forked tree", words)
        rest = [size for size in self._off_tree if size >= self._good_size]
        if rest:
            words = (
                f"The tree is not what was signed: rows {self._good_size} to {rest[0] - 1} were changed, added, "
                f"removed or reordered together with their leaves; checkpoints that do not fit: {len(rest)}."
            )
            self.report("forked tree", words, position=self._good_size)


def format_moment(moment: datetime) -> str:
    """Return a moment in UTC as rows hold it, so that texts compare as moments do."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


# -- Reading a file ---------------------------------------------------------------------------------------------------


def verify_lines(
    lines: Iterable[str], *, key: PublicKey | None = None, kept: Iterable[CheckpointNote] = ()
) -> tuple[list[Finding], Verifier]:
    """Verify an exported ledger line by line; raise MalformedError where it is no export at all.

    Arguments:
        lines: the file's lines, as JSON.
        key: the trusted key; where None, the one that the file itself begins with.
        kept: checkpoints that were kept outside.
    """
    iterator = iter(lines)
    head = _parse_line(next(iterator, "{}"))
    if head.get("troth-ledger") != FORMAT:
        raise MalformedError("This is no exported ledger of a form that this script knows.")
    verifier = Verifier(key=key or parse_public_key(head["key"]), kept=kept)
    ended = False
    for line in iterator:
        item = _parse_line(line)
        if "entry" in item:
            verifier.read_row(
                position=item["position"], entry_id=item["id"], digest=_decode_base64(item["hash"]), entry=item["entry"]
            )
        elif "checkpoint" in item:
            verifier.read_checkpoint(item["checkpoint"], at=item["at"], caught_up=item["caught_up"])
        else:
            ended = item.get("end") == head["size"]
    if not ended:
        verifier.report("cut file", "The file ends before its end: it was cut off, or the export was interrupted.")
    return verifier.close(size=head["size"]), verifier


def _parse_line(line: str) -> dict[str, Any]:
    try:
        item = json.loads(line)
    except ValueError:
        raise MalformedError("A line of the file is not JSON.") from None
    if not isinstance(item, dict):
        raise MalformedError("A line of the file is no object.")
    return item


def read_kept(path: Path) -> list[CheckpointNote]:
    """Return the checkpoints of a file: one, or several one after the other with a line ``---`` between them."""
    return [parse_checkpoint(part.lstrip("\n")) for part in path.read_text(encoding="utf-8").split("\n---\n")]


def main(arguments: list[str] | None = None) -> int:
    """Verify the file that the command line names; print what was found, and return the exit code."""
    parser = argparse.ArgumentParser(description="Verify an exported ledger.")
    parser.add_argument("file", type=Path, help="the exported ledger, JSON lines")
    parser.add_argument("--key", type=parse_public_key, help="the public key that you noted, name+id+base64")
    parser.add_argument("--checkpoint", type=Path, help="a file with checkpoints that you kept")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    given = parser.parse_args(arguments)
    try:
        kept = read_kept(given.checkpoint) if given.checkpoint else []
        with given.file.open(encoding="utf-8") as lines:
            findings, verifier = verify_lines(lines, key=given.key, kept=kept)
    except UnicodeDecodeError:
        sys.stderr.write(f"{given.file} cannot be read as an exported ledger: This is no text in UTF-8.\n")
        return 2
    except (OSError, MalformedError, KeyError, TypeError) as error:
        sys.stderr.write(f"{given.file} cannot be read as an exported ledger: {error}\n")
        return 2
    result = {
        "rows": verifier.tree.size,
        "checkpoints": verifier.checkpoints,
        "root": base64.b64encode(verifier.tree.root()).decode(),
        "key": str(verifier.key),
        "key_from": "you" if given.key else "the file",
        "findings": [asdict(finding) for finding in findings],
    }
    if given.json:
        sys.stdout.write(json.dumps(result, indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in describe(result))
    return 1 if findings else 0


def describe(result: dict[str, Any]) -> list[str]:
    """Return the result in lines for a person."""
    lines = [f"Rows: {result['rows']}; checkpoints: {result['checkpoints']}; root: {result['root']}"]
    if result["key_from"] != "you":
        lines.append(
            f"The key is the one that the log itself names; compare it with the one you noted: {result['key']}"
        )
    for finding in result["findings"]:
        place = f" (row {finding['position']} {finding['entry_id']})" if finding["position"] is not None else ""
        lines.append(f"{finding['kind'].upper()}: {finding['words']}{place}")
    lines.append("Something is wrong with this ledger." if result["findings"] else "The ledger is whole.")
    return lines


if __name__ == "__main__":
    sys.exit(main())
