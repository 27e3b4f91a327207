"""Mail servers on loopback for tests: one that takes mail, and what real ones do wrong."""

import contextlib
import email
import email.policy
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from outreach.messages.smtp import MailServer, Safety
from tests.ports import find_port

HOST = "127.0.0.1"
DIES = "dies"
"""An answer that is none: the server takes the mail and is gone before it says so."""


@dataclass
class Box:
    """What a server was handed, and what it is to answer."""

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    rcpt: Callable[[str], str] = lambda _address: "250 OK"
    sender: str = "250 OK"
    data: str = "250 OK"

    def server(self, safety: Safety = "none", **more: str) -> MailServer:
        """Return it as the settings name it."""
        return MailServer(
            HOST, self.port, "Booth team <booth@where.example>", "booth@where.example",
            safety=safety, **more,
        )  # fmt: skip

    def ids(self) -> Counter[str]:
        """Count the mails that were taken by their Message-ID."""
        return Counter(str(mail["Message-ID"]) for mail in self.taken)

    async def handle_MAIL(  # noqa: N802 - named by the library
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer whether the sender may send."""
        if self.sender.startswith("2"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return self.sender

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer whether the address is known."""
        answer = self.rcpt(address)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return answer

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Take the mail, and answer."""
        if self.data.startswith("2") or self.data == DIES:
            content: Any = envelope.content
            parsed = email.message_from_bytes(content, policy=email.policy.default)
            self.taken.append(parsed)  # type: ignore[arg-type]
            self.recipients.append(list(envelope.rcpt_tos))
        if self.data == DIES:
            assert server.transport is not None
            server.transport.abort()
        return "250 OK" if self.data == DIES else self.data


@contextlib.contextmanager
def serving(**controller: Any) -> Iterator[Box]:
    """Serve a box until the end of the block."""
    box = Box()
    control = Controller(box, hostname=HOST, port=find_port(), enable_SMTPUTF8=True, **controller)
    control.start()
    box.port = control.port
    try:
        yield box
    finally:
        control.stop()


@contextlib.contextmanager
def listening(speak: Callable[[socket.socket], None]) -> Iterator[Box]:
    """Serve what is no mail server: `speak` has each connection, in a thread."""
    ears = socket.create_server((HOST, 0))
    opened: list[socket.socket] = []

    def answer() -> None:
        while True:
            try:
                connection, _ = ears.accept()
            except OSError:
                return
            opened.append(connection)
            threading.Thread(target=_speak, args=(speak, connection), daemon=True).start()

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield Box(port=ears.getsockname()[1])
    finally:
        ears.shutdown(socket.SHUT_RDWR)
        ears.close()
        thread.join(5)
        for connection in opened:
            connection.close()


def _speak(speak: Callable[[socket.socket], None], connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        speak(connection)
