"""Keeps tests on this machine: sockets reach loopback and local sockets, names are not resolved."""

import ipaddress
import socket
from typing import Any

import pytest

LOCAL_NAMES = {"localhost", "localhost.localdomain", "ip6-localhost", ""}


class NetworkUsed(RuntimeError):
    """A test tried to reach another machine."""


def block(patch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that would leave this machine."""
    connect, connect_ex, sendto = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.socket.sendto,
    )
    resolve = socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _check(self, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _check(self, address)
        return connect_ex(self, address)

    def guarded_sendto(self: socket.socket, *arguments: Any) -> int:
        _check(self, arguments[-1])
        return sendto(self, *arguments)

    def guarded_resolve(host: Any, *arguments: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host or ""
        if name not in LOCAL_NAMES and not _is_address(name):
            raise socket.gaierror(socket.EAI_NONAME, "tests resolve no names")
        return resolve(host, *arguments, **named)

    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    patch.setattr(socket.socket, "sendto", guarded_sendto)
    patch.setattr(socket, "getaddrinfo", guarded_resolve)


def _check(used: socket.socket, address: Any) -> None:
    if used.family not in (socket.AF_INET, socket.AF_INET6):
        return
    host = address[0]
    if host in LOCAL_NAMES or (_is_address(host) and _is_loopback(host)):
        return
    used.close()  # the caller expects OSError only, and would leave it open
    raise NetworkUsed(f"a test tried to connect to {host}; tests stay on this machine")


def _is_address(name: str) -> bool:
    """Say whether the name is an IP address, in one of the old spellings too (0x7f.1)."""
    return ":" in name or name.replace(".", "").isdigit() or name.lower().startswith("0x")


def _is_loopback(name: str) -> bool:
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback
