"""The second fence: in the serving program no connection opens to anybody but a machine of ours, or inside ``send``.

Python tells an audit hook of every connection before it is made (PEP 578). The hook lets through what stays on a socket
of this machine's file system, the databases, and, while ``speaking_to`` lasts, the hosts that it names. All else is
stopped, counted and told. The first fence is the contract on imports; this one stands where a library, or a later hand,
opens a connection that nobody meant.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

_hosts: ContextVar[frozenset[str]] = ContextVar("hosts", default=frozenset())


@contextmanager
def speaking_to(hosts: Sequence[str]) -> Iterator[None]:
    """Within the block these hosts (``host:port`` or host) may be spoken to."""
    token = _hosts.set(frozenset(hosts))
    try:
        yield
    finally:
        _hosts.reset(token)
