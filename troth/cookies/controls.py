"""The checks of J1 to J6: they walk our own pages and look at the bytes and headers that leave."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from troth.cookies import sabotages
from troth.cookies.browsers import BROWSERS
from troth.cookies.privacy_signal import read_gpc_support
from troth.cookies.queries import count_removed_lately
from troth.cookies.register import HOST_PREFIX, Kind, declared
from troth.cookies.resources import Resource, is_own, list_css_resources, list_html_resources, resolve_address
from troth.kernel.crawl import Answer, SiteBrowser, crawl, fetch
from troth.kernel.ports import Control, Observation, Sabotage, controls

COOKIE_PAGE = "/cookies/"
STORES = ("document.cookie", "cookieStore", "localStorage", "sessionStorage", "indexedDB")
"""By these a script could keep something in a browser that no register shows."""

SIGNALS = ((None, False), ("1", True), ("0", False), ("0, 1", True), ("11", False), ("true", False), ("", False))
"""Values of ``Sec-GPC``, and whether each is the wish not to be tracked (W3C GPC, 3.2)."""


def _list_attributes(set_cookie: str) -> dict[str, str]:
    """Return the attributes of a ``Set-Cookie``, read apart from the guard: one mistake must not hide another."""
    pairs = (part.strip().partition("=") for part in set_cookie.split(";")[1:])
    return {name.lower(): value.lower() for name, _equals, value in pairs}


def _name_of(set_cookie: str) -> str:
    return set_cookie.split("=", 1)[0].strip()


# -- J1: only what is registered --------------------------------------------------------------------------------------


def observe_registered() -> Observation:
    """Look at each ``Set-Cookie`` of every public page: registered, and sealed off from scripts and other sites."""
    failures, examined, seen = [], 0, set()
    for answer in crawl():
        examined += 1
        for set_cookie in answer.set_cookies:
            name, attributes = _name_of(set_cookie), _list_attributes(set_cookie)
            seen.add(name)
            if name not in declared:
                failures.append(f"{answer.path} sets a cookie that is not in the register")
            if not name.startswith(HOST_PREFIX) or not {"secure", "httponly", "samesite", "path"} <= attributes.keys():
                failures.append(f"{answer.path} sets a cookie that lacks a safeguard")
    evidence = {
        "answers": examined,
        "cookies": sorted(seen & {c.name for c in declared}),
        "removed": count_removed_lately(),
    }
    return Observation(examined=examined, failures=failures, evidence=evidence)


# -- J2: a session cookie ends with the browser -----------------------------------------------------------------------


def observe_session_life() -> Observation:
    """Look at each session cookie that leaves: it carries neither Max-Age nor Expires."""
    failures, examined = [], 0
    for answer in crawl():
        for set_cookie in answer.set_cookies:
            cookie = declared.get(_name_of(set_cookie))
            if cookie is None or cookie.kind is not Kind.SESSION:
                continue
            examined += 1
            if {"max-age", "expires"} & _list_attributes(set_cookie).keys():
                failures.append(f"{answer.path} gives {cookie.name} a life beyond the browser's")
    return Observation(examined=examined, failures=failures)


# -- J3: a persistent cookie is asked for, and can be removed ---------------------------------------------------------


def observe_persistent() -> Observation:
    """Look that no visitor gets a persistent cookie unasked, and that the page tells how to remove one everywhere."""
    failures, examined = [], 0
    for answer in crawl():
        examined += 1
        staying = [each for each in answer.set_cookies if {"max-age", "expires"} & _list_attributes(each).keys()]
        failures += [f"{answer.path} gives a visitor a cookie that stays"] * len(staying)
    page = fetch(SiteBrowser(), COOKIE_PAGE).text
    for browser in BROWSERS:
        examined += 1
        start = page.find(f'id="remove-{browser.key}"')
        if start < 0 or page[start : page.find("</ol>", start)].count("<li>") < 2:
            failures.append(f"the cookie page does not say how to remove a cookie in {browser.name}")
    return Observation(examined=examined, failures=failures, evidence={"browsers": len(BROWSERS)})


# -- J5, J1: nothing of others, nothing that tracks -------------------------------------------------------------------


def observe_foreign() -> Observation:
    """Look at what each public page makes a browser fetch, run or send to: all of it is our own."""
    failures: list[str] = []
    browser, sheets, looked_at = SiteBrowser(), dict[str, Answer](), 0
    for answer in crawl():
        if not answer.is_html:
            continue
        page = settings.ENVIRONMENT.site + answer.path
        for resource in list_html_resources(answer.text):
            looked_at += 1
            failures.extend(_find_foreign(resource, page))
            path = _find_own_file(resource, page)
            if path and path not in sheets:
                sheets[path] = fetch(browser, path)
    for path, sheet in sheets.items():
        looked_at += 1
        failures.extend(_find_in_file(path, sheet))
    return Observation(examined=looked_at, failures=failures, evidence={"files": len(sheets)})


def _find_foreign(resource: Resource, page: str) -> Iterator[str]:
    where = urlsplit(page).path
    if resource.inline:
        yield f"{where} carries a {resource.kind} written into the page"
    elif not is_own(address := resolve_address(resource.address, page=page), site=settings.ENVIRONMENT.site):
        yield f"{where} names {urlsplit(address).netloc or 'something outside our pages'} in a {resource.kind}"


def _find_own_file(resource: Resource, page: str) -> str:
    """Return the path of a script or style sheet of ours that this resource names, or an empty string."""
    address = resolve_address(resource.address, page=page)
    path = urlsplit(address).path
    wanted = not resource.inline and is_own(address, site=settings.ENVIRONMENT.site)
    return path if wanted and path.endswith((".css", ".js")) else ""


def _find_in_file(path: str, file: Answer) -> Iterator[str]:
    if file.status != 200:
        yield f"{path} is named by a page, but is not there"
    elif path.endswith(".css"):
        for resource in list_css_resources(file.text):
            yield from _find_foreign(resource, settings.ENVIRONMENT.site + path)
    else:
        yield from (f"{path} uses {store}, which no register shows" for store in STORES if store in file.text)


# -- J5: the wish not to be tracked -----------------------------------------------------------------------------------


def observe_signal() -> Observation:
    """Ask with and without ``Sec-GPC``: the page says what was heard, and gpc.json no more than is proven."""
    failures = []
    for value, wanted in SIGNALS:
        headers = {} if value is None else {"Sec-GPC": value}
        answer = fetch(SiteBrowser(headers=headers), COOKIE_PAGE)
        if ('data-signal="heard"' in answer.text) is not wanted:
            failures.append(f"Sec-GPC: {value} was {'not ' if wanted else ''}heard")
        if "sec-gpc" not in answer.headers.get("vary", "").lower():
            failures.append("the cookie page may be mixed up by a cache: it does not vary by Sec-GPC")
    said = '"gpc": true' in fetch(SiteBrowser(), "/.well-known/gpc.json").text
    if said and not read_gpc_support().abides:
        failures.append("gpc.json claims what is not proven")
    return Observation(examined=len(SIGNALS) + 1, failures=failures)


# -- J6: the page is the register -------------------------------------------------------------------------------------


def observe_page() -> Observation:
    """Compare the cookies that the page names with those of the register, and with those that leave."""
    page = fetch(SiteBrowser(), COOKIE_PAGE).text
    shown = {part.split("<", 1)[0] for part in page.split('class="cookie-name">')[1:]}
    registered = {cookie.name for cookie in declared}
    leaving = {_name_of(set_cookie) for answer in crawl() for set_cookie in answer.set_cookies}
    failures = [f"the page does not name {name}" for name in sorted(registered - shown)]
    failures += ["the page names a cookie that is not in the register"] * len(shown - registered)
    failures += ["a cookie leaves that the page does not name"] * len(leaving - shown)
    return Observation(examined=len(shown | registered), failures=failures, evidence={"cookies": sorted(registered)})


def register() -> None:
    """Register the checks."""
    for control in _CONTROLS:
        controls.register(control.key, control)


_CONTROLS = (
    Control(
        key="cookies.registered",
        clauses=("J1",),
        words=_("Every cookie that any public page sets is in the register and cannot be read by scripts."),
        observe=observe_registered,
        sabotages=(
            Sabotage("by_hand", _("A cookie that is not registered is set after the guard."), sabotages.set_by_hand),
            Sabotage("unguarded", _("The guard is gone, and a page sets a cookie of its own."), sabotages.unguard),
            Sabotage("readable", _("A registered cookie can be read by scripts."), sabotages.open_to_scripts),
        ),
    ),
    Control(
        key="cookies.session_life",
        clauses=("J2",),
        words=_("No session cookie is given a life beyond the browser's."),
        observe=observe_session_life,
        sabotages=(
            Sabotage("a_year", _("A session cookie is given a year, and the guard is gone."), sabotages.give_a_year),
            Sabotage("expires", _("A date of expiry is put on a session cookie."), sabotages.put_expiry),
        ),
    ),
    Control(
        key="cookies.persistent",
        clauses=("J3",),
        words=_("No visitor gets a cookie that stays; the page says how to remove one in each browser."),
        observe=observe_persistent,
        sabotages=(
            Sabotage("unasked", _("A registered persistent cookie is set for everybody."), sabotages.set_unasked),
            Sabotage("no_help", _("The help for one browser is missing from the page."), sabotages.hide_help),
        ),
    ),
    Control(
        key="cookies.foreign",
        clauses=("J1", "J5"),
        words=_("No public page makes a browser fetch, run or send anything that is not our own."),
        observe=observe_foreign,
        sabotages=(
            Sabotage("pixel", _("A picture of another company is put on every page."), sabotages.add_pixel),
            Sabotage("script", _("A script of another company is put on every page."), sabotages.add_script),
            Sabotage("style", _("A style sheet loads a font from another company."), sabotages.add_font),
            Sabotage("inline", _("A script is written into a page."), sabotages.add_inline_script),
        ),
    ),
    Control(
        key="cookies.signal",
        clauses=("J5",),
        words=_("The wish not to be tracked (Sec-GPC) is heard exactly when it is sent."),
        observe=observe_signal,
        sabotages=(
            Sabotage("deaf", _("The signal is ignored."), sabotages.ignore_signal),
            Sabotage("overclaimed", _("gpc.json claims support while it is unproven."), sabotages.overclaim),
        ),
    ),
    Control(
        key="cookies.page",
        clauses=("J6",),
        words=_("The cookie page names exactly the cookies of the register, and none leaves that it does not name."),
        observe=observe_page,
        sabotages=(
            Sabotage("hidden", _("The page leaves a cookie out."), sabotages.hide_cookie),
            Sabotage("unnamed", _("A cookie leaves that the page does not name."), sabotages.set_by_hand),
        ),
    ),
)
