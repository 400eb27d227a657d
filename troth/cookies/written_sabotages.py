"""The deliberate breaches of K1 in mails and written texts, for the drills. None knows how the check looks."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, cast

from django.template import engines
from django.template.backends.jinja2 import Jinja2
from jinja2 import BaseLoader, Environment

from troth.kernel.sabotage import swap


def find_environment() -> Environment:
    """Return the environment in which every page and mail is drawn."""
    environment: Environment = cast("Jinja2", engines["jinja2"]).env
    return environment


class _Careless(BaseLoader):
    """A loader whose sources a careless hand changed."""

    def __init__(self, inner: BaseLoader, change: Callable[[str, str], str]) -> None:
        self._inner, self._change = inner, change

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Any]:
        """Return the source, changed."""
        source, file, is_current = self._inner.get_source(environment, template)
        return self._change(template, source), file, is_current

    def list_templates(self) -> list[str]:
        """Return the names of all sources."""
        return self._inner.list_templates()


@contextmanager
def _change_sources(change: Callable[[str, str], str]) -> Iterator[None]:
    environment = find_environment()
    with swap(environment, "loader", _Careless(cast("BaseLoader", environment.loader), change)):
        yield


def add_link_to_mails() -> AbstractContextManager[None]:
    """Put a partner's link before the end of every mail."""
    link = '<p><a href="https://partner.example.net/">Our partner</a></p></body>'
    return _change_sources(
        lambda name, source: source.replace("</body>", link) if name.endswith("emails/base.html") else source
    )


def take_words_for_html() -> AbstractContextManager[None]:
    """Let nothing be escaped."""
    return swap(find_environment(), "autoescape", _escape_nothing)


def make_links_of_addresses() -> AbstractContextManager[None]:
    """Let the answer's page and mail make links of the addresses in it."""

    def change(_name: str, source: str) -> str:
        return source.replace("{{ paragraph }}", "{{ paragraph | urlize }}").replace(
            "{{ body }}", "{{ body | urlize }}"
        )

    return _change_sources(change)


def _escape_nothing(_name: str | None) -> bool:
    return False
