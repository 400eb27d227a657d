"""The checks of M1, M3 and M4: how our pages travel, what they claim, and how to reach us about security."""

import re
import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape

from django.conf import settings
from django.test import Client
from django.utils.translation import gettext_lazy as _

from troth.config import site_sabotages as sabotages
from troth.config.handshakes import list_handshakes
from troth.kernel import clock
from troth.kernel.crawl import Answer, SiteBrowser, crawl, fetch
from troth.kernel.ports import Control, Observation, Sabotage, controls

A_YEAR = timedelta(days=365)

CLAIM = re.compile(
    r"(100|hundred|hundert)\s*(%|per ?cent|prozent)\w*\s*(secure|safe|sicher)"
    r"|\b(completely|totally|absolutely|perfectly|wholly|vollkommen|völlig|absolut)\s+(secure|safe|sicher)"
    r"|\b(unhackable|unbreakable|bulletproof|military.grade|unknackbar)\b",
    re.IGNORECASE,
)
DENIAL = re.compile(r"\b(no|not|never|none|nobody|nothing|cannot|kein\w*|nicht|nie|niemand)\b", re.IGNORECASE)


# -- M1: encrypted on the way -----------------------------------------------------------------------------------------


def observe_headers() -> Observation:
    """Look at every public answer: it binds the browser to encryption, and trusts nobody else's script."""
    failures, examined = [], 0
    for answer in crawl():
        examined += 1
        failures += [f"{answer.path} {words}" for words in _find_header_faults(answer)]
        if _answers_in_clear(answer.path):
            failures.append(f"{answer.path} is answered without encryption")
    return Observation(examined=examined, failures=failures)


def _find_header_faults(answer: Answer) -> Iterator[str]:
    life = re.search(r"max-age=(\d+)", answer.headers.get("strict-transport-security", ""))
    if not life or timedelta(seconds=int(life[1])) < A_YEAR:
        yield "does not bind the browser to encryption for a year"
    policy = answer.headers.get("content-security-policy", "")
    if "default-src 'none'" not in policy or "unsafe" in policy or "frame-ancestors 'none'" not in policy:
        yield "lets more run than our own scripts"
    if answer.headers.get("x-content-type-options") != "nosniff":
        yield "lets the browser guess what a file is"
    if answer.headers.get("referrer-policy") != "same-origin":
        yield "tells other sites where the reader came from"


def _answers_in_clear(path: str) -> bool:
    """Ask for the page without encryption; anything but an empty redirect to the encrypted page is an answer."""
    host = settings.ENVIRONMENT.site_host
    response = Client(headers={"host": host}).get(path)
    led_away = response.status_code in {301, 308} and response.headers["Location"].startswith(f"https://{host}/")
    return not led_away or bool(response.content)


def observe_handshakes() -> Observation:
    """Shake hands with the running server in each version: the modern ones only. No server, nothing examined."""
    shaken = list(list_handshakes())
    failures = [
        f"{each.words}: {'accepted' if each.accepted else 'refused'}" for each in shaken if not each.as_promised
    ]
    return Observation(examined=len(shaken), failures=failures, evidence={each.key: each.accepted for each in shaken})


# -- M3: no claim of perfection ---------------------------------------------------------------------------------------


def observe_claims() -> Observation:
    """Read every public page for a claim that no method can keep, and security.txt for its date."""
    failures, examined = [], 0
    for answer in crawl():
        if answer.is_html:
            examined += 1
            failures += [f"{answer.path} claims “{claim}”" for claim in find_claims(read_sentences(answer.text))]
    failures += _find_security_text_faults(fetch(SiteBrowser(), "/.well-known/security.txt").text)
    return Observation(examined=examined + 1, failures=failures)


def read_sentences(html: str) -> list[str]:
    """Return the sentences of a page, its tags taken off."""
    text = unescape(re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL))
    return re.split(r"(?<=[.!?:;])\s+", re.sub(r"\s+", " ", text))


def find_claims(sentences: list[str]) -> list[str]:
    """Return the claims of perfect security among the sentences; one that denies it is none."""
    return [match[0] for each in sentences if (match := CLAIM.search(each)) and not DENIAL.search(each)]


def _find_security_text_faults(text: str) -> Iterator[str]:
    fields = [line.split(": ", 1) for line in text.splitlines() if ": " in line]
    expires = [value for name, value in fields if name == "Expires"]
    if not any(name == "Contact" for name, _value in fields):
        yield "security.txt names nobody to write to"
    if len(expires) != 1 or not clock.now() < datetime.fromisoformat(expires[0]) < clock.now() + timedelta(days=366):
        yield "security.txt has run out, or is dated wrongly"


# -- M4: whom to ask --------------------------------------------------------------------------------------------------


def observe_contacts() -> Observation:
    """Compare the security page with the operator's file: the address and the number of the file, and none other."""
    with (settings.ENVIRONMENT.operator / "operator.toml").open("rb") as file:
        contacts = tomllib.load(file)["contacts"]
    page = fetch(SiteBrowser(), "/security/").text
    main = page[page.find("<main") : page.find("</main>")]
    mails = set(re.findall(r'href="mailto:([^"]+)"', main))
    digits = {re.sub(r"\D", "", number) for number in re.findall(r'href="tel:([^"]+)"', main)}
    failures = []
    if mails != {contacts["information_email"]}:
        failures.append("the security page does not give the operator's address, or gives another")
    if len(digits) != 1 or not next(iter(digits)).endswith(
        re.sub(r"\D", "", contacts["security_telephone"]).lstrip("0")
    ):
        failures.append("the security page does not give the operator's number, or gives another")
    if contacts["security_telephone"] not in unescape(main):
        failures.append("the security page does not show the operator's number as it is written")
    return Observation(examined=len(mails) + len(digits), failures=failures)


def register() -> None:
    """Register the checks."""
    for control in CONTROLS:
        controls.register(control.key, control)


CONTROLS = (
    Control(
        key="config.headers",
        clauses=("M1",),
        words=_("Every public page binds the browser to encryption, and none is answered without it."),
        observe=observe_headers,
        sabotages=(
            Sabotage("unbound", _("The word that binds the browser to encryption is lost."), sabotages.drop_hsts),
            Sabotage("in_clear", _("Pages are answered without encryption."), sabotages.answer_in_clear),
            Sabotage("loose", _("Scripts written into a page may run."), sabotages.loosen_policy),
        ),
    ),
    Control(
        key="config.handshakes",
        clauses=("M1",),
        words=_("The running server shakes hands in TLS 1.2 and 1.3 only, with a certificate that fits."),
        observe=observe_handshakes,
        sabotages=(
            Sabotage(
                "old", _("A server that accepts broken versions stands in its place."), sabotages.serve_old_versions
            ),
        ),
    ),
    Control(
        key="config.claims",
        clauses=("M3",),
        words=_("No public page claims perfect security; security.txt names whom to write to, and is in date."),
        observe=observe_claims,
        sabotages=(
            Sabotage("boast", _("A page claims perfect security."), sabotages.boast),
            Sabotage("expired", _("security.txt has run out."), sabotages.let_security_text_expire),
        ),
    ),
    Control(
        key="config.contacts",
        clauses=("M4",),
        words=_("The security page gives the address and the number of the operator's file."),
        observe=observe_contacts,
        sabotages=(
            Sabotage("other_number", _("The page shows another number."), sabotages.show_other_number),
            Sabotage("no_address", _("The page's address leads nowhere."), sabotages.break_address),
        ),
    ),
)
