"""Hands one mail at a time to a mail server, and sorts what it answers."""

import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from threading import Timer
from types import TracebackType
from typing import Literal, Self

STEP_SECONDS = 10
"""How long the server may take for one step."""
MOST_SECONDS = 30
"""How long one mail may take in all; a server that drips its answers is cut off."""
LONGEST_TROUBLE = 300

Safety = Literal["none", "starttls", "tls"]


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in, and as whom."""

    host: str
    port: int
    sender: str
    """What mail says it comes from: an address, or a name with an address."""
    sender_address: str
    user: str = ""
    password: str = field(default="", repr=False)
    safety: Safety = "starttls"

    @property
    def own_name(self) -> str:
        """The host that mail is from, as the server is greeted and Message-IDs end."""
        return self.sender_address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Sent:
    """The server took the mail."""


@dataclass(frozen=True, slots=True)
class Later:
    """It was not taken now; `is_down` where no other mail would be either."""

    trouble: str
    is_down: bool = False


@dataclass(frozen=True, slots=True)
class Never:
    """It will not be taken; `is_address` where the address is the reason."""

    trouble: str
    is_address: bool = False


Outcome = Sent | Later | Never


class MailConnection:
    """A connection to the mail server, opened for the first mail and kept for the next ones."""

    def __init__(self, server: MailServer) -> None:
        self.server = server
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._smtp is not None and kind is None:
            with _Cut(self._smtp):
                _say_goodbye(self._smtp)
        self._hang_up()

    def send(self, mail: EmailMessage, to: str) -> Outcome:
        """Hand in one mail for one address; nothing that the server does raises."""
        try:
            smtp = self._smtp or self._prepare()
            with _Cut(smtp):
                if smtp.sock is None:
                    _connect(smtp, self.server)
                smtp.send_message(mail, self.server.sender_address, [to])
        except smtplib.SMTPRecipientsRefused as refusal:
            code, words = next(iter(refusal.recipients.values()))
            return self._judge(code, words, is_address=True)
        except smtplib.SMTPDataError as refusal:
            return self._judge(refusal.smtp_code, refusal.smtp_error)
        except smtplib.SMTPNotSupportedError as trouble:
            return self._not_supported(trouble)
        except smtplib.SMTPResponseException as refusal:
            # Greeting, sign-in and sender are the same for every mail.
            return self._down(_say(refusal.smtp_code, refusal.smtp_error))
        except (OSError, smtplib.SMTPException) as trouble:
            return self._down(_name(trouble))
        return Sent()

    def _prepare(self) -> smtplib.SMTP:
        name = self.server.own_name
        if self.server.safety == "tls":
            safe = ssl.create_default_context()
            self._smtp = smtplib.SMTP_SSL(local_hostname=name, timeout=STEP_SECONDS, context=safe)
        else:
            self._smtp = smtplib.SMTP(local_hostname=name, timeout=STEP_SECONDS)
        # Both read the host that TLS must prove from here; it is set by their own constructor
        # only where that connects at once, which would be out of reach of the time limit.
        self._smtp._host = self.server.host  # type: ignore[attr-defined]
        return self._smtp

    def _judge(self, code: int, words: bytes | str, *, is_address: bool = False) -> Outcome:
        """Sort a refusal of this one mail; 421 is goodbye to all."""
        trouble = _say(code, words)
        if code == 421:
            return self._down(trouble)
        if self._smtp is not None and self._smtp.sock is None:
            self._hang_up()
        return Never(trouble, is_address) if 500 <= code < 600 else Later(trouble)

    def _not_supported(self, trouble: smtplib.SMTPNotSupportedError) -> Outcome:
        if "SMTPUTF8" in str(trouble):
            return Never("The mail server takes no addresses with such letters.")
        return self._down(_name(trouble))

    def _down(self, trouble: str) -> Later:
        self._hang_up()
        return Later(trouble, is_down=True)

    def _hang_up(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None


class _Cut:
    """Ends the connection when one mail takes too long, however the server drips."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        self.smtp = smtp
        self.timer = Timer(MOST_SECONDS, self._cut)
        self.timer.daemon = True

    def __enter__(self) -> None:
        self.timer.start()

    def __exit__(self, *_error: object) -> None:
        self.timer.cancel()

    def _cut(self) -> None:
        connection = self.smtp.sock
        if connection is not None:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                connection.close()


def _connect(smtp: smtplib.SMTP, server: MailServer) -> None:
    code, words = smtp.connect(server.host, server.port)
    if code != 220:
        raise smtplib.SMTPConnectError(code, words)
    if server.safety == "starttls":
        smtp.starttls(context=ssl.create_default_context())
    if server.user:
        smtp.login(server.user, server.password)


def _say_goodbye(smtp: smtplib.SMTP) -> None:
    try:
        smtp.quit()
    except (OSError, smtplib.SMTPException):
        return  # every mail has its answer already


def _say(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(f"The mail server said {code} {text}".split())[:LONGEST_TROUBLE]


def _name(trouble: Exception) -> str:
    """Say a trouble of the connection in words; what the library says names no secret."""
    if isinstance(trouble, TimeoutError):
        return "The mail server did not answer in time."
    if isinstance(trouble, ConnectionRefusedError):
        return "The mail server refused the connection."
    if isinstance(trouble, smtplib.SMTPServerDisconnected):
        return "The mail server ended the connection."
    return " ".join(f"The mail server could not be used: {trouble}".split())[:LONGEST_TROUBLE]
