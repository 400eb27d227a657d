from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.template import engines
from django.test import RequestFactory

from troth.ui import frame


@pytest.fixture
def registries() -> Iterator[None]:
    """Start with no links and no banners, and leave those of the rooms as they were."""
    kept = frame.links._items, frame.banners._items
    frame.links._items, frame.banners._items = {}, {}
    yield
    frame.links._items, frame.banners._items = kept


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any) -> None:
    """Serve static files under their own names, since a unit test collects none."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def draw(registries: None) -> Callable[..., str]:
    """Draw a piece of template source as a page would."""

    def draw_source(source: str, **context: Any) -> str:
        template = engines["jinja2"].from_string(source)
        return str(template.render(context, RequestFactory().get("/")))

    return draw_source
