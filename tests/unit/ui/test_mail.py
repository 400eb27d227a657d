import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from typing import Any

import pytest
from jinja2 import UndefinedError

from troth.kernel.operator import read_operator
from troth.ui.api import Place, name_boundaries, register_link, render_mail

CONTEXT = {"name": "Ada <b>", "link": f"https://example.org/{'x' * 90}"}


@pytest.fixture(autouse=True)
def specimens(settings: Any, registries: None) -> Iterator[None]:
    engine = dict(settings.TEMPLATES[0])
    environment = "tests.unit.ui.specimens.environment.make_specimens"
    settings.TEMPLATES = [engine | {"OPTIONS": engine["OPTIONS"] | {"environment": environment}}]
    register_link(place=Place.FOOTER, order=1, name="admin", words="Admin", url="/admin/")
    yield


def test_a_subject_is_one_line() -> None:
    assert render_mail(template="specimen", context=CONTEXT, language="en").subject == "Confirm your address"


def test_the_text_is_wrapped_and_its_addresses_are_whole() -> None:
    text = render_mail(template="specimen", context=CONTEXT, language="en").text
    lines = text.splitlines()
    assert text.startswith("Hello Ada <b>, this paragraph")
    assert CONTEXT["link"] in lines
    assert all(len(line) <= 72 for line in lines if "https://" not in line)
    assert "\n\n\n" not in text
    assert "-- " in lines


def test_the_html_is_escaped_says_why_and_loads_nothing() -> None:
    html = render_mail(template="specimen", context=CONTEXT, language="en").html
    assert "Hello Ada &lt;b&gt;." in html
    assert "You get this mail because you registered." in html
    for loading in ("src=", "url(", "@import", "<link", "<script"):
        assert loading not in html


def test_both_bodies_lead_to_the_admin_page_and_to_support(settings: Any) -> None:
    mail = render_mail(template="specimen", context=CONTEXT, language="en")
    for body in (mail.text, mail.html):
        assert f"{settings.ENVIRONMENT.site}/admin/" in body
        assert read_operator().contacts.support_email in body
        assert read_operator().name in body


def test_a_mail_says_its_language_and_leaves_the_callers_alone() -> None:
    from django.utils import translation

    with translation.override("en"):
        assert '<html lang="de" dir="ltr">' in render_mail(template="specimen", context=CONTEXT, language="de").html
        assert translation.get_language() == "en"


def test_a_name_that_the_context_lacks_raises() -> None:
    with pytest.raises(UndefinedError):
        render_mail(template="specimen", context={"name": "Ada"}, language="en")


def test_the_parts_of_a_mail_are_parted_by_no_number_that_a_card_could_have():
    message = EmailMessage()
    message.set_content("Plain.")
    message.add_alternative("<p>HTML.</p>", subtype="html")
    message.add_attachment(b"x", maintype="text", subtype="calendar", filename="a.ics")
    name_boundaries(message)
    named = re.findall(rb'boundary="([^"]+)"', message.as_bytes())
    assert len(set(named)) == len(named) == 2
    assert all(re.fullmatch(rb"part-[0-9a-f]{32}", name) for name in named)
    assert len(list(message_from_bytes(message.as_bytes()).walk())) == 5
