"""The border of backups: what the wiring may use."""

from troth.backup.contents import declare_left_out
from troth.backup.restoring import begin_restore, finish_restore, is_placed
from troth.backup.sealing import is_locked, make_identity, read_identity, rehearsal_file
from troth.backup.taking import take_backup, take_due

__all__ = [
    "begin_restore",
    "declare_left_out",
    "finish_restore",
    "is_locked",
    "is_placed",
    "make_identity",
    "read_identity",
    "rehearsal_file",
    "take_backup",
    "take_due",
]
