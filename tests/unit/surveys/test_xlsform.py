"""An XLSForm becomes a survey, or each of its rows that cannot be asked is named."""

from io import BytesIO

import pytest
from openpyxl import Workbook

from tests.unit.surveys.conftest import say
from troth.surveys.definition.reading import require_good
from troth.surveys.definition.xlsform import LARGEST, read_xlsform

CHOICES = [
    ["list_name", "name", "label", "label::Deutsch (de)"],
    ["yn", "1", "yes", "ja"],
    ["yn", "2", "no", "nein"],
]
HEADER = ["type", "name", "label", "label::Deutsch (de)", "required", "relevant", "constraint", "appearance", "hint"]
GOOD = [
    HEADER,
    ["begin_group", "g", "The visit", "Der Besuch"],
    ["select_one yn", "came", "Were you there?", "Waren Sie da?"],
    ["end_group"],
    [],
    ["integer", "years", "How long?", "Wie lange?", None, "${came} = '1'", ". >= 0 and . <= 49", None, "In years."],
    ["select_multiple yn", "what", "What?", "Was?", "no", "selected(${came}, '1') or selected(${came}, '2')"],
    ["text", "more", "More?", "Mehr?", None, None, None, "multiline"],
    ["date", "day", "When?", "Wann?"],
    ["rank yn", "order", "In which order?", "Wie gereiht?"],
]


def make(survey, choices=CHOICES):
    book = Workbook()
    for name, rows in (("survey", survey), ("choices", choices)):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_form_becomes_the_parts_of_a_survey():
    read = read_xlsform(make(GOOD), ["en", "de"])
    assert read.problems == []
    assert [[one["kind"] for one in each["questions"]] for each in read.sections] == [
        ["single"],
        ["number", "multiple", "long", "date", "ranking"],
    ]
    assert read.sections[0]["words"] == {"en": "The visit", "de": "Der Besuch"}
    number, several = read.sections[1]["questions"][:2]
    assert (number["least"], number["most"], number["help"]) == (0, 49, say("In years."))
    assert several["show_if"] == {"question": "came", "is_any_of": ["1", "2"]}
    whole = {"languages": ["en", "de"], "title": say("T"), "purpose": say("P"), "sections": read.sections}
    require_good(whole, mode="anonymous")


def test_a_language_without_a_column_is_given_the_words_of_the_first():
    read = read_xlsform(make([["type", "name", "label"], ["text", "more", "More?"]], []), ["en", "de"])
    assert read.sections[0]["questions"][0]["words"] == say("More?")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["text", "a", "A", "A", "yes"], "required"),
        (["geopoint", "a", "A", "A"], "geopoint"),
        (["begin_repeat", "a", "A", "A"], "begin_repeat"),
        (["calculate", "a", "A", "A"], "calculate"),
        (["text", "9a", "A", "A"], "begins with a letter"),
        (["text", "came", "A", "A"], "Two questions"),
        (["text", "a", "A"], "missing in: de"),
        (["select_one none", "a", "A", "A"], "no list"),
        (["select_one yn or_other", "a", "A", "A"], "or_other"),
        (["integer", "a", "A", "A"], "bounds"),
        (["text", "a", "A", "A", None, "${came} != '1'"], "relevant"),
        (["end_group"], "No group"),
    ],
)
def test_what_cannot_be_asked_is_named_with_its_row(row, words):
    read = read_xlsform(make([HEADER, ["select_one yn", "came", "There?", "Da?"], [], row]), ["en", "de"])
    found = [each for each in read.problems if "row 4" in each]
    assert any(words in each for each in found), read.problems


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04 broken", b"x" * (LARGEST + 1)])
def test_what_is_no_workbook_is_refused(content):
    read = read_xlsform(content, ["en"])
    assert len(read.problems) == 1
    assert read.sections == []
