"""What the tests of backups share: a folder of their own, and the identity that opens what lies in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from troth.backup import store
from troth.backup.sealing import make_identity, rehearsal_file


@pytest.fixture
def folder(transactional_db: None) -> Iterator[Path]:
    """The folder of the backups, empty before and after, with an identity for rehearsals."""
    make_identity(rehearsal_file())
    yield store.folder()
    rehearsal_file().unlink()
    for path in settings.ENVIRONMENT.backup_folder.iterdir():
        path.unlink()
