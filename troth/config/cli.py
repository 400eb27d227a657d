"""The ``troth`` command: what must run before or without the settings is dispatched here, the rest is Django's."""

import argparse
import os
import resource
import sys
from collections.abc import Callable, Sequence

from troth.kernel.errors import NotConfigured, TrothError

OLDEST_PYTHON = (3, 12)

USAGE = """\
troth: a membership site whose privacy policy is run, not just published.

  troth serve             set up, and run web server, worker, scheduler and (in the demo) mailbox as one program
  troth setup             make keys, certificate, tables and static files; what stands is left alone
  troth web               run the web server alone
  troth worker            run worker and scheduler alone; --no-scheduler for every worker but one
  troth demo              wipe this demo's data and start afresh; asks for --yes
  troth weblog            import other servers' logs, renew the table of providers; see troth weblog --help
  troth backup            make a sealed backup; list, key: see troth backup --help
  troth restore FILE      bring a backup back into an empty place; see troth restore --help
  troth doctor            look whether everything is in order; --json for programs

  troth help              list all other commands
  troth <command> --help  say what a command takes

What differs between two places to run stands in the environment: TROTH_DATA, TROTH_PORT, TROTH_SITE, DATABASE_URL,
EMAIL_URL and the others that docs/operator names.
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit with its code; an error of the configuration is one line, without a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        sys.exit(run(given))
    except TrothError as error:
        words = " ".join(part for part in (error.message, error.kept, error.next_step) if part)
        for line in words.splitlines():
            print(f"troth: {line}", file=sys.stderr)  # noqa: T201
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output went away; Python would say so once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def run(arguments: list[str]) -> int:
    """Run the command; return its exit code."""
    if sys.version_info < OLDEST_PYTHON:
        found, wanted = (".".join(map(str, version[:2])) for version in (sys.version_info, OLDEST_PYTHON))
        raise NotConfigured(f"This is Python {found}; Troth needs {wanted} or later.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "troth.config.settings")
    forbid_core_dumps()
    name, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if name in ("", "-h", "--help"):
        print(USAGE)  # noqa: T201
        return 0
    if own := OWN_COMMANDS.get(name):
        return own(rest)
    return _run_django(arguments)


def forbid_core_dumps() -> None:
    """Let no crash of this process, or of one that it starts, write its memory to a disk: keys and values are in it."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _run_django(arguments: list[str]) -> int:
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db.utils import OperationalError

    try:
        execute_from_command_line(["troth", *arguments])
    except ImproperlyConfigured as error:
        raise NotConfigured(f"The settings cannot be read: {error}") from None
    except OperationalError as error:
        raise NotConfigured(f"The database cannot be used: {str(error).strip().splitlines()[0]}") from None
    return 0


def _parse(name: str, arguments: list[str], **flags: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"troth {name}")
    for flag, words in flags.items():
        parser.add_argument(f"--{flag.replace('_', '-')}", action="store_true", help=words)
    return parser.parse_args(arguments)


def _serve(arguments: list[str]) -> int:
    _parse("serve", arguments)
    from troth.config.environment import read_environment
    from troth.config.serve import choose_log, serve

    refuse_half_restored()
    choose_log()
    return serve(read_environment())


def _setup(arguments: list[str]) -> int:
    _parse("setup", arguments)
    from troth.config.environment import read_environment
    from troth.config.setup import describe_authority, set_up

    refuse_half_restored()
    environment = read_environment()
    set_up(environment)
    print("Everything stands.")  # noqa: T201
    for line in describe_authority(environment):
        print(line)  # noqa: T201
    return 0


def _web(arguments: list[str]) -> int:
    _parse("web", arguments)
    from troth.config.environment import read_environment
    from troth.config.listening import require_free
    from troth.config.web import serve_web

    refuse_half_restored()
    environment = read_environment()
    require_free(environment.bind, environment.port, variable="TROTH_PORT")
    serve_web(environment)
    return 0


def _worker(arguments: list[str]) -> int:
    given = _parse("worker", arguments, no_scheduler="leave the schedules to another worker")
    refuse_half_restored()
    import django

    django.setup()
    from troth.config.worker import run_worker

    run_worker(scheduler=not given.no_scheduler)
    return 0


def _demo(arguments: list[str]) -> int:
    given = _parse("demo", arguments, yes="really wipe all data of this demo")
    from troth.config.afresh import wipe_demo
    from troth.config.environment import read_environment
    from troth.config.setup import set_up

    environment = read_environment()
    wipe_demo(environment, confirmed=given.yes)
    set_up(environment)
    return 0


def _doctor(arguments: list[str]) -> int:
    given = _parse("doctor", arguments, json="print the findings as JSON")
    from troth.config.doctor import examine
    from troth.config.environment import read_environment

    return examine(read_environment(), as_json=given.json)


def _weblog(arguments: list[str]) -> int:
    import django

    django.setup()
    from troth.config.environment import read_environment
    from troth.config.weblog import run_weblog

    return run_weblog(read_environment(), arguments)


def _restore(arguments: list[str]) -> int:
    from troth.config.environment import read_environment
    from troth.config.restore import restore

    return restore(read_environment(), arguments)


def refuse_half_restored() -> None:
    """Let nothing serve, and nothing be set up, where a restore was begun and is not finished."""
    from troth.config.environment import read_environment
    from troth.config.restore import refuse_unfinished

    refuse_unfinished(read_environment())


OWN_COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "serve": _serve,
    "setup": _setup,
    "web": _web,
    "worker": _worker,
    "demo": _demo,
    "doctor": _doctor,
    "weblog": _weblog,
    "restore": _restore,
}
