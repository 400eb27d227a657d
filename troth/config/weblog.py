"""How the web log's programs are started here: the one place that knows both the operator's numbers and its folder."""

from troth.config.environment import Environment
from troth.kernel.operator import read_operator
from troth.weblog.api import Policy, run_collector, weblog_folder


def read_policy() -> Policy:
    """Return the operator's numbers for the web log."""
    numbers = read_operator().numbers
    return Policy(least=max(numbers.suppression_threshold, 10), address_days=numbers.weblog_address_days)


def collect(environment: Environment) -> None:
    """Gather visits until told to stop."""
    run_collector(weblog_folder(environment.data), read_policy())


def run_weblog(environment: Environment, arguments: list[str]) -> int:
    """Run a command of the web log; return its exit code."""
    from troth.weblog.cli import run

    folder = weblog_folder(environment.data)
    return run(arguments, folder=folder, policy=read_policy(), own_host=environment.site_host)
