"""Fetches what an address names on the public internet, and nothing that lies inside ours."""

import re
import socket
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from ssl import SSLContext
from typing import Any

import httpcore2
import httpx2

from outreach.refusal import Refused

MOST_BYTES = 10 * 2**20
"""Of the decoded answer."""
MOST_SECONDS = 15.0
MOST_REDIRECTS = 5
PORTS = frozenset([80, 443, 8080, 8443])
LONGEST_ADDRESS = 2000

_NOT_FETCHED = "That address cannot be fetched from here."
_TOO_SLOW = f"The answer took longer than {MOST_SECONDS:.0f} seconds."
TOO_LARGE = f"The answer is larger than {MOST_BYTES // 2**20} MB."
_NOT_READ = "The answer is packed in a way that is not read here."
_HOST = re.compile(
    rb"(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}\.?|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*"
)
_HEADERS = {"Accept-Encoding": "gzip", "User-Agent": "Whereabouts"}
_REDIRECTS = frozenset([301, 302, 303, 307, 308])

# `is_global` of Python 3.11 lets these through. The IPv6 ones carry an IPv4 address inside:
# compatible, mapped, translated, NAT64, Teredo, 6to4; then what is for papers, for segment
# routing, for one site, for many at once.
_REFUSED_V4 = tuple(map(IPv4Network, ("192.0.0.0/24", "192.88.99.0/24", "224.0.0.0/4")))
_REFUSED_V6 = tuple(
    map(
        IPv6Network,
        ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48")
        + ("2001::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10", "ff00::/8"),
    )
)

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], list[Address]]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back: the decoded content and the address that it came from in the end."""

    content: bytes
    url: str


def is_public(address: Address) -> bool:
    """Tell whether an address lies on the public internet in every reading of it."""
    refused: Iterable[Any] = _REFUSED_V4 if address.version == 4 else _REFUSED_V6
    return address.is_global and not any(address in network for network in refused)


def resolve(host: str, port: int) -> list[Address]:
    """Return all addresses of a name, in every spelling that the system knows (0x7f.1)."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(str(entry[4][0]).partition("%")[0]) for entry in found))


@dataclass(frozen=True, slots=True)
class HostAnswer:
    """What a host answered to one question, whatever it was; the content is decoded."""

    status: int
    headers: httpx2.Headers
    content: bytes


class Fetcher:
    """Fetches by address behind the guard; the arguments exist for tests on loopback.

    A name is resolved once, every address of it is checked, and the connection goes to a
    checked one, so that a second answer of the name server changes nothing.
    """

    def __init__(
        self,
        allows: Callable[[Address], bool] = is_public,
        ports: Iterable[int] = PORTS,
        resolver: Resolve = resolve,
        seconds: float = MOST_SECONDS,
    ) -> None:
        self.allows = allows
        self.ports = frozenset(ports)
        self.resolver = resolver
        self.seconds = seconds

    def fetch(self, text: str) -> Fetched:
        """Fetch an address, redirects followed; refuses with a sentence without fetched words."""
        deadline = _Deadline(self.seconds)
        url = self.checked(text)
        try:
            for _hop in range(MOST_REDIRECTS + 1):
                answer = self._ask(url, deadline)
                if isinstance(answer, Fetched):
                    return answer
                url = self._next(url, answer)
        except (httpx2.TimeoutException, TimeoutError) as error:
            raise Refused(_TOO_SLOW if deadline.left() <= 0 else _NOT_FETCHED) from error
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, zlib.error) as error:
            raise Refused(_NOT_FETCHED) from error
        raise Refused(f"That address leads on more than {MOST_REDIRECTS} times.")

    def checked(self, text: str) -> httpx2.URL:
        """Return the address in the one reading that is used for checks and connection."""
        text = text.strip()
        if (
            not text
            or len(text) > LONGEST_ADDRESS
            or not text.isprintable()
            or set(text) & {"\\", " "}
        ):
            raise Refused("That is no web address.")
        if text[:9].lower() == "webcal://":
            text = f"https://{text[9:]}"
        try:
            url = httpx2.URL(text)
            port = url.port or (443 if url.scheme == "https" else 80)
        except (httpx2.InvalidURL, ValueError) as error:
            raise Refused("That is no web address.") from error
        if url.scheme not in ("http", "https") or not url.raw_host:
            raise Refused("A web address starts with http:// or https://.")
        if not _HOST.fullmatch(url.raw_host):
            raise Refused("That is no web address.")
        if url.userinfo or port not in self.ports:
            raise Refused(_NOT_FETCHED)
        return url

    def _next(self, url: httpx2.URL, location: str) -> httpx2.URL:
        try:
            following = self.checked(str(url.join(location)))
        except (httpx2.InvalidURL, ValueError) as error:
            raise Refused(_NOT_FETCHED) from error
        if url.scheme == "https" and following.scheme == "http":
            raise Refused("That address leads from a safe connection to an open one.")
        return following

    def _ask(self, url: httpx2.URL, deadline: "_Deadline") -> Fetched | str:
        """Ask once; return the answer, or where it leads."""
        with (
            httpx2.Client(transport=self._transport(deadline), trust_env=False) as client,
            client.stream("GET", url, headers=_HEADERS, timeout=deadline.left()) as response,
        ):
            location = response.headers.get("location")
            if response.status_code in _REDIRECTS and location:
                return str(location)
            if response.status_code != 200:
                raise Refused(f"That address answers with {response.status_code}, not with a file.")
            content = b"".join(_decoded(response, deadline))
            return Fetched(content, str(url))

    def _transport(self, deadline: "_Deadline") -> httpx2.HTTPTransport:
        """Build a transport whose connections all go through the guard."""
        transport = httpx2.HTTPTransport(verify=_trusted(), trust_env=False)
        transport._pool = httpcore2.ConnectionPool(
            ssl_context=_trusted(),
            network_backend=_GuardedBackend(self, deadline),
        )
        return transport

    def addresses(self, host: str, port: int, deadline: "_Deadline") -> list[Address]:
        """Resolve a name within the deadline; refuse it if one of its addresses is not public."""
        pool = ThreadPoolExecutor(1)
        try:
            found = pool.submit(self.resolver, host, port).result(deadline.left())
        except UnicodeError as error:  # a name that no name server could be asked for
            raise Refused(_NOT_FETCHED) from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        if not found or not all(map(self.allows, found)):
            raise Refused(_NOT_FETCHED)
        return found


class KeptConnection:
    """A connection kept for many questions, each with the fetcher's seconds for itself.

    It follows no redirect; `received` counts the bytes of all answers as they came.
    """

    def __init__(self, fetcher: Fetcher) -> None:
        self.received = 0
        self._fetcher = fetcher
        self._deadline = _Deadline(fetcher.seconds)
        self._client = httpx2.Client(transport=fetcher._transport(self._deadline), trust_env=False)

    def ask(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None = None
    ) -> HostAnswer:
        """Ask once; raises Refused of the guard and the bounds, httpx2's errors and OSError."""
        self._deadline.restart(self._fetcher.seconds)
        checked, headers = self._fetcher.checked(url), {**_HEADERS, **headers}
        left, stream = self._deadline.left(), self._client.stream
        with stream(method, checked, headers=headers, content=content, timeout=left) as response:
            body = b"".join(_decoded(response, self._deadline))
            self.received += response.num_bytes_downloaded + len(str(response.headers))
            return HostAnswer(response.status_code, response.headers, body)

    def close(self) -> None:
        """Hang up."""
        self._client.close()


@cache
def _trusted() -> SSLContext:
    """Load the certificates that are trusted, once: it takes a tenth of a second."""
    return httpx2.create_ssl_context(trust_env=False)


class _Deadline:
    """The instant by which a whole fetch must have ended."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def restart(self, seconds: float) -> None:
        """Begin again, for the next question on a kept connection."""
        self._ends = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left, none or more."""
        return max(0.0, self._ends - time.monotonic())

    def keep(self, timeout: float | None) -> float:
        """Shorten a timeout to what is left; end the fetch when nothing is."""
        left = self.left()
        if left <= 0:
            raise httpcore2.ReadTimeout
        return left if timeout is None else min(left, timeout)


class _GuardedBackend(httpcore2.SyncBackend):
    """Connects to a checked address of a name; the name stays in the TLS handshake."""

    def __init__(self, fetcher: Fetcher, deadline: _Deadline) -> None:
        self._fetcher = fetcher
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore2.NetworkStream:
        address, *_ = self._fetcher.addresses(host, port, self._deadline)
        stream = super().connect_tcp(
            str(address), port, self._deadline.keep(timeout), local_address, socket_options
        )
        return _TimedStream(stream, self._deadline)


class _TimedStream(httpcore2.NetworkStream):
    """Lets no single read or write outlive the fetch, however slowly bytes drip."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: _Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.keep(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.keep(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._deadline.keep(timeout))
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _decoded(response: httpx2.Response, deadline: _Deadline) -> Iterator[bytes]:
    """Give the content piece by piece, unpacked no further than the limit."""
    packing = response.headers.get("content-encoding", "identity").strip().lower()
    if packing not in ("identity", "", "gzip", "x-gzip"):
        raise Refused(_NOT_READ)
    unpack = zlib.decompressobj(wbits=31) if "gzip" in packing else None
    room = MOST_BYTES
    for packed in response.iter_raw():
        piece = unpack.decompress(packed, room + 1) if unpack else packed
        room -= len(piece)
        if room < 0:
            raise Refused(TOO_LARGE)
        if deadline.left() <= 0:
            raise Refused(_TOO_SLOW)
        if unpack and unpack.unused_data:  # it would be kept however long it goes on
            raise Refused(_NOT_READ)
        yield piece
    if unpack and not unpack.eof and response.num_bytes_downloaded:
        raise zlib.error("the packed answer was cut off")
