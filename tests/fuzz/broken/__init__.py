"""Broken, strange and hostile mails, all of them invented: what a help desk gets in ten years, in one list.

Each is a name and its bytes. Those that can be read bear the word ``HEARD`` where their text is, so that a test sees
that nothing of it was lost; those that cannot name the cause for which they are set apart.
"""

from tests.fuzz.broken.heads import list_charsets, list_headers, list_senders, list_transfers, list_wholes
from tests.fuzz.broken.making import HEARD, Broken
from tests.fuzz.broken.parts import list_files, list_html, list_parts

__all__ = ["HEARD", "Broken", "list_broken_mails"]


def list_broken_mails() -> list[Broken]:
    """Return the corpus."""
    kinds = (
        list_wholes,
        list_senders,
        list_headers,
        list_charsets,
        list_transfers,
        list_parts,
        list_files,
        list_html,
    )
    return [each for list_some in kinds for each in list_some()]
