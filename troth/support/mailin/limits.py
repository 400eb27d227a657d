"""What is looked at before the parser sees a mail: so that no mail takes long, however it was made.

The library reads headers by a grammar whose time grows with the square of what it is given, and parts likewise. What a
person's program writes stays far below these limits; what goes beyond is set apart, and a person can still have it as
the file that it is.
"""

import re

MOST_PARTS = 100
DEEPEST = 10
MOST_HEADERS = 500
LONGEST_HEADERS = 512 * 1024
"""Bytes of all headers of the mail together."""
LONGEST_PART_HEADER = 4096
"""Bytes of one Content-Type or Content-Disposition: a name of 250 signs in any script fits four times."""
LONGEST_PART_HEADERS = 32 * 1024
MOST_DASHED_LINES = 5000
"""Lines that begin as the border of a part does."""
LONGEST_VALUE = 2000
"""Signs of a From or a Subject that are read by the grammar."""

_PART_HEADER = re.compile(
    rb"^content-(?:type|disposition)[ \t]{0,9}:[^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*", re.IGNORECASE | re.MULTILINE
)
_END_OF_HEADERS = re.compile(rb"\r\n\r\n|\n\n|\r\r")


def is_beyond(raw: bytes) -> bool:
    """Return whether a mail is more than we read."""
    end = _END_OF_HEADERS.search(raw)
    headers = raw[: end.start()] if end else raw
    if len(headers) > LONGEST_HEADERS and end:
        return True
    if headers.count(b"\n") + headers.count(b"\r") > 4 * MOST_HEADERS and end:
        return True
    if raw.count(b"\n--") + raw.count(b"\r--") > MOST_DASHED_LINES:
        return True
    if raw.lower().count(b"boundary") > MOST_PARTS * 2:
        return True
    lengths = [len(match[0]) for match in _PART_HEADER.finditer(raw)]
    return bool(lengths) and (max(lengths) > LONGEST_PART_HEADER or sum(lengths) > LONGEST_PART_HEADERS)
