"""What the tests of connected sites share: a database with its first epoch, and promises that are watched as kept."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings


@pytest.fixture
def house(transactional_db: None) -> Iterator[None]:
    """Make a database with its first epoch; real transactions, as looks by others are committed by themselves."""
    from troth.vault.keyring import ensure_epoch

    ensure_epoch()
    yield
    for path in django_settings.ENVIRONMENT.secrets.glob("kek.*"):
        path.unlink()


@pytest.fixture(autouse=True)
def open_features(monkeypatch: pytest.MonkeyPatch) -> None:
    """Watch the promises as kept."""
    from troth.kernel import ports

    class Watch:
        def reason_closed(self, feature: Any) -> str:
            return ""

    monkeypatch.setitem(ports.interlocks._items, "assessment", Watch())
