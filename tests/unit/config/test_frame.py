"""The frame of the tests itself: its databases, its refusals."""

import socket

import pytest
from django.db import connections
from pytest_socket import SocketConnectBlockedError


@pytest.mark.django_db
def test_every_database_is_open_to_a_database_test() -> None:
    for alias in connections:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)


@pytest.mark.filterwarnings("ignore:A test tried to use socket")  # the refusal itself
def test_connection_beyond_loopback_is_refused() -> None:
    with socket.socket() as probe, pytest.raises(SocketConnectBlockedError):
        probe.connect(("192.0.2.1", 9))


def test_connection_to_loopback_is_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as probe:
        assert probe.getpeername() == server.getsockname()
