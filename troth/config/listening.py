"""Who listens at a port: so that "the port is taken" can say by whom."""

import errno
import os
import socket
from pathlib import Path

from troth.kernel.errors import NotConfigured

_LISTENING = "0A"


def require_free(address: str, port: int, *, variable: str) -> None:
    """Return if nobody listens at the port; raise NotConfigured, naming who does where the system tells.

    Arguments:
        address: the address to listen at.
        port: the port.
        variable: the environment variable that moves it, for the message.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
            probe.listen(1)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                by = f" by {holder}" if (holder := find_holder(port)) else ""
                raise NotConfigured(f"Port {port} is taken{by}. Choose another with {variable}.") from None
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise NotConfigured(f"Port {port} at {address} cannot be used: {reason}.") from None


def find_holder(port: int) -> str:
    """Return the program that listens at the port, as ``name (process 123)``; empty where the system does not tell."""
    sockets = {f"socket:[{inode}]" for inode in _find_inodes(port)}
    if not sockets:
        return ""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(_read_link(entry) in sockets for entry in (process / "fd").iterdir()):
                return f"{(process / 'comm').read_text().strip()} (process {process.name})"
        except OSError:
            continue
    return ""


def _read_link(entry: Path) -> str:
    try:
        return str(entry.readlink())
    except OSError:
        return ""


def _find_inodes(port: int) -> set[str]:
    """Return the inodes of the sockets that listen at the port, from Linux's tables of sockets."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            columns = line.split()
            if columns[3] == _LISTENING and int(columns[1].rsplit(":", 1)[1], 16) == port:
                inodes.add(columns[9])
    return inodes
