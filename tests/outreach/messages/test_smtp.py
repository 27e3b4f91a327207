"""A mail server's answers are sorted: taken, later, never, and nothing it does raises."""

import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from outreach.messages import smtp
from outreach.messages.smtp import Later, MailConnection, MailServer, Never, Outcome, Sent
from outreach.messages.written import Written, as_mail
from tests.mail_servers import DIES, HOST, listening, serving
from tests.ports import find_port

NOW = datetime(2024, 7, 30, 12, 0, tzinfo=UTC)


def send(server: MailServer, to: str = "ada@example.org", fact: str = "fact") -> Outcome:
    mail = as_mail(Written("Hello", "Text\n"), server.sender, to, fact, server.own_name, NOW)
    with MailConnection(server) as line:
        return line.send(mail, to)


def test_a_mail_arrives_whole() -> None:
    with serving() as box:
        assert send(box.server()) == Sent()
    (mail,) = box.taken
    assert box.recipients == [["ada@example.org"]]
    assert mail["From"] == "Booth team <booth@where.example>"
    assert mail["To"] == "ada@example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].endswith("@where.example>")
    assert mail.get_content().splitlines() == ["Text"]


def test_one_connection_serves_many_and_survives_a_refusal() -> None:
    with serving() as box:
        box.rcpt = lambda address: "550 unknown" if address.startswith("eve") else "250 OK"
        server = box.server()
        with MailConnection(server) as line:
            for name, outcome in (("ada", Sent), ("eve", Never), ("bob", Sent)):
                to = f"{name}@example.org"
                mail = as_mail(Written("Hello", ""), server.sender, to, name, "where.example", NOW)
                assert isinstance(line.send(mail, to), outcome)
    assert box.recipients == [["ada@example.org"], ["bob@example.org"]]


@pytest.mark.parametrize(
    ("step", "answer", "outcome"),
    [
        ("rcpt", "450 greylisted", Later("The mail server said 450 greylisted")),
        ("rcpt", "550 no such user", Never("The mail server said 550 no such user", True)),
        ("rcpt", "421 too busy", Later("The mail server said 421 too busy", True)),
        ("data", "451 try again", Later("The mail server said 451 try again")),
        ("data", "554 spam", Never("The mail server said 554 spam")),
        ("data", "421 closing", Later("The mail server said 421 closing", True)),
        ("data", DIES, Later("The mail server ended the connection.", True)),
        ("sender", "550 not you", Later("The mail server said 550 not you", True)),
        ("sender", "451 not now", Later("The mail server said 451 not now", True)),
    ],
)
def test_refusals_are_sorted(step: str, answer: str, outcome: Outcome) -> None:
    with serving() as box:
        setattr(box, step, (lambda _address: answer) if step == "rcpt" else answer)
        assert send(box.server()) == outcome


def test_nobody_listens() -> None:
    server = MailServer(HOST, find_port(), "a@where.example", "a@where.example", safety="none")
    assert send(server) == Later("The mail server refused the connection.", True)


def _says_nothing(connection: socket.socket) -> None:
    connection.recv(1)


def _drips(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"2")
        time.sleep(0.05)


def _hangs_after_data(connection: socket.socket) -> None:
    for answer in (b"220 x\r\n", b"250 x\r\n", b"250 x\r\n", b"250 x\r\n", b"354 x\r\n"):
        connection.sendall(answer)
        connection.recv(4096)
    connection.recv(4096)
    time.sleep(60)


def _talks_nonsense(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def _is_closed(connection: socket.socket) -> None:
    connection.sendall(b"554 no mail here\r\n")


@pytest.mark.parametrize(
    "speak", [_says_nothing, _drips, _hangs_after_data, _talks_nonsense, _is_closed]
)
def test_a_server_that_is_none_holds_nobody_up(
    monkeypatch: pytest.MonkeyPatch, speak: Callable[[socket.socket], None]
) -> None:
    monkeypatch.setattr(smtp, "STEP_SECONDS", 0.3)
    monkeypatch.setattr(smtp, "MOST_SECONDS", 0.6)
    with listening(speak) as box:
        outcome = send(box.server())
    assert isinstance(outcome, Later)
    assert outcome.is_down
    assert outcome.trouble.startswith("The mail server ")


def test_without_tls_nothing_is_said_where_tls_is_wanted() -> None:
    with serving() as box:
        outcome = send(box.server("starttls", user="booth", password="canary4711"))
    assert isinstance(outcome, Later)
    assert outcome.is_down
    assert "STARTTLS" in outcome.trouble
    assert box.taken == []


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """Return a certificate that nobody signed but its owner, and a server's context with it."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("certificate")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return certificate, context


def test_a_certificate_that_nobody_trusts_is_refused(
    certified: tuple[Path, ssl.SSLContext],
) -> None:
    with serving(tls_context=certified[1]) as box:
        outcome = send(box.server("starttls"))
    assert isinstance(outcome, Later)
    assert "certificate verify failed" in outcome.trouble.lower()
    assert box.taken == []


def test_starttls_with_a_trusted_certificate(
    certified: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certified[0]))
    with serving(tls_context=certified[1], require_starttls=True) as box:
        assert send(box.server("starttls")) == Sent()


def test_an_address_with_other_letters_goes_out_where_the_server_takes_it() -> None:
    with serving() as box:
        assert send(box.server(), "jörg@example.org") == Sent()
    assert box.recipients == [["jörg@example.org"]]


def test_the_password_is_in_no_text() -> None:
    server = MailServer(HOST, 25, "a@b.example", "a@b.example", "booth", "canary4711")
    assert "canary4711" not in repr(server)


@pytest.mark.parametrize("wrong", ["Hi\r\nBcc: eve@example.org", "Hi\nBcc: eve@example.org"])
def test_a_header_with_a_line_break_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="linefeed|newline|header"):
        as_mail(Written(wrong, ""), "a@b.example", "ada@example.org", "f", "b.example", NOW)
    with pytest.raises(ValueError, match="linefeed|newline|header"):
        as_mail(Written("Hi", ""), "a@b.example", f"ada@example.org{wrong[2:]}", "f", "b", NOW)


def test_a_fact_has_one_name() -> None:
    with serving() as box:
        for fact in ("one", "one", "two"):
            send(box.server(), fact=fact)
    assert sorted(box.ids().values()) == [1, 2]
