"""What the world's mail servers find when they look at our mail domain: SPF, DKIM, DMARC, and where bounces come back.

Large mailbox providers refuse mail to many whose domain does not pass (their rules for bulk senders ask for SPF, DKIM
and DMARC). So the domain is looked at before a run. It is advice and stops nobody: what the relay adds on its way, such
as the signature itself, cannot be seen from here.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from django.utils.translation import gettext as _

from troth.kernel.operator import read_operator
from troth.processors.api import Found, NameAnswer, ask_names, make_resolver, measure_signing_key

MOST_LOOKUPS = 10
"""Terms of an SPF record that ask further names (RFC 7208, 4.6.4)."""
_SHORTEST_KEY, _GOOD_KEY = 1024, 2048
"""Bits of an RSA key: receivers must not take fewer, and should have more (RFC 8301, 3.2)."""
type Ask = Callable[[str, str], NameAnswer]


class Level(StrEnum):
    """How a thing stands."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Arguments:
        name: what, such as ``SPF``.
        level: how it stands.
        words: what was found, one sentence.
        advice: what to do, where something is to be done.
    """

    name: str
    level: Level
    words: str
    advice: str = ""


def look_now() -> list[Finding]:
    """Ask the name servers of this machine, and return what was found."""
    try:
        resolver = make_resolver()
    except OSError:
        words = _("This machine has no name servers, so nothing is known.")
        return [Finding("DNS", Level.UNKNOWN, words, _("Look at the network of this machine, and ask again."))]
    return check_domain(partial(ask_names, resolver))


def check_domain(ask: Ask) -> list[Finding]:
    """Look at the domain of our mail; return what was found, in the order in which it should be mended.

    Arguments:
        ask: returns the records of a name and kind (``processors.ask_names``).
    """
    mail = read_operator().mail
    domain = mail.from_address.rpartition("@")[2].lower()
    first = ask(domain, "TXT")
    if first.found is Found.NO_ANSWER:
        words = _("No name server answered about %(domain)s, so nothing is known.") % {"domain": domain}
        return [Finding("DNS", Level.UNKNOWN, words, _("Look at the network of this machine, and ask again."))]
    return [
        *_check_spf(domain, first, ask),
        *_check_dkim(domain, mail.dkim_selector, ask),
        *_check_dmarc(domain, ask),
        *_check_return(domain, ask),
    ]


# -- SPF (RFC 7208) ---------------------------------------------------------------------------------------------------


def _check_spf(domain: str, answer: NameAnswer, ask: Ask) -> Iterator[Finding]:
    records = _pick_spf(answer)
    if len(records) != 1:
        words = (
            _("%(domain)s says by no SPF record which servers send its mail.")
            if not records
            else _("%(domain)s has more than one SPF record, so that none counts.")
        )
        advice = _("Publish one TXT record, such as “v=spf1 include:<the name that your relay tells you> -all”.")
        yield Finding("SPF", Level.BAD, words % {"domain": domain}, advice)
        return
    terms = records[0].lower().split()[1:]
    if any(term in ("all", "+all") for term in terms):
        yield Finding(
            "SPF", Level.BAD, _("The SPF record allows every server of the world."), _("End it with “-all” or “~all”.")
        )
    elif (count := _count_lookups(domain, ask, seen=set())) > MOST_LOOKUPS:
        yield Finding(
            "SPF",
            Level.BAD,
            _("The SPF record needs %(count)s further questions; receivers stop after %(most)s.")
            % {"count": count, "most": MOST_LOOKUPS},
            _("Take out the servers that send no mail any more."),
        )
    elif not any(term.endswith("all") or term.startswith("redirect=") for term in terms):
        yield Finding(
            "SPF", Level.WARN, _("The SPF record says nothing of other servers."), _("End it with “-all” or “~all”.")
        )
    else:
        yield Finding("SPF", Level.GOOD, _("The SPF record can be read. Look yourself that it names your relay."))


def _pick_spf(answer: NameAnswer) -> list[str]:
    return [text for text in answer.records if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")]


def _count_lookups(domain: str, ask: Ask, *, seen: set[str]) -> int:
    """Return how many terms ask further names, with those of the records that are included."""
    if domain in seen or len(seen) > MOST_LOOKUPS:
        return 0
    seen.add(domain)
    count = 0
    for text in _pick_spf(ask(domain, "TXT"))[:1]:
        for term in text.lower().split()[1:]:
            plain = term.lstrip("+-~?")
            if re.match(r"(include:|redirect=|exists:|a$|a[:/]|mx$|mx[:/]|ptr)", plain):
                count += 1
            if target := re.match(r"(?:include:|redirect=)([^%]+)$", plain):
                count += _count_lookups(target[1], ask, seen=seen)
    return count


# -- DKIM (RFC 6376) --------------------------------------------------------------------------------------------------


def _check_dkim(domain: str, selector: str, ask: Ask) -> Iterator[Finding]:
    if not selector:
        yield Finding(
            "DKIM",
            Level.WARN,
            _("Under which name your relay signs is not known here, so its key was not looked at."),
            _("Your relay tells you a selector; write it into operator.toml as dkim_selector."),
        )
        return
    name = f"{selector}._domainkey.{domain}"
    keys = [tags for text in ask(name, "TXT").records if (tags := _read_tags(text)) and "p" in tags]
    advice = _("Publish the key that your relay tells you, as a TXT record of that name.")
    if len(keys) != 1:
        words = _("There is no key at %(name)s.") if not keys else _("There is more than one key at %(name)s.")
        yield Finding("DKIM", Level.BAD, words % {"name": name}, advice)
        return
    tags, is_ed25519 = keys[0], keys[0].get("k") == "ed25519"
    bits = measure_signing_key(tags["p"], is_ed25519=is_ed25519)
    if not tags["p"]:
        yield Finding("DKIM", Level.BAD, _("The key at %(name)s was withdrawn.") % {"name": name}, advice)
    elif bits is None:
        yield Finding("DKIM", Level.BAD, _("The key at %(name)s cannot be read.") % {"name": name}, advice)
    elif not is_ed25519 and bits < _GOOD_KEY:
        level = Level.BAD if bits < _SHORTEST_KEY else Level.WARN
        words = _("The key at %(name)s has %(bits)s bits.") % {"name": name, "bits": bits}
        yield Finding("DKIM", level, words, _("Have your relay make one of 2048 bits."))
    else:
        yield Finding("DKIM", Level.GOOD, _("There is a key at %(name)s; your relay signs with it.") % {"name": name})


# -- DMARC (RFC 7489) -------------------------------------------------------------------------------------------------


def _check_dmarc(domain: str, ask: Ask) -> Iterator[Finding]:
    policies = _find_dmarc(domain, ask)
    if len(policies) != 1 or policies[0].get("p", "").lower() not in ("none", "quarantine", "reject"):
        words = (
            _("%(domain)s has no DMARC record.")
            if not policies
            else _("The DMARC record of %(domain)s cannot be used.")
        )
        advice = _("Publish a TXT record at _dmarc.%(domain)s, such as “v=DMARC1; p=none; rua=mailto:<your address>”.")
        yield Finding("DMARC", Level.BAD, words % {"domain": domain}, advice % {"domain": domain})
        return
    policy = policies[0]
    if policy["p"].lower() == "none":
        yield Finding(
            "DMARC",
            Level.WARN,
            _("The DMARC record asks receivers to let forged mail through."),
            _("Once the reports show that all your own mail passes, ask for “quarantine” and later for “reject”."),
        )
    elif "rua" not in policy:
        yield Finding(
            "DMARC",
            Level.WARN,
            _("The DMARC record names nobody who gets the reports."),
            _("Add “rua=mailto:<your address>”, so that you see what receivers refuse."),
        )
    else:
        yield Finding("DMARC", Level.GOOD, _("Receivers are told what to do with forged mail, and report to you."))


def _find_dmarc(domain: str, ask: Ask) -> list[Mapping[str, str]]:
    """Return the policies of the domain, or of the nearest one above it that has any."""
    labels = domain.split(".")
    for depth in range(max(1, len(labels) - 1)):
        answer = ask(f"_dmarc.{'.'.join(labels[depth:])}", "TXT")
        found: list[Mapping[str, str]] = [
            _read_tags(text) for text in answer.records if text.replace(" ", "").lower().startswith("v=dmarc1")
        ]
        if found:
            return found
    return []


def _read_tags(text: str) -> dict[str, str]:
    """Return the tags of a record, name → value without white space (RFC 6376, 3.2)."""
    parts = (part.partition("=") for part in text.split(";") if "=" in part)
    return {name.strip().lower(): "".join(value.split()) for name, _equals, value in parts}


# -- Where bounces and answers come back (RFC 5321, section 5) --------------------------------------------------------


def _check_return(domain: str, ask: Ask) -> Iterator[Finding]:
    answers = read_operator().contacts.support_email.rpartition("@")[2].lower()
    for name in dict.fromkeys((domain, answers)):
        yield _judge_return(name, ask)


def _judge_return(domain: str, ask: Ask) -> Finding:
    advice = _("Publish an MX record that names the server that takes your mail.")
    facts = {"domain": domain}
    hosts = [text.split()[-1].rstrip(".") for text in ask(domain, "MX").records]
    if hosts == [""]:
        words = _("%(domain)s says that it takes no mail, so that neither bounces nor answers come back.")
        return Finding("MX", Level.BAD, words % facts, advice)
    if not hosts:
        if _has_address(domain, ask):
            return Finding("MX", Level.WARN, _("%(domain)s has no MX record.") % facts, advice)
        words = _("No server takes mail for %(domain)s, so that neither bounces nor answers come back.")
        return Finding("MX", Level.BAD, words % facts, advice)
    lost = [host for host in hosts if not _has_address(host, ask)]
    if lost:
        words = _("The mail server %(host)s of %(domain)s has no address.") % {**facts, "host": lost[0]}
        return Finding("MX", Level.BAD if len(lost) == len(hosts) else Level.WARN, words, advice)
    return Finding("MX", Level.GOOD, _("%(domain)s takes mail, so that bounces and answers come back.") % facts)


def _has_address(host: str, ask: Ask) -> bool:
    return any(ask(host, kind).records for kind in ("A", "AAAA"))
