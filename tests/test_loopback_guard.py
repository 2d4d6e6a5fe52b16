"""Tests reach loopback and nothing else, in this process and in those that they start."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

OUTSIDE = "192.0.2.1"  # reserved for documentation, RFC 5737


def test_nothing_outside_is_reached() -> None:
    with socket.socket() as outside, pytest.raises(PermissionError, match="no socket but loopback"):
        outside.connect((OUTSIDE, 80))
    with pytest.raises(PermissionError, match=r"example\.org"):
        socket.getaddrinfo("example.org", 80)


def test_nor_by_another_process() -> None:
    code = f"import socket; socket.create_connection(({OUTSIDE!r}, 80), timeout=1)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert "tests open no socket but loopback" in run.stderr


def test_loopback_is_reached() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        with socket.create_connection(server.getsockname(), timeout=5) as client:
            assert client.getpeername() == server.getsockname()
