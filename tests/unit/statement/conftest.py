"""A published statement, and a folder of small ones that a test may write to.

Whatever knows a model is imported within a fixture: this file is read before the apps are loaded.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.operator import Operator, parse_operator
from troth.kernel.ports import Registry
from troth.kernel.purposes import Purpose
from troth.statement.events import PUBLISHER

if TYPE_CHECKING:
    from troth.kernel.crawl import SiteBrowser
    from troth.statement.drafts import Draft
    from troth.statement.models import StatementVersion


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any) -> None:
    """Serve static files under their own names, since a unit test collects none."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """Forget what the process took for granted of another test's database."""
    from troth.statement import queries

    queries.forget_current_version()
    yield
    queries.forget_current_version()


@pytest.fixture(autouse=True)
def anybody_may_publish(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no room above judge: who may publish, and when a version may govern, is tried there."""
    from troth.statement import actions

    for name in ("publication_judges", "force_judges"):
        lenient: Any = Registry("lenient judge")
        lenient.register("lenient", lambda *_all: None)
        monkeypatch.setattr(actions, name, lenient)


@pytest.fixture
def version(db: None) -> "StatementVersion":
    """Version 1: the text that the project ships."""
    from troth.statement.actions import ensure_published

    return ensure_published()


@pytest.fixture
def browser() -> "SiteBrowser":
    """A browser at the site's own address."""
    from troth.kernel.crawl import SiteBrowser

    return SiteBrowser()


@pytest.fixture(scope="session")
def operator() -> Operator:
    """The operator that the project ships."""
    path = settings.ENVIRONMENT.operator / "operator.toml"
    return parse_operator(path.read_text(encoding="utf-8"), path.name)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write sections into a statement folder: ``write(en={"01-a.md": "# A"}, de={…})``; return the folder."""

    def write_sections(**languages: dict[str, str]) -> Path:
        for language, sections in languages.items():
            (tmp_path / language).mkdir(exist_ok=True)
            for name, text in sections.items():
                (tmp_path / language / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write_sections


@pytest.fixture
def changed_draft(tmp_path: Path) -> Callable[[str, str], "Draft"]:
    """Return the shipped text with one piece replaced, in English."""
    from troth.statement.drafts import read_draft

    def change(old: str, new: str) -> "Draft":
        shipped = settings.ENVIRONMENT.operator / "statement"
        found = 0
        for path in shipped.glob("*/*.md"):
            text = path.read_text(encoding="utf-8")
            if path.parent.name == "en" and old in text:
                found += 1
                text = text.replace(old, new)
            (tmp_path / path.parent.name).mkdir(exist_ok=True)
            (tmp_path / path.parent.name / path.name).write_text(text, encoding="utf-8")
        assert found == 1
        return read_draft(folder=tmp_path)

    return change


@pytest.fixture
def publish(version: "StatementVersion") -> Callable[..., "StatementVersion"]:
    """Publish a draft as the next version."""
    from troth.statement import queries
    from troth.statement.actions import Terms, publish_draft

    def publish_next(
        draft: "Draft", *, material: bool = False, reasons: str = "A clearer sentence."
    ) -> "StatementVersion":
        with acting(actor=system(PUBLISHER), purpose=Purpose.LEGAL):
            terms = Terms(planned_for=clock.now() + timedelta(days=31))
            new = publish_draft(draft, material=material, reasons=reasons, terms=terms)
        queries.forget_current_version()
        return new

    return publish_next
