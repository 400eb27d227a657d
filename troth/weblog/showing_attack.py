"""From the kept scores of the attack to what a page says of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from troth.ui.api import format_number, format_percent
from troth.weblog.attack.scoring import Finding


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One method: how it did, and what may be said of that."""

    method: str
    tried: int
    right: float
    low: float
    high: float
    chance: float
    says: str


@dataclass(frozen=True, slots=True)
class AttackedSite:
    """One kind of site.

    Arguments:
        title: what kind it was.
        naive: how the same attacker did on the usual layout.
        failure: what went wrong, or empty.
        rows: a method each.
    """

    title: str
    naive: str
    failure: str
    rows: Sequence[ScoreRow]


def show_attack(found: dict[str, Any]) -> list[AttackedSite]:
    """Return the last attack in words and figures."""
    return [_show_site(site) for site in found["sites"]]


def _show_site(site: dict[str, Any]) -> AttackedSite:
    numbers = {"visits": format_number(site["visits"]), "members": format_number(site["members"])}
    title = _("A small site, several times") if site["kind"] == "small" else _("A busy site")
    naive = _(
        "%(visits)s visits, %(members)s members. Where visits are kept with their exact times, as is usual,"
        " the same attacker was right in %(naive)s of its guesses."
    ) % (numbers | {"naive": format_percent(site["naive"]["right"])})
    failure = ""
    if site["void"]:
        failure = _("The attacker was too weak on the usual layout, so this run says nothing.")
    elif site["linked"]:
        failure = _("A link was found, and the promise is broken.")
    rows = [_show_score(score, linked=score["method"] in site["linked"]) for score in site["scores"]]
    return AttackedSite(title=title, naive=naive, failure=failure, rows=rows)


def _show_score(score: dict[str, Any], *, linked: bool) -> ScoreRow:
    given = {key: score[key] for key in ("tried", "right", "low", "high", "chance")}
    return ScoreRow(method=_name_method(score["method"]), says=_say(score, linked=linked), **given)


def _say(score: dict[str, Any], *, linked: bool) -> str:
    if linked:
        return _("visits could be linked")
    if not score["tried"]:
        return _("nothing could be guessed at")
    return {
        Finding.ABOVE: _("better than chance here, and not when tried again"),
        Finding.AT_CHANCE: _("no better than chance, to five points"),
    }.get(score["finding"], _("too few guesses to tell it from chance"))


def _name_method(method: str) -> str:
    return {
        "time and network": _("the hour, and the rarest network of it"),
        "repeated hours": _("the network that is seen again in the hours of signing in"),
        "order": _("the order in which rows lie"),
        "counts by browser": _("browsers counted more on days of signing in"),
        "counts by system": _("systems counted more on days of signing in"),
        "counts by provider": _("providers counted more on days of signing in"),
        "counts by entry": _("first pages counted more on days of signing in"),
        "rare path": _("the rarest ways of a day"),
    }.get(method, method)
