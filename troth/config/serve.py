"""``troth serve``: web server, redirect from plain HTTP, workers with scheduler, the demo's mailbox, as one program."""

import fcntl
import gc
import os
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import TextIO

from troth.config.environment import Environment, read_environment
from troth.config.listening import require_free
from troth.config.log_file import put_away
from troth.config.setup import describe_authority, read_demo_sign_ins, set_up, tell
from troth.config.supervisor import Child, Supervisor, bind_to_parent
from troth.config.tls import ensure_tls
from troth.kernel.errors import NotConfigured
from troth.kernel.queues import Share
from troth.kernel.secrets import make_private_folder

LONGEST_START = 60.0
"""Seconds within which the web server must answer its first handshake."""

_SHARED_TEMPLATES = ("ui/base.jinja", "ui/components.jinja", "ui/forms.jinja", "ui/charts.jinja", "ui/marks.jinja")
"""What nearly every page is made of: compiled once for all children, as compiling takes more memory than its result."""

RENEWAL_INTERVAL = 12 * 3600.0
"""Seconds between two looks at the certificate's end."""


def serve(environment: Environment) -> int:
    """Set up, start everything, and hold it until told to stop; return the exit code.

    Raises NotConfigured where a port is taken or the place cannot be used.
    """
    started = monotonic()
    lock = hold_place(environment)
    for port, variable in list_ports(environment):
        require_free(environment.bind, port, variable=variable)
    _make_ready(environment)
    preload()
    supervisor = Supervisor()
    for child in list_children(environment, supervisor.life_line):
        supervisor.add(child)
    supervisor.start()
    try:
        _wait_until_ready(environment, supervisor)
        if not supervisor.stopping:
            _announce(environment, monotonic() - started)
        _hold(environment, supervisor)
    finally:
        supervisor.stop()
        lock.close()
    tell("Stopped.")
    return 0


def _make_ready(environment: Environment) -> None:
    """Set up; a new place first in a process of its own, so that the children do not carry what that work took."""
    if not (environment.secrets / "root").exists():
        life_read, life_write = os.pipe()
        maker = os.fork()
        if maker == 0:
            os.close(life_write)
            bind_to_parent(life_read)
            set_up(environment)
            raise SystemExit(0)
        os.close(life_read)
        code = os.waitstatus_to_exitcode(os.waitpid(maker, 0)[1])
        os.close(life_write)
        if code:
            raise SystemExit(code if code > 0 else 128 - code)
    set_up(environment)


def choose_log() -> None:
    """Let the log go into a file under the data folder, unless ``TROTH_LOG`` says where; before settings are read."""
    os.environ.setdefault("TROTH_LOG", str(read_environment().data / "logs" / "troth.log"))


def hold_place(environment: Environment) -> TextIO:
    """Return an open, locked file that keeps a second ``troth serve`` off the same data folder."""
    make_private_folder(environment.data)
    lock = (environment.data / "serve.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip()
        lock.close()
        raise NotConfigured(
            f"Another 'troth serve' (process {holder}) runs on {environment.data}. Choose another with TROTH_DATA."
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def list_ports(environment: Environment) -> list[tuple[int, str]]:
    """Return the ports that will be listened at, each with the variable that moves it."""
    from troth.config.standins import standin_ports

    ports = [environment.port, environment.redirect_port]
    if environment.demo:
        ports += [environment.mailbox_port, *standin_ports(environment)]
    return [(port, "TROTH_PORT") for port in ports]


def preload() -> None:
    """Import all that the children share, so that they share its memory and start in no time."""
    from django.conf import settings
    from django.db import connections
    from django.template import engines
    from django.urls import get_resolver
    from django.utils import translation

    import troth.config.web
    import troth.config.wsgi
    import troth.config.worker  # isort: skip

    troth.config.worker.load_tasks()
    _ = get_resolver().reverse_dict
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("Admin")
    for template in _SHARED_TEMPLATES:
        engines["jinja2"].get_template(template)
    connections.close_all()
    gc.collect()
    gc.freeze()


def list_children(environment: Environment, life_line: Callable[[], None]) -> list[Child]:
    """Return the programs to run here.

    Arguments:
        environment: the place to run.
        life_line: binds a process to the supervisor's life; for what the web server forks itself.
    """
    from troth.config.redirect import serve_redirects
    from troth.config.web import serve_web
    from troth.config.weblog import collect
    from troth.config.worker import run_worker
    from troth.support.api import read_door, serve_door

    children = [
        Child("web log", partial(collect, environment)),
        Child("web", lambda: serve_web(environment, prepare=life_line)),
        Child("redirect", lambda: serve_redirects(environment)),
        Child("worker", partial(run_worker, alone=True, share=Share.PROMPT)),
        Child(
            "long worker", partial(run_worker, alone=True, share=Share.LONG, scheduler=False, renews=True), renews=True
        ),
    ]
    if door := read_door(environment.mail_in_url):
        children.append(Child("mail intake", partial(serve_door, door)))
    if environment.demo:
        from troth.config.mailbox import serve_mailbox
        from troth.config.standins import run_standin

        children.insert(0, Child("mailbox", lambda: serve_mailbox(environment)))
        children += [Child(f"{kind} stand-in", partial(run_standin, environment, kind)) for kind in ("card", "parcel")]
    return children


def is_ready(environment: Environment) -> bool:
    """Return whether the web server shakes hands, and plain HTTP is answered beside it."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # only whether it speaks TLS; who it is, we made ourselves
    address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(environment.bind, environment.bind)  # noqa: S104
    with (
        suppress(OSError),
        socket.create_connection((address, environment.port), timeout=2) as plain,
        context.wrap_socket(plain, server_hostname=environment.site_host),
        socket.create_connection((address, environment.redirect_port), timeout=2),
    ):
        return True
    return False


def _wait_until_ready(environment: Environment, supervisor: Supervisor) -> None:
    deadline = monotonic() + LONGEST_START
    while not supervisor.stopping and not is_ready(environment):
        if fallen := supervisor.fallen:
            raise NotConfigured(f"The program '{fallen.name}' fell while it started; what it said stands above.")
        if monotonic() > deadline:
            raise NotConfigured(f"The web server did not answer within {LONGEST_START:.0f} seconds.")
        supervisor.watch(0.05)


def _hold(environment: Environment, supervisor: Supervisor) -> None:
    """Watch until told to stop; keep the log small, renew the certificate in time and start the web server anew."""
    looked = monotonic()
    while not supervisor.stopping:
        supervisor.watch(1.0)
        if environment.log is not None:
            put_away(environment.log)
        if monotonic() - looked > RENEWAL_INTERVAL:
            looked = monotonic()
            if ensure_tls(environment):
                supervisor.restart("web")


def _announce(environment: Environment, took: float) -> None:
    """Print where the site is, how to trust it, who can sign in, and where the mails go."""
    lines = [f"Ready in {took:.1f} seconds: {environment.site}/", ""]
    if authority := describe_authority(environment):
        lines += [*authority, ""]
    if people := read_demo_sign_ins(environment):
        lines += [*people, ""]
    if environment.demo:
        lines += [
            f"Mails of the demo, instead of being sent: {environment.site}/mailbox/",
            f"The invented card processor's own books: {environment.card_url}/control/",
        ]
    if environment.log is not None:
        lines += [f"Its log, in which no personal value stands: {environment.log}"]
    lines += ["Ctrl-C stops it."]
    for line in lines:
        print(line, flush=True)  # noqa: T201  this is the command's own voice
