"""The text: what is read, what is refused with its line, and that nothing hostile comes through."""

from html.parser import HTMLParser

import pytest

from troth.statement.text import SectionSource, TextProblems, fill_in, list_sources, make_values, parse_section


def section(markdown):
    return parse_section(SectionSource(slug="a", markdown=markdown, name="en/01-a.md"))


def problems(markdown):
    with pytest.raises(TextProblems) as raised:
        section(markdown)
    return [str(finding) for finding in raised.value.findings]


def test_a_paragraph_carries_the_clauses_of_its_mark_and_not_the_mark():
    read = section("# Title\n\nFirst. {#A1}\n\nSecond,\non two lines. {#A2 #B10}\n\nNo promise.\n")
    assert read.title == "Title"
    assert [paragraph.clauses for paragraph in read.paragraphs] == [("A1",), ("A2", "B10"), ()]
    assert [paragraph.words for paragraph in read.paragraphs] == ["First.", "Second, on two lines.", "No promise."]
    assert [paragraph.line for paragraph in read.paragraphs] == [3, 5, 8]


def test_a_list_and_a_quotation_promise_as_a_whole():
    read = section("# T\n\n- one\n- two {#E3}\n\n> said {#E2}\n")
    assert [(paragraph.clauses, paragraph.words) for paragraph in read.paragraphs] == [
        (("E3",), "• one\n• two"),
        (("E2",), "said"),
    ]


@pytest.mark.parametrize(
    ("markdown", "line", "words"),
    [
        ("Text without a title", 1, "begins with its title"),
        ("", 1, "begins with its title"),
        ("# T\n\nA mark {#A1} in the middle.", 3, "stands at a paragraph’s end"),
        ("# T\n\nFine. {#A1}\n\nOne line\nand {#a1}", 6, "stands at a paragraph’s end"),
        ("# T\n\nTwo. {#A1, #A2}", 3, "stands at a paragraph’s end"),
        ("# T\n\n## A second title", 3, "found heading"),
        ("# T\n\n```\ncode\n```", 3, "found fence"),
        ("# T\n\ntext\n\n---\n", 5, "found hr"),
    ],
)
def test_bad_markup_is_named_with_file_and_line(markdown, line, words):
    [problem] = problems(markdown)
    assert problem.startswith(f"en/01-a.md:{line}: ")
    assert words in problem


def test_all_that_is_wrong_in_a_section_is_named():
    assert len(problems("# T\n\n## One\n\nmark {#A1} early\n\n---\n")) == 3


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "text <b onmouseover=alert(1)>bold</b>",
        "[click](javascript:alert(1))",
        "[click](data:text/html,<script>alert(1)</script>)",
        "[click](vbscript:x)",
        "[click](http://plain.example.org/)",
        "![pixel](https://tracker.example.org/p.gif)",
        "<style>*{display:none}</style>",
        '<a href="https://example.org" style="color:red" target="_blank">a</a>',
        "<iframe src=https://example.org></iframe>",
        "[x](https://example.org \"title' onclick='alert(1)\")",
    ],
)
def test_what_is_hostile_is_shown_as_text_or_dropped(hostile):
    html = section(f"# T\n\n{hostile} {{#A1}}").paragraphs[0].html
    found = Tags()
    found.feed(html)
    assert {tag for tag, _attributes in found.tags} <= {"p", "a"}
    for tag, attributes in found.tags:
        assert attributes.keys() <= ({"href", "rel"} if tag == "a" else set())
        assert attributes.get("href", "https://").startswith("https://")


class Tags(HTMLParser):
    """Lists the tags of a piece of HTML with their attributes."""

    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def test_links_to_pages_mail_and_telephone_stay():
    html = (
        section("# T\n\n[a](/security/) [b](mailto:a@example.org) [c](tel:+1-212) [d](https://example.org/)")
        .paragraphs[0]
        .html
    )
    for target in ("/security/", "mailto:a@example.org", "tel:+1-212", "https://example.org/"):
        assert f'href="{target}"' in html


def test_variables_are_replaced_as_plain_words(operator):
    source = SectionSource(
        "a", "# T\n\nIn {{ numbers.request_days }} days, {{operator.contacts.postal_address}}", "en/01-a.md"
    )
    values = make_values(operator) | {"operator.contacts.postal_address": "1. *Museum*\n<b>Street_1</b>\n# [x](y)"}
    [paragraph] = parse_section(fill_in(source, values)).paragraphs
    assert paragraph.words == "In 30 days, 1. *Museum*\n<b>Street_1</b>\n# [x](y)"
    assert "<b>" not in paragraph.html
    assert "<em>" not in paragraph.html


def test_a_value_cannot_open_a_mark_or_a_variable(operator):
    source = SectionSource("a", "# T\n\n{{ operator.name }}", "en/01-a.md")
    for name in ("{#A1}", "{{ numbers.request_days }}"):
        [paragraph] = parse_section(fill_in(source, make_values(operator) | {"operator.name": name})).paragraphs
        assert paragraph.clauses == ()
        assert paragraph.words == name


@pytest.mark.parametrize(
    "wrong", ["{{ numbers.request_dais }}", "{{ operator.__class__ }}", "{{ 1 + 1 }}", "{{ a\nb }}", "{{ numbers }}"]
)
def test_an_unknown_variable_is_named_with_file_and_line(operator, wrong):
    source = SectionSource("a", f"# T\n\nFine.\n\nIt takes {wrong} days.", "en/01-a.md")
    with pytest.raises(TextProblems) as raised:
        fill_in(source, make_values(operator))
    assert str(raised.value.findings[0]).startswith("en/01-a.md:5: ")


def test_every_number_and_contact_is_a_variable(operator):
    values = make_values(operator)
    assert values["numbers.request_days"] == "30"
    assert values["operator.contacts.support_email"] == "support@collectorsystems.com"
    assert values["operator.contacts.security_telephone_uri"] == "tel:+1-212-431-0897"


def test_a_file_that_is_not_named_as_a_section_is_refused(write):
    folder = write(en={"01-a.md": "# A", "notes.md": "# Notes"})
    with pytest.raises(TextProblems, match=r"en/notes\.md"):
        list_sources(folder / "en")
