"""The guard fetches from the public internet and from nowhere else, in time and in bounds."""

import gzip
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from threading import Thread
from typing import Any

import httpcore2
import httpx2
import pytest

from outreach import fetching
from outreach.fetching import Address, Fetcher, is_public
from outreach.refusal import Refused

SECRET = "what only the inside may read"


class Page(BaseHTTPRequestHandler):
    """Answers by path, in all the ways in which a server can misbehave."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        name, _, rest = self.path.strip("/").partition("/")
        self.close_connection = True
        getattr(self, f"answer_{name}")(rest)

    def log_message(self, *_args: Any) -> None:
        """Keep the test's output clean."""

    def send(self, content: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def answer_file(self, _rest: str) -> None:
        self.send(b"[]", Content_Type="application/json")

    def answer_host(self, _rest: str) -> None:
        self.send(self.headers["Host"].encode())

    def answer_packed(self, _rest: str) -> None:
        self.send(gzip.compress(b"[1]"), Content_Encoding="gzip")

    def answer_odd(self, _rest: str) -> None:
        self.send(b"x", Content_Encoding="br")

    def answer_broken(self, _rest: str) -> None:
        self.send(b"no gzip at all", Content_Encoding="gzip")

    def answer_cut(self, rest: str) -> None:
        self.send(gzip.compress(b"[1, 2, 3]")[: int(rest)], Content_Encoding="gzip")

    def answer_longer(self, _rest: str) -> None:
        self.send(gzip.compress(b"[1]") + bytes(9), Content_Encoding="gzip")

    def answer_bomb(self, _rest: str) -> None:
        self.send(gzip.compress(bytes(64 * 2**20)), Content_Encoding="gzip")

    def answer_large(self, _rest: str) -> None:
        self.endless(bytes(2**20), 0)

    def answer_drip(self, _rest: str) -> None:
        self.endless(b".", 0.05)

    def endless(self, piece: bytes, pause: float) -> None:
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            for _ in range(200):
                self.wfile.write(piece)
                time.sleep(pause)
        except OSError:
            pass

    def answer_slow(self, _rest: str) -> None:
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for number in range(100):
                self.wfile.write(b"X-%d: y\r\n" % number)
                time.sleep(0.05)
        except OSError:
            pass

    def answer_missing(self, _rest: str) -> None:
        self.send(SECRET.encode(), 404)

    def answer_hop(self, rest: str) -> None:
        count = int(rest)
        self.send(b"", 302, Location=f"/hop/{count - 1}" if count > 1 else "/file")

    def answer_to(self, rest: str) -> None:
        self.send(b"", 302, Location=rest)


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def base(server: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def fetcher(server: ThreadingHTTPServer) -> Fetcher:
    """Return a fetcher that may reach this server on loopback, which no other one may."""
    return Fetcher(lambda _address: True, ports=[server.server_port])


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::ffff:0:7f00:1",
        "3fff::1",
        "5f00::1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::7f00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "2001:db8::1",
    ],
)
def test_what_is_not_public_in_every_reading_is_refused(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", ["8.8.8.8", "93.184.215.14", "2606:4700::1111"])
def test_what_is_public_is_not(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "0",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
    ],
)
def test_spellings_of_this_machine_are_refused(host: str) -> None:
    with pytest.raises(Refused):
        Fetcher().fetch(f"http://{host}/")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "fosdem.org",
        "file:///etc/passwd",
        "gopher://example.org",
        "ftp://example.org/x",
        "dict://example.org",
        "data:text/plain,x",
        "jar:http://example.org!/",
        "javascript:alert(1)",
        "http://",
        "http://good@127.0.0.1/",
        "http://user:secret@example.org/",
        "http://127.0.0.1\\@example.org/",
        "http://example.org:22/",
        "http://example.org:25/",
        "http://example.org:5432/",
        "http://example.org:99999/",
        "http://example.org/\r\nHost: inside",
        "http://exa\tmple.org/",
        "http://[broken/",
        "http://foo..org/",
        "http://.org/",
        "http://" + "x" * 64 + ".org/",
        "http://example.org/" + "x" * 2000,
    ],
)
def test_what_is_no_such_address_is_refused_before_any_name_is_resolved(text: str) -> None:
    def resolver(_host: str, _port: int) -> list[Address]:
        raise AssertionError("resolved")

    with pytest.raises(Refused):
        Fetcher(resolver=resolver).fetch(text)


def test_a_calendar_address_is_fetched_safely() -> None:
    assert Fetcher().checked("webcal://example.org/x.ics") == "https://example.org/x.ics"


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["93.184.215.14", "10.0.0.1"], []])
def test_a_name_with_one_inner_address_is_refused(answers: list[str]) -> None:
    fetcher = Fetcher(resolver=lambda _host, _port: [ip_address(text) for text in answers])
    with pytest.raises(Refused, match="cannot be fetched"):
        fetcher.fetch("http://example.org/")


def test_the_connection_goes_to_the_checked_address(server: ThreadingHTTPServer) -> None:
    """A name server that changes its answer after the check is not asked again."""
    asked: list[str] = []

    def resolver(host: str, _port: int) -> list[Address]:
        asked.append(host)
        return [ip_address("127.0.0.1" if len(asked) == 1 else "10.0.0.1")]

    port = server.server_port
    fetcher = Fetcher(lambda address: str(address) == "127.0.0.1", [port], resolver)
    fetched = fetcher.fetch(f"http://rebound.example:{port}/host")
    assert asked == ["rebound.example"]
    assert fetched.content == f"rebound.example:{port}".encode()


def test_a_file_comes_back_with_its_address(fetcher: Fetcher, base: str) -> None:
    fetched = fetcher.fetch(f" {base}/file ")
    assert (fetched.content, fetched.url) == (b"[]", f"{base}/file")


def test_a_packed_answer_is_unpacked(fetcher: Fetcher, base: str) -> None:
    assert fetcher.fetch(f"{base}/packed").content == b"[1]"


@pytest.mark.parametrize("length", [1, 10, 20, 28])
def test_a_packed_answer_that_was_cut_off_is_none(fetcher: Fetcher, base: str, length: int) -> None:
    """Cut JSON shows itself, a cut calendar or table does not."""
    with pytest.raises(Refused, match="cannot be fetched"):
        fetcher.fetch(f"{base}/cut/{length}")


def test_a_name_that_nobody_can_be_asked_for_is_refused() -> None:
    def resolver(_host: str, _port: int) -> list[Address]:
        raise UnicodeError("label empty or too long")

    with pytest.raises(Refused, match="cannot be fetched"):
        Fetcher(resolver=resolver).fetch("http://example.org/")


def test_five_redirects_are_followed_and_six_are_not(fetcher: Fetcher, base: str) -> None:
    assert fetcher.fetch(f"{base}/hop/5").content == b"[]"
    with pytest.raises(Refused, match="more than 5 times"):
        fetcher.fetch(f"{base}/hop/6")


@pytest.mark.parametrize("hop", [1, 3])
def test_every_hop_is_checked(server: ThreadingHTTPServer, base: str, hop: int) -> None:
    """Redirects lead to names; the last of them is an inner one."""
    port = server.server_port
    inner = f"http://inner.example:{port}/file"
    chain = inner
    for number in range(hop):
        chain = f"http://public{number}.example:{port}/to/{chain}"

    def resolver(host: str, _port: int) -> list[Address]:
        return [ip_address("10.0.0.1" if host == "inner.example" else "127.0.0.1")]

    fetcher = Fetcher(lambda address: str(address) == "127.0.0.1", [port], resolver)
    with pytest.raises(Refused, match="cannot be fetched"):
        fetcher.fetch(chain)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "http://127.0.0.1:22/", "//[broken"])
def test_a_redirect_to_no_such_address_is_refused(fetcher: Fetcher, base: str, target: str) -> None:
    with pytest.raises(Refused):
        fetcher.fetch(f"{base}/to/{target}")


def test_a_safe_connection_does_not_lead_to_an_open_one() -> None:
    with pytest.raises(Refused, match="safe connection"):
        Fetcher()._next(httpx2.URL("https://example.org"), "http://example.org/")


@pytest.mark.parametrize("path", ["drip", "slow"])
def test_a_slow_answer_ends_with_the_deadline(
    server: ThreadingHTTPServer, base: str, path: str
) -> None:
    fetcher = Fetcher(lambda _address: True, [server.server_port], seconds=0.5)
    with pytest.raises(Refused, match="longer than"):
        fetcher.fetch(f"{base}/{path}")


def test_a_slow_name_server_ends_with_the_deadline() -> None:
    def resolver(_host: str, _port: int) -> list[Address]:
        time.sleep(1)
        return []

    with pytest.raises(Refused, match="longer than"):
        Fetcher(resolver=resolver, seconds=0.1).fetch("http://example.org/")


@pytest.mark.parametrize("path", ["large", "bomb"])
def test_a_large_answer_is_stopped(fetcher: Fetcher, base: str, path: str) -> None:
    with pytest.raises(Refused, match="larger than 10 MB"):
        fetcher.fetch(f"{base}/{path}")


@pytest.mark.parametrize("path", ["missing", "odd", "broken", "longer"])
def test_a_refusal_holds_nothing_that_was_fetched(fetcher: Fetcher, base: str, path: str) -> None:
    with pytest.raises(Refused) as refused:
        fetcher.fetch(f"{base}/{path}")
    assert SECRET not in refused.value.sentence
    assert "127.0.0.1" not in refused.value.sentence


def test_a_closed_port_and_an_inner_address_sound_alike(base: str) -> None:
    def sentence(fetcher: Fetcher, address: str) -> str:
        with pytest.raises(Refused) as refused:
            fetcher.fetch(address)
        return refused.value.sentence

    closed = sentence(Fetcher(lambda _address: True, [1]), "http://127.0.0.1:1/")
    assert closed == sentence(Fetcher(), "http://127.0.0.1/")


def test_the_guard_sits_where_the_client_connects() -> None:
    """The pool is a private attribute of the client's transport: this fails when it moves."""
    transport = Fetcher()._transport(fetching._Deadline(1))
    assert isinstance(transport._pool, httpcore2.ConnectionPool)
    with httpx2.Client(transport=transport) as client, pytest.raises(Refused):
        client.get("http://127.0.0.1/")
