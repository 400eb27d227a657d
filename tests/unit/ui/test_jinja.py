from collections.abc import Callable

import pytest
from django.template import TemplateDoesNotExist, engines
from jinja2 import UndefinedError


def test_a_name_that_does_not_exist_raises(draw: Callable[..., str]) -> None:
    assert draw("{{ known }}", known="here") == "here"
    with pytest.raises(UndefinedError):
        draw("{{ unknown }}")


def test_values_are_escaped(draw: Callable[..., str]) -> None:
    assert draw("{{ value }}", value="<b>") == "&lt;b&gt;"
    assert draw("{% trans value=value %}Hello {{ value }}{% endtrans %}", value="<b>") == "Hello &lt;b&gt;"


@pytest.mark.parametrize("name", ["ui/base.jinja", "ui/emails/base.html", "ui/emails/base.txt"])
def test_pages_and_mails_of_an_app_are_found(name: str) -> None:
    assert engines["jinja2"].get_template(name)


@pytest.mark.parametrize("name", ["ui/views.py", "ui/../kernel/clock.py", "ui/emails/../views.py", "emails/base.html"])
def test_nothing_else_of_an_app_is_found(name: str) -> None:
    with pytest.raises(TemplateDoesNotExist):
        engines["jinja2"].get_template(name)
