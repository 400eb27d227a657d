"""The checks of K1 and K2: every link of our own pages is read, and the way past the notice is walked."""

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.cookies import leaving_sabotages as sabotages
from troth.kernel.crawl import Answer, SiteBrowser, crawl
from troth.kernel.operator import read_operator
from troth.kernel.ports import Control, Observation, Sabotage, controls
from troth.ui.api import is_outgoing, leaving_url

EXAMPLE = "https://museum.example.org/visit?room=4"
OTHER = "https://archive.example.net/"
SAFE = {"noopener", "noreferrer"}


class _Links(HTMLParser):
    """Collects the links of one page with their attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what an anchor or an area says."""
        if tag in {"a", "area"}:
            self.found.append({name: value or "" for name, value in attrs})


def _list_links(answer: Answer) -> list[dict[str, str]]:
    reader = _Links()
    reader.feed(answer.text)
    return reader.found


def _find_faults(link: dict[str, str], notice: str) -> Iterator[str]:
    """Say what is wrong with one link of a page that is not the notice itself."""
    address = link.get("href", "")
    if is_outgoing(address):
        yield "names another site without the notice"
    elif urlsplit(address).path == notice:
        if "outgoing" not in link.get("class", "").split():
            yield "leads to another site and is not marked"
        if not set(link.get("rel", "").split()) >= SAFE:
            yield "leads to another site and could tell it where the reader came from"


def observe_links() -> Observation:
    """Read every link of every public page: no other site is named but past the notice, marked and silent."""
    notice = reverse("cookies:leaving")
    examined = ways = 0
    failures: list[str] = []
    for answer in crawl():
        if not answer.is_html or urlsplit(answer.path).path == notice:
            continue
        for link in _list_links(answer):
            examined += 1
            ways += urlsplit(link.get("href", "")).path == notice
            failures += [f"{answer.path}: a link {fault}" for fault in _find_faults(link, notice)]
    if not ways:
        failures.append("no page has a link to another site, so that nothing was shown")
    return Observation(examined=examined, failures=failures, evidence={"outgoing": ways})


def observe_notice() -> Observation:
    """Leave twice for one site and once for another, and once by a link that is not ours."""
    failures: list[str] = []
    browser = SiteBrowser()
    way = leaving_url(EXAMPLE)
    first = browser.get(way)
    text = first.content.decode()
    if first.status_code != 200 or EXAMPLE not in text:
        failures.append("the notice was not shown the first time")
    if read_operator().site not in text:
        failures.append("the notice does not say to which site the statement applies")
    failures += [
        "the notice's own link could tell where the reader came from"
        for link in _links_of(text)
        if is_outgoing(link["href"]) and not set(link.get("rel", "").split()) >= SAFE
    ]
    second = browser.get(way)
    if second.status_code != 303 or second.headers.get("Location") != EXAMPLE:
        failures.append("the notice was shown a second time, or led elsewhere")
    failures += [
        "the way out tells where the reader came from"
        for answer in (first, second)
        if answer.headers.get("Referrer-Policy") != "no-referrer"
    ]
    if browser.get(leaving_url(OTHER)).status_code != 200:
        failures.append("the notice for one site was taken for that of another")
    token = parse_qs(urlsplit(way).query)["to"][0]
    forged = (OTHER, token.replace("museum", "thieves"), token[:-1], "", "javascript:alert(1):x")
    for each in forged:
        answer = browser.get(reverse("cookies:leaving"), {"to": each})
        if answer.status_code < 400:
            failures.append("an address that we did not sign was gone to")
    return Observation(examined=4 + len(forged), failures=failures)


def _links_of(text: str) -> list[dict[str, str]]:
    reader = _Links()
    reader.feed(text)
    return [link for link in reader.found if "href" in link]


def register() -> None:
    """Register both."""
    for control in CONTROLS:
        controls.register(control.key, control)


CONTROLS = (
    Control(
        key="cookies.outgoing",
        clauses=("K1",),
        words=_("Every link to another site on a public page is marked, passes the notice, and tells nothing."),
        observe=observe_links,
        sabotages=(
            Sabotage("unmarked", _("A bare link to another site is put on every page."), sabotages.add_bare_link),
            Sabotage("protocol", _("A link to another site is written without its scheme."), sabotages.add_schemeless),
            Sabotage("talkative", _("The links lose what keeps them silent."), sabotages.drop_rel),
        ),
    ),
    Control(
        key="cookies.leaving",
        clauses=("K1", "K2"),
        words=_(
            "The notice is shown before the first leaving, says to what the statement applies, and cannot be abused."
        ),
        observe=observe_notice,
        sabotages=(
            Sabotage("anywhere", _("Any address is gone to."), sabotages.sign_nothing),
            Sabotage("skipped", _("The notice is skipped."), sabotages.skip_notice),
            Sabotage(
                "boundless", _("The notice no longer says to which site the statement applies."), sabotages.hide_site
            ),
            Sabotage("referrer", _("The other site is told where the reader came from."), sabotages.send_referrer),
        ),
    ),
)
