"""The comparison: by clause and by word, and complete in both directions."""

from hypothesis import given
from hypothesis import strategies as st

from troth.statement.comparison import RunKind, compare_texts, compare_words
from troth.statement.text import SectionSource, parse_text


def text(**sections):
    return parse_text("en", [SectionSource(slug, markdown) for slug, markdown in sections.items()])


def changed(old, new):
    return [(change.clauses, change.kind) for change in compare_texts(old, new) if change.kind != "same"]


@given(st.text(), st.text())
def test_the_runs_give_back_both_texts(old, new):
    runs = compare_words(old, new)
    assert "".join(run.words for run in runs if run.kind != RunKind.INSERTED) == old
    assert "".join(run.words for run in runs if run.kind != RunKind.REMOVED) == new


def test_only_the_changed_words_are_marked():
    runs = compare_words("kept for thirty days here", "kept for ten days here")
    assert [(run.kind, run.words) for run in runs] == [
        ("same", "kept for "),
        ("removed", "thirty "),
        ("inserted", "ten "),
        ("same", "days here"),
    ]


def test_the_same_text_has_no_change():
    one = text(a="# A\n\nOne. {#A1}\n\nTwo.")
    assert changed(one, one) == []


def test_a_clause_is_followed_to_another_section_and_another_mark():
    old = text(a="# A\n\nOne. {#A1}", b="# B\n\nTwo. {#A2}")
    new = text(a="# A", b="# B\n\nTwo. {#A2}\n\nOne. {#A1 #A3}")
    assert changed(old, new) == []


def test_what_is_new_what_is_gone_and_what_changed_is_told():
    old = text(a="# A\n\nOne. {#A1}\n\nGone. {#A2}\n\nPlain.", c="# C\n\nSection gone. {#A5}")
    new = text(a="# A\n\nOne more. {#A1}\n\nNew. {#A3}\n\nPlain words.", b="# B\n\nSection. {#A4}")
    assert changed(old, new) == [
        (("A1",), "changed"),
        (("A3",), "added"),
        ((), "changed"),
        (("A2",), "removed"),
        ((), "added"),
        (("A4",), "added"),
        ((), "removed"),
        (("A5",), "removed"),
    ]


def test_one_old_paragraph_is_the_partner_of_one_new_paragraph():
    old = text(a="# A\n\nBoth. {#A1 #A2}")
    new = text(a="# A\n\nBoth. {#A1}\n\nSecond. {#A2}")
    assert changed(old, new) == [(("A2",), "added")]
