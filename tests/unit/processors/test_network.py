"""The second fence: connections open to the site itself and, inside the door, to the organisation's own hosts."""

import subprocess
import sys

from troth.processors.network import may_connect, speaking_to


def test_only_the_named_host_and_the_site_itself_may_be_spoken_to(settings):
    ours = ("127.0.0.1", settings.ENVIRONMENT.port)
    assert may_connect(ours)
    assert may_connect("/run/postgresql/.s.PGSQL.5432")
    assert not may_connect(("203.0.113.9", 443))
    with speaking_to(["203.0.113.9:443"]):
        assert may_connect(("203.0.113.9", 443))
        assert not may_connect(("203.0.113.9", 80))
        assert not may_connect(("203.0.113.10", 443))
    assert not may_connect(("203.0.113.9", 443))


PROGRAM = """
import socket, threading
import django; django.setup()
from troth.processors import network
counted = []
network._count = counted.append
network.install_fence()
server = socket.create_server(("127.0.0.1", 0)); port = server.getsockname()[1]
def tries():
    try:
        socket.create_connection(("localhost", port), timeout=2).close()
        return "open"
    except PermissionError:
        return "stopped"
print(tries())
with network.speaking_to([f"localhost:{port}"]): print(tries())
with network.speaking_to(["localhost:1"]): print(tries())
[t.join() for t in threading.enumerate() if t is not threading.current_thread()]
print(sorted(counted) == [f"127.0.0.1:{port}"] * 2)
"""


def test_in_the_serving_program_a_connection_past_the_door_is_stopped_and_counted():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["stopped", "open", "stopped", "True"]
