"""Every mail of the house with its facts left blank, to look at what stands in it whatever it says."""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.template import engines
from jinja2 import ChainableUndefined, Environment

from troth.kernel.operator import read_operator


class _Blank(ChainableUndefined):
    """A fact that is not there: written as nothing, and whatever is asked of it is nothing too."""

    def __call__(self, *_args: Any, **_kwargs: Any) -> "_Blank":  # type: ignore[override]
        return self

    def __format__(self, _spec: str) -> str:
        return ""


def list_mails() -> list[str]:
    """Return the names of the bodies of every mail, both as text and as HTML."""
    return [
        f"{config.label}/emails/{body.parent.name}/{body.name}"
        for config in apps.get_app_configs()
        for body in sorted((Path(config.path) / "emails").glob("*/body.*"))
    ]


def render_blank(name: str, *, admin_url: str) -> str:
    """Return a mail's body with the frame's own facts and no other."""
    environment: Environment = engines["jinja2"].env.overlay(undefined=_Blank)  # type: ignore[attr-defined]
    formats = {each: _write_nothing for each in environment.globals if each.startswith("format_")}
    facts = {
        "operator": read_operator(),
        "site": settings.ENVIRONMENT.site,
        "admin_url": admin_url,
        "language": "en",
        "direction": "ltr",
    }
    return environment.get_template(name).render(**formats, **facts)


def _write_nothing(*_args: Any, **_kwargs: Any) -> str:
    return ""
