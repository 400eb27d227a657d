"""The web server: granian over WSGI, speaking TLS 1.3 and HTTP/2 by itself (M1)."""

import multiprocessing
from collections.abc import Callable, Iterable
from typing import Any

from troth.config.environment import Environment
from troth.config.proxies import Application, heed_proxies
from troth.config.tls import locate_tls
from troth.kernel.lanes import THREADS

LARGEST_HEADERS = 64 * 1024
"""Bytes of a request's headers; beyond it the server answers 431."""


def serve_web(environment: Environment, *, prepare: Callable[[], None] = lambda: None) -> None:
    """Answer requests until told to stop.

    Arguments:
        environment: the place to run.
        prepare: called in each worker before it takes requests.
    """
    from granian.constants import HTTPModes, Interfaces, SSLProtocols
    from granian.http import HTTP1Settings, HTTP2Settings
    from granian.log import LogLevels
    from granian.server import Server

    multiprocessing.set_start_method("fork", force=True)
    files = locate_tls(environment)

    def load() -> Application:
        prepare()
        from troth.processors.network import install_fence

        install_fence()
        return heed_proxies(load_application(), environment.proxies)

    Server(
        "troth.config.wsgi:application",
        address=environment.bind,
        port=environment.port,
        interface=Interfaces.WSGI,
        workers=environment.web_workers,
        blocking_threads=THREADS,
        http=HTTPModes.auto,
        http1_settings=HTTP1Settings(header_read_timeout=15_000, max_buffer_size=LARGEST_HEADERS),
        http2_settings=HTTP2Settings(max_headers_size=LARGEST_HEADERS, max_concurrent_streams=100),
        websockets=False,
        log_level=LogLevels.error,
        log_access=False,
        ssl_cert=files.certificate,
        ssl_key=files.key,
        ssl_protocol_min=SSLProtocols.tls13,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    ).serve(target_loader=load, wrap_loader=False)


def load_application() -> Application:
    """Return the program, with a Server header that says nothing: without one granian writes its name."""
    from troth.config.wsgi import application

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, ("Server", "")], *rest)

        return application(environ, start)

    return answer
