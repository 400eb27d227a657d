"""The plain-HTTP door: answers nothing but "come by HTTPS", and only for the site's own names (M1).

It reads at most one small request and hands nothing on: no path is logged, no application is behind it.
"""

import asyncio
import signal

from troth.config.environment import Environment

LARGEST_REQUEST = 8 * 1024
PATIENCE = 5.0
"""Seconds that a client has to say what it wants."""

LONGEST_TARGET = 2048


def serve_redirects(environment: Environment) -> None:
    """Answer until told to stop."""
    asyncio.run(_serve(environment))


async def _serve(environment: Environment) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(make_answer(head, environment))
                await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, environment.bind, environment.redirect_port, limit=LARGEST_REQUEST)
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with server:
        await stop.wait()


def make_answer(head: bytes, environment: Environment) -> bytes:
    """Return the whole answer to a request.

    Arguments:
        head: the request's line and headers, up to the empty line.
        environment: says which names are the site's and where HTTPS listens.

    A name that is not the site's is refused, so that nobody is sent elsewhere by a forged Host header. 308 keeps the
    method, so that a form posted here in clear is at least not turned into a GET that loses it in silence.
    """
    lines = head.decode("latin-1").split("\r\n")
    parts = lines[0].split(" ")
    hosts = [line[5:].strip() for line in lines[1:] if line[:5].lower() == "host:"]
    if len(parts) != 3 or len(hosts) != 1:
        return _close("400 Bad Request")
    name = hosts[0].rsplit(":", 1)[0] if not hosts[0].endswith("]") else hosts[0]
    if name.lower() not in {environment.site_host, "localhost", "127.0.0.1", "[::1]"}:
        return _close("421 Misdirected Request")
    target = parts[1] if _is_plain_path(parts[1]) else "/"
    return _close("308 Permanent Redirect", f"Location: {find_address(environment, name.lower())}{target}\r\n")


def _is_plain_path(target: str) -> bool:
    """Return whether the target is a path of this site, in characters that a header can carry."""
    plain = target.isascii() and target.isprintable() and len(target) <= LONGEST_TARGET
    return plain and target.startswith("/") and not target.startswith(("//", "/\\"))


def find_address(environment: Environment, name: str) -> str:
    """Return the HTTPS address of one of the site's names: the public one, or this port of this machine."""
    return environment.site if name == environment.site_host else f"https://{name}:{environment.port}"


def _close(status: str, header: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\n{header}Content-Length: 0\r\nConnection: close\r\n\r\n".encode("latin-1")
