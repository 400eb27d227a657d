"""``troth weblog``: import, networks, attack, collect."""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from troth.weblog.networks import NEWER, OWN_FILE
from troth.weblog.places import write_private
from troth.weblog.store import Policy, day_of

SOURCE = "RouteViews, NRO and IP to ASN Lite by DB-IP (CC BY 4.0)"

SAYS = {
    "above": "above chance in this sample, not in the next",
    "at_chance": "at chance, to five points",
    "undecided": "too few to tell from chance",
}


def run(arguments: Sequence[str], *, folder: Path, policy: Policy, own_host: str) -> int:
    """Run one of the commands; return the exit code.

    Arguments:
        arguments: the command's own.
        folder: the web log's.
        policy: the operator's numbers.
        own_host: the site's own host.
    """
    given = _parse(arguments)
    if given.command == "import":
        return _import(given, folder, policy, own_host)
    if given.command == "networks":
        return _networks(given, folder)
    if given.command == "attack":
        return _attack(given, folder, policy)
    from troth.weblog.collector import run_collector

    run_collector(folder, policy)
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="troth weblog")
    commands = parser.add_subparsers(dest="command", required=True)
    importing = commands.add_parser("import", help="count the visits of other servers' logs")
    importing.add_argument(
        "files", nargs="+", help="nginx, Apache, Caddy, IIS or JSON; plain, gzip or zstd; - for stdin"
    )
    importing.add_argument("--follow", action="store_true", help="wait for what is written to the end of the last file")
    importing.add_argument("--json", action="store_true", help="print the result as JSON")
    networks = commands.add_parser("networks", help="renew the table of internet providers and countries")
    networks.add_argument("--asn", nargs="+", type=Path, required=True, help="CSV files of ip-location-db's asn")
    networks.add_argument("--country", nargs="+", type=Path, required=True, help="CSV files of its asn-country")
    networks.add_argument("--day", type=date.fromisoformat, help="the day of the data; by default that of the file")
    networks.add_argument("--own", action="store_true", help="make the table that comes with the program")
    attacking = commands.add_parser("attack", help="try to link the visits of an invented site to its members")
    attacking.add_argument("--days", type=int, default=0, help="by default the small and the busy site of every night")
    attacking.add_argument("--sites", type=int, default=1, help="how many such sites")
    attacking.add_argument("--seed", type=int, default=1)
    attacking.add_argument("--visits", type=int, default=210, help="a day")
    attacking.add_argument("--members", type=int, default=60)
    attacking.add_argument("--json", action="store_true", help="print the scores as JSON")
    commands.add_parser("collect", help="run the collector alone")
    return parser.parse_args(arguments)


def _import(given: argparse.Namespace, folder: Path, policy: Policy, own_host: str) -> int:
    from troth.weblog.importing.running import Importer, Progress

    def tell(progress: Progress) -> None:
        rate = progress.lines / progress.seconds if progress.seconds else 0
        share = progress.read / progress.size if progress.size else 0
        left = f", {(1 / share - 1) * progress.seconds:.0f} s to go" if 0 < share < 1 else ""
        bar = f"[{'#' * int(share * 30):30}] " if 0 < share <= 1 else ""
        sys.stderr.write(f"\r{bar}{progress.lines:,} lines, {rate:,.0f} a second{left}   ")
        sys.stderr.flush()

    done = Importer(folder, policy, own_host=own_host, tell=tell).run(given.files, follow=given.follow)
    sys.stderr.write("\n")
    if given.json:
        sys.stdout.write(json.dumps({name: getattr(done, name) for name in Progress.__slots__}) + "\n")
        return 0
    sys.stdout.write(f"{done.lines:,} lines; {done.visits:,} visits of people on {done.days} days.\n")
    if done.malformed:
        sys.stdout.write(f"{done.malformed:,} lines fit no format, such as: {done.example}\n")
    for name in done.skipped:
        sys.stdout.write(f"{name}: everything in it was imported before.\n")
    sys.stdout.write("The log itself still holds whole addresses: keep it no longer than you must.\n")
    return 0


def _networks(given: argparse.Namespace, folder: Path) -> int:
    from troth.weblog.building_networks import build

    day = given.day or day_of(max(path.stat().st_mtime for path in given.asn))
    packed = build(asn=given.asn, country=given.country, day=str(day), source=SOURCE)
    path = OWN_FILE if given.own else folder / NEWER
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if given.own:
        path.write_bytes(packed)
    else:
        write_private(path, packed)
    sys.stdout.write(f"{len(packed):,} bytes of {day}.\n")
    return 0


def _attack(given: argparse.Namespace, folder: Path, policy: Policy) -> int:
    """Attack an invented site; 0 where no method beat chance, 1 where one did, 2 where the attacker was too weak."""
    from troth.weblog.attack.nightly import PLANS, Plan, attack_plan
    from troth.weblog.attack.verdicts import describe_outcomes, keep_verdict

    plans: Sequence[Plan] = PLANS
    if given.days:
        plans = [Plan("small", given.days, given.visits, given.members, given.sites)]
    outcomes = [attack_plan(plan, policy, seed=given.seed) for plan in plans]
    found = describe_outcomes(outcomes)
    keep_verdict(folder, found)
    if given.json:
        sys.stdout.write(json.dumps(found) + "\n")
    for outcome in outcomes if not given.json else ():
        sys.stdout.write(f"A {outcome.plan.name} site, {outcome.visits:,} visits:\n")
        for score in (outcome.naive, *outcome.scores):
            low, high = score.interval
            says = "LINKED" if score.method in outcome.linked else SAYS[score.finding] if score.tried else "not tried"
            sys.stdout.write(
                f"  {score.method:20} right {score.share:6.1%} [{low:6.1%}, {high:6.1%}] of {score.tried:5}, "
                f"chance {score.chance:6.1%}  {says if score is not outcome.naive else 'must work'}\n"
            )
    if any(outcome.is_void for outcome in outcomes):
        return 2
    return 1 if any(outcome.linked for outcome in outcomes) else 0
