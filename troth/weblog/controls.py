"""The checks of I1 to I3: they look at the files of the web log as they lie, and at those of a small invented site."""

from datetime import date, timedelta
from functools import partial
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models import GenericIPAddressField
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.kernel.ports import Control, Observation, Sabotage, controls
from troth.weblog import sabotages
from troth.weblog.attack import nightly
from troth.weblog.attack.attacking import read_table
from troth.weblog.attack.nightly import attack_plan
from troth.weblog.attack.simulating import Site
from troth.weblog.attack.verdicts import describe_outcomes, keep_verdict
from troth.weblog.counting import KINDS
from troth.weblog.looking import Seen, look_at
from troth.weblog.places import weblog_folder
from troth.weblog.probing import CANARY_ADDRESS, CANARY_REFERRER, in_child, with_probe
from troth.weblog.reports import QUESTIONS, ask
from troth.weblog.store import COLUMNS, Policy

ADDRESS_WORDS = {
    "ip",
    "ip_address",
    "remote_addr",
    "remote_address",
    "client_ip",
    "user_agent",
    "agent_string",
    "browser",
}
"""Names that a column of the accounts' side would bear if it held an address or what a browser calls itself."""


def _policy() -> Policy:
    numbers = read_operator().numbers
    return Policy(least=max(numbers.suppression_threshold, 10), address_days=numbers.weblog_address_days)


def _folder() -> Path:
    return weblog_folder(settings.ENVIRONMENT.data)


# -- I1: exactly these fields, cut, coarse, and gone in time -----------------------------------------------------------


def observe_files() -> Observation:
    """Look at every file of the web log, and at those that the collector makes of an invented site."""
    policy, today, folder = _policy(), clock.today(), _folder()
    seen = in_child(lambda: look_at(folder, policy, today=today))
    seen.add(with_probe(policy, partial(_look_at_probe, policy=policy)))
    return Observation(examined=seen.rows, failures=sorted(set(seen.faults)), evidence={"files": seen.files})


def _look_at_probe(folder: Path, site: Site, *, policy: Policy) -> Seen:
    last = date.fromtimestamp(site.visits[-1].at)  # noqa: DTZ012  only that the days of the probe are not old
    seen = look_at(folder, policy, today=last)
    found = {row[1] for row in read_table(folder, "dim")}
    seen.faults += [f"the field {kind} is not gathered" for kind in KINDS if kind not in found]
    return seen


# -- I2: the reports show what was -------------------------------------------------------------------------------------


def observe_reports() -> Observation:
    """Ask every report about an invented site, and compare its numbers with what really happened there."""
    policy = _policy()
    return with_probe(policy, _compare_reports)


def _compare_reports(folder: Path, site: Site) -> Observation:
    since, until = "2000-01-01", "2100-01-01"
    answer = ask(folder, list(QUESTIONS), since=since, until=until)
    failures = [f"the report {name} is empty" for name, rows in answer.items() if not rows and name != "members"]
    real = sum(1 for visit in site.visits if not visit.member)
    shown = sum(row[1] for row in answer["days"])
    if not real * 0.8 <= shown <= real:
        failures.append("the reports show another number of visits than there were")
    for kind in KINDS:
        total = sum(row[2] for row in answer["dims"] if row[0] == kind)
        if total != shown:
            failures.append(f"the report of {kind} does not count every visit once")
    return Observation(examined=len(answer) + len(KINDS), failures=failures, evidence={"visits": int(shown)})


# -- I3: joined to nobody ----------------------------------------------------------------------------------------------


def observe_apart() -> Observation:
    """Look for a member's visit in what is written, and for addresses and browsers in what is kept about clients."""
    failures = with_probe(_policy(), _find_canary)
    examined = 0
    for model in apps.get_models():
        for column in model._meta.get_fields():
            if not hasattr(column, "attname"):
                continue
            examined += 1
            if isinstance(column, GenericIPAddressField) or column.name in ADDRESS_WORDS:
                failures.append(f"{model._meta.label} has a column for an address or a browser")
    return Observation(examined=examined + len(COLUMNS), failures=failures, evidence={"columns": examined})


def _find_canary(folder: Path, _site: Site) -> list[str]:
    failures = []
    traces = (CANARY_ADDRESS.rpartition(".")[0], CANARY_REFERRER, "Canary", "rights:page")
    for table in COLUMNS.keys() - {"member"}:
        for row in read_table(folder, table):
            words = " ".join(map(str, row))
            if any(each in words for each in traces):
                failures.append(f"a visit that signed in stands in {table}")
                break
    return failures


def observe_unlinked() -> Observation:
    """Attack what the collector writes of an invented site; the usual layout must fall in the same run."""
    policy, seed = _policy(), clock.today().toordinal()
    found = in_child(lambda: describe_outcomes([attack_plan(plan, policy, seed=seed) for plan in nightly.PLANS]))
    keep_verdict(_folder(), found)
    failures, evidence, tried = [], {}, 0
    for site in found["sites"]:
        failures += [f"visits of a {site['kind']} site could be linked by {method}" for method in site["linked"]]
        if site["void"]:
            failures.append(f"the attacker of a {site['kind']} site was too weak: the run says nothing")
        evidence[f"naive, {site['kind']}"] = site["naive"]["right"]
        tried += sum(each["tried"] for each in site["scores"])
        for each in site["scores"]:
            evidence[f"{each['method']}, {site['kind']}"] = [each[key] for key in ("right", "low", "high", "chance")]
    return Observation(examined=tried, failures=failures, evidence=evidence)


def register() -> None:
    """Register the checks."""
    for control in CONTROLS:
        controls.register(control.key, control)


CONTROLS = (
    Control(
        key="weblog.files",
        clauses=("I1", "I3"),
        words=_("Every file of the web log holds the declared counts alone: cut, coarse, and gone in time."),
        observe=observe_files,
        sabotages=(
            Sabotage("join_key", _("A column that leads to an account is added."), sabotages.plant_join_key),
            Sabotage("user_id", _("The id of a user stands in a cell."), sabotages.plant_user_id),
            Sabotage("exact_time", _("A bucket tells the minute."), sabotages.plant_exact_time),
            Sabotage("small_bucket", _("A bucket holds three visits."), sabotages.plant_small_bucket),
            Sabotage("small_cell", _("The threshold of cells is taken away."), sabotages.show_all_cells),
            Sabotage("old_address", _("Networks are kept eight days longer."), sabotages.plant_old_network),
            Sabotage("open_file", _("A file of counts can be read by others."), sabotages.open_file),
            Sabotage("whole_address", _("Addresses are no longer cut."), sabotages.cut_nothing),
        ),
        every=timedelta(hours=6),
    ),
    Control(
        key="weblog.reports",
        clauses=("I2",),
        words=_("Every report of the web log answers, and its numbers are those of what happened."),
        observe=observe_reports,
        sabotages=(
            Sabotage("no_flow", _("The ways from page to page are no longer written."), sabotages.write_no_edges),
            Sabotage("doubled", _("Visits are counted twice."), sabotages.count_twice),
        ),
        every=timedelta(hours=6),
    ),
    Control(
        key="weblog.apart",
        clauses=("I3",),
        words=_(
            "A visit that signs in is in no table, and no table about clients has room for an address or a browser."
        ),
        observe=observe_apart,
        sabotages=(
            Sabotage("remembered", _("A visit that signs in is kept like any other."), sabotages.remember_members),
            Sabotage("column", _("A table about clients gets a column for addresses."), sabotages.add_address_column),
        ),
        every=timedelta(hours=6),
    ),
    Control(
        key="weblog.unlinked",
        clauses=("I3",),
        words=_("An attacker who holds all files of both sides links no visit to a client better than chance."),
        observe=observe_unlinked,
        sabotages=(
            Sabotage("naive", _("Members are kept, cells of one are shown."), sabotages.keep_everything),
            Sabotage("blind", _("The attacker is blinded, so that nothing could be found."), sabotages.blind_attacker),
        ),
        every=timedelta(days=1),
        figures="weblog:attack",
    ),
)
