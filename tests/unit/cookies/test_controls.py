"""Each check is kept on the site as it stands, catches each of its sabotages, and is kept again after it."""

import pytest

from troth.cookies.controls import _CONTROLS
from troth.cookies.resources import Resource, is_own, list_css_resources, list_html_resources
from troth.kernel.ports import controls

pytestmark = pytest.mark.django_db

PAIRS = [(control, sabotage) for control in _CONTROLS for sabotage in control.sabotages]


@pytest.mark.parametrize("control", _CONTROLS, ids=lambda control: control.key)
def test_a_check_looks_at_something_and_is_kept(control):
    seen = control.observe()
    assert seen.failures == []
    assert seen.examined > 0
    assert controls.get(control.key) is control


@pytest.mark.parametrize(("control", "sabotage"), PAIRS, ids=lambda each: each.key)
def test_a_sabotage_is_caught_and_leaves_nothing(control, sabotage):
    with sabotage.breach():
        during = control.observe()
    assert during.failures
    assert control.observe().failures == []


def test_what_a_page_fetches_is_found_wherever_it_is_named():
    html = """
      <html><head><link rel="stylesheet" href="/a.css"><script src="b.js"></script><base href="/x/">
      <meta http-equiv="refresh" content="3; url=https://example.net/"></head>
      <body style="background: url(c.png)" onload="go()"><a href="https://example.org/">a link is no resource</a>
      <img src="d.png" srcset="e.png 1x, f.png 2x"><video poster="g.png"></video><object data="h"></object>
      <svg><use href="#i"/><image xlink:href="j.png"/></svg><form action="https://example.com/k"></form>
      <style>@import "l.css";</style><script>m()</script></body></html>
    """
    found = list_html_resources(html)
    addresses = {resource.address for resource in found if not resource.inline}
    assert addresses >= {"/a.css", "b.js", "/x/", "https://example.net/", "c.png", "d.png", "e.png", "f.png", "g.png"}
    assert addresses >= {"h", "#i", "j.png", "https://example.com/k"}
    assert "https://example.org/" not in addresses
    assert [resource.kind for resource in found if resource.inline].count("script") == 2
    assert [resource.kind for resource in found if resource.inline].count("style") == 2


def test_what_a_style_sheet_fetches_is_found():
    css = "/* url(no.png) */ @import 'a.css'; @import url(b.css); p { background: URL( \"c.png\" ) }"
    assert list(list_css_resources(css)) == [
        Resource("css", "a.css"),
        Resource("css", "b.css"),
        Resource("css", "c.png"),
    ]


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("https://troth.localhost:8443/a", True),
        ("https://TROTH.localhost:8443/a", True),
        ("https://troth.localhost/a", False),
        ("http://troth.localhost:8443/a", False),
        ("https://troth.localhost:8443@example.net/a", False),
        ("https://troth.localhost.example.net:8443/a", False),
        ("data:text/javascript,1", False),
    ],
)
def test_only_the_very_same_origin_is_our_own(address, own):
    assert is_own(address, site="https://troth.localhost:8443") is own
