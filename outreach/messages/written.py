"""A letter as it is true now, and the mail that carries it."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from models import Message

LINK_PLACE = "[your personal link, made when this mail is sent]"
"""Stands in the stored mail: whoever reads the table or a copy of it can open nothing."""

LINE = "\n"

Method = Literal["PUBLISH", "CANCEL"]


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """What a calendar program must hear of."""

    method: Method
    content: bytes


@dataclass(frozen=True, slots=True)
class Written:
    """A letter: what it says now, and what only its one reader may see."""

    subject: str
    body: str
    """With LINK_PLACE where the personal link goes; only this is ever stored."""
    link: str | None = None
    calendar: CalendarPart | None = None
    stop_url: str | None = None
    """Where letters of this sort end with one click, for mail programs that offer it."""
    reply_to: Address | None = None
    """Whoever reads an answer, where that is not who sends."""
    told: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    """By the number of each fact that it tells what is kept with it once it is sent, so that a
    later letter knows what was told; empty where it tells whatever it was asked to."""
    left_out: Mapping[int, str] = field(default_factory=dict)
    """By the number of each fact that it was asked to tell and does not, why not."""

    @property
    def full_body(self) -> str:
        """The text with the personal link in it."""
        return self.body.replace(LINK_PLACE, self.link, 1) if self.link else self.body


@dataclass(frozen=True, slots=True)
class Dropped:
    """A letter that is not to be sent any more, and why; its facts may each have a reason."""

    reason: str
    left_out: Mapping[int, str] = field(default_factory=dict)


class NeedsWriting(Exception):
    """A letter needs a row of its own, as a new link is, and the session is one that reads."""


def only_reads(session: Session) -> bool:
    """Tell whether a session keeps no other writer waiting, and may write nothing itself."""
    return session.get_bind().get_execution_options().get("writes") is False


Write = Callable[[Session, Sequence[Message], datetime], Written | Dropped]
"""Writes one letter of these facts for one reader, from what is true at an instant.

NeedsWriting where it cannot by reading.
"""


def message_id(fact_keys: Sequence[str], host: str) -> str:
    """Return the name of a mail: the same for the same facts, whoever sends it and how often."""
    return f"<{hashlib.sha256(LINE.join(fact_keys).encode()).hexdigest()[:32]}@{host}>"


def as_mail(
    written: Written, sender: str, to: str, fact_keys: Sequence[str], host: str, now: datetime
) -> EmailMessage:
    """Return the mail to one address, in plain text. A header with a line break raises."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = written.subject
    mail["Date"] = format_datetime(now)
    if written.reply_to:
        mail["Reply-To"] = written.reply_to
    mail["Message-ID"] = message_id(fact_keys, host)
    mail["Auto-Submitted"] = "auto-generated"
    if written.stop_url:
        mail["List-Unsubscribe"] = f"<{written.stop_url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    body = written.full_body
    mail.set_content(body, cte="7bit" if body.isascii() else "quoted-printable")
    if part := written.calendar:
        mail.add_attachment(
            part.content,
            maintype="text",
            subtype="calendar",
            params={"method": part.method, "charset": "utf-8"},
            filename="shifts.ics" if part.method == "PUBLISH" else "cancelled.ics",
            cte="base64",
        )
    return mail
