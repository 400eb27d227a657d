"""A real name server on loopback for the tests: it answers by UDP what it was given, and nothing else."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from dns.resolver import Resolver

type Zone = Mapping[tuple[str, str], list[str]]


@contextmanager
def run_name_server(zone: Zone) -> Iterator[Resolver]:
    """Answer questions while the block lasts; yield a resolver that asks nobody else.

    Arguments:
        zone: name and kind, such as ``("example.org", "MX")`` → its records as a zone file writes them.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        threading.Thread(target=_answer, args=(server, zone), daemon=True).start()
        resolver = Resolver(configure=False)
        resolver.nameservers = ["127.0.0.1"]
        resolver.port = server.getsockname()[1]
        yield resolver


def _answer(server: socket.socket, zone: Zone) -> None:
    names = {name for name, _kind in zone}
    while True:
        try:
            asked, sender = server.recvfrom(4096)
        except OSError:
            return
        question = dns.message.from_wire(asked)
        name, kind = question.question[0].name, dns.rdatatype.to_text(question.question[0].rdtype)
        plain = name.to_text(omit_final_dot=True)
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.RA
        if records := zone.get((plain, kind)):
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *records))
        elif plain not in names:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        server.sendto(answer.to_wire(), sender)
