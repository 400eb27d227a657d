"""The template environment: Jinja2, escaped, translated, and loud about a name that does not exist.

A template is named ``<app>/page.jinja`` and lies in the app's ``templates/`` folder; a mail's parts are named
``<app>/emails/<message>/body.html`` and lie in the app's ``emails/`` folder. Nothing else of an app can be loaded.
"""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.utils import translation
from django.utils.text import capfirst
from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined

from troth.ui import assets, fields, formats, frame, lists, outgoing


def make_environment(**options: Any) -> Environment:
    """Return the environment for Django's Jinja2 backend.

    Arguments:
        options: what the backend passes on; loader, escaping and the undefined type are ours whatever it says.
    """
    options |= {
        "loader": make_loader(),
        "autoescape": is_escaped,
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "extensions": ["jinja2.ext.i18n", "jinja2.ext.do"],
    }
    environment = Environment(**options)  # noqa: S701 - autoescape is is_escaped above
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    # Jinja's own "capitalize" makes small what follows, which spoils every German noun.
    environment.filters["capfirst"] = capfirst
    environment.globals.update(
        static=assets.find_url,
        integrity=assets.read_integrity,
        url=frame.reverse_url,
        url_or_none=frame.reverse_url_or_none,
        with_query=lists.with_query,
        leaving_url=outgoing.leaving_url,
        csrf_field=frame.render_csrf_field,
        page_frame=frame.make_frame,
        describe_field=fields.describe_field,
        format_date=formats.format_date,
        format_datetime=formats.format_datetime,
        format_money=formats.format_money,
        format_number=formats.format_number,
        format_percent=formats.format_percent,
        format_size=formats.format_size,
        format_span=formats.format_span,
    )
    return environment


def is_escaped(template_name: str | None) -> bool:
    """Escape everything but plain text, which no browser reads as HTML."""
    return template_name is None or not template_name.endswith(".txt")


def make_loader() -> BaseLoader:
    """Return a loader of every installed app's ``templates/`` and ``emails/`` folders, in the order of the apps."""
    configs = list(apps.get_app_configs())
    pages = [Path(config.path) / "templates" for config in configs]
    mails = {config.label: Path(config.path) / "emails" for config in configs}
    return ChoiceLoader(
        [
            FileSystemLoader([folder for folder in pages if folder.is_dir()]),
            PrefixLoader(
                {
                    label: PrefixLoader({"emails": FileSystemLoader(folder)})
                    for label, folder in mails.items()
                    if folder.is_dir()
                }
            ),
        ]
    )
