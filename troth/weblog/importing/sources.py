"""What can be imported: a file, plain or packed, a rotated set, the standard input; in pieces of whole lines."""

import gzip
import io
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

PIECE = 16 * 1024 * 1024
"""Bytes that are read at a time: with 64 MB no faster, and twice the memory."""
LONGEST_LINE = 64 * 1024
STDIN = "-"
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


def open_log(name: str) -> BinaryIO:
    """Open a log for reading, unpacked; ``-`` is the standard input."""
    raw = sys.stdin.buffer if name == STDIN else cast("BinaryIO", Path(name).open("rb"))  # noqa: SIM115  the caller closes it
    buffered = cast("io.BufferedReader", raw)
    head = buffered.peek(4)[:4]
    if head.startswith(_GZIP):
        if name == STDIN:
            return cast("BinaryIO", gzip.GzipFile(fileobj=raw))
        raw.close()
        return cast("BinaryIO", gzip.GzipFile(name))
    if head.startswith(_ZSTD):
        import zstandard

        unpacked = zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True)
        return cast("BinaryIO", io.BufferedReader(cast("io.RawIOBase", unpacked)))
    return raw


def order_rotated(names: list[str]) -> list[str]:
    """Return the files of a rotated set, the oldest first: ``log.2.gz``, ``log.1``, ``log``; others as given."""

    def age(name: str) -> tuple[str, int]:
        match = re.fullmatch(r"(.*?)(?:\.(\d{1,4}))?(?:\.(?:gz|zst))?", name)
        assert match is not None  # noqa: S101  the pattern takes every name
        return match[1], -int(match[2] or 0)

    return sorted(names, key=age)


def read_pieces(file: BinaryIO, *, skip: int = 0, follow: bool = False) -> Iterator[bytes]:
    """Yield pieces of whole lines.

    Arguments:
        file: the log, unpacked.
        skip: bytes to leave out at the beginning.
        follow: whether to wait for what is written to the end, until interrupted.
    """
    while skip > 0:
        gone = file.read(min(skip, PIECE))
        if not gone:
            return
        skip -= len(gone)
    rest = b""
    while True:
        data = file.read(PIECE)
        if not data:
            if not follow:
                break
            if rest.endswith(b"\n"):
                yield rest
                rest = b""
            time.sleep(1.0)
            continue
        whole, newline, rest_after = (rest + data).rpartition(b"\n")
        rest = rest_after[-LONGEST_LINE:] if len(rest_after) > PIECE else rest_after
        if newline:
            yield whole + b"\n"
    if rest:
        yield rest + b"\n"
