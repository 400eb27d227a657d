"""What a browser's own words mean: browser and major version, system, kind of device, or a robot.

A page is named by its route; another site by its host; nothing here returns the words themselves.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

ROBOTISH = re.compile(
    r"bot\b|bot[/;_-]|crawl|spider|slurp|scan|monitor|preview|fetch|curl|wget|python|perl|ruby|java/|go-http|okhttp|"
    r"libwww|httpclient|http-client|headless|phantom|scrapy|zgrab|masscan|nmap|nikto|feed|archiver|validator|axios|"
    r"node-fetch|facebookexternalhit|embedly|^-?$",
    re.IGNORECASE,
)
"""Words by which a robot names itself. Who names nothing at all is taken for one."""
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Described:
    """What a browser's words mean; ``robot`` is the robot's name, empty for a person's browser."""

    browser: str
    system: str
    device: str
    robot: str


def is_robotish(agent: str) -> bool:
    """Return whether the words name a robot, at first sight."""
    return bool(ROBOTISH.search(agent))


@lru_cache(maxsize=20_000)
def describe(agent: str) -> Described:
    """Return what the words mean; the package that knows is loaded when first asked."""
    import ua_parser

    found = ua_parser.parse(agent)
    browser, system = found.user_agent, found.os
    family = browser.family if browser else UNKNOWN
    robot = ""
    if (found.device and found.device.family == "Spider") or is_robotish(agent):
        robot = family if browser else "other"
    name = f"{family} {browser.major}" if browser and browser.major else family
    kind = system.family if system else UNKNOWN
    full = f"{kind} {system.major}" if system and system.major and kind not in {"Linux", "Ubuntu"} else kind
    return Described(browser=name, system=full, device=_name_device(agent, kind), robot=robot)


def _name_device(agent: str, system: str) -> str:
    if "iPad" in agent or "Tablet" in agent or (system == "Android" and "Mobile" not in agent):
        return "tablet"
    if "Mobi" in agent or system in {"Android", "iOS"}:
        return "phone"
    return "television" if "TV" in agent else "computer" if system != UNKNOWN else UNKNOWN
