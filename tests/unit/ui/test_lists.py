import pytest
from django.test import RequestFactory

from troth.ui.api import Column, arrange_columns, turn_page, with_query

COLUMNS = [Column(key="day", words="Day", sortable=True), Column(key="sum", words="Sum", number=True)]


def test_a_query_keeps_what_is_not_changed() -> None:
    request = RequestFactory().get("/?sort=day&page=3")
    assert with_query(request, page=4) == "?sort=day&page=4"
    assert with_query(request, page=None) == "?sort=day"


@pytest.mark.parametrize(
    ("query", "chosen", "state", "url"),
    [
        ("?sort=day", "day", "ascending", "?sort=-day"),
        ("?sort=-day&page=2", "-day", "descending", "?sort=day"),
        ("", "-day", "descending", "?sort=day"),
        ("?sort=sum", "-day", "descending", "?sort=day"),
        ("?sort=password", "-day", "descending", "?sort=day"),
    ],
)
def test_a_list_is_sorted_by_what_is_offered_and_nothing_else(query: str, chosen: str, state: str, url: str) -> None:
    columns, sort = arrange_columns(RequestFactory().get(f"/{query}"), COLUMNS, default="-day")
    assert (sort, columns[0].sorted, columns[0].url) == (chosen, state, url)
    assert columns[1].url == ""


@pytest.mark.parametrize(("query", "first"), [("", 0), ("?page=2", 10), ("?page=99", 20), ("?page=x", 0)])
def test_a_page_that_does_not_exist_becomes_the_nearest(query: str, first: int) -> None:
    assert next(iter(turn_page(RequestFactory().get(f"/{query}"), range(25), size=10))) == first
