import socket

import pytest

from troth.config.listening import find_holder, require_free
from troth.kernel.errors import NotConfigured


def test_taken_port_is_named_with_who_has_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(NotConfigured, match=rf"Port {port} is taken by .*\(process \d+\)\. .* TROTH_PORT"):
            require_free("127.0.0.1", port, variable="TROTH_PORT")


def test_port_shared_by_its_listener_is_taken_too() -> None:
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as server, pytest.raises(NotConfigured, match="taken"):
        require_free("127.0.0.1", server.getsockname()[1], variable="TROTH_PORT")


def test_free_port_is_let_pass_and_left_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    require_free("127.0.0.1", port, variable="TROTH_PORT")
    require_free("127.0.0.1", port, variable="TROTH_PORT")
    assert find_holder(port) == ""


def test_address_of_another_machine_is_named() -> None:
    with pytest.raises(NotConfigured, match="cannot be used"):
        require_free("192.0.2.1", 8443, variable="TROTH_BIND")
