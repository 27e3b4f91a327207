"""A letter as it is true now, and the mail that carries it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from models import Message

LINK_PLACE = "[your personal link, made when this mail is sent]"
"""Stands in the stored mail: whoever reads the table or a copy of it can open nothing."""

Method = Literal["REQUEST", "CANCEL"]


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
    calendars: tuple[CalendarPart, ...] = ()
    stop_url: str | None = None
    """Where letters of this sort end with one click, for mail programs that offer it."""
    told: dict[str, Any] = field(default_factory=dict)
    """Kept with the facts once it is sent, so that a later letter knows what was told."""

    @property
    def full_body(self) -> str:
        """The text with the personal link in it."""
        return self.body.replace(LINK_PLACE, self.link, 1) if self.link else self.body


@dataclass(frozen=True, slots=True)
class Dropped:
    """A letter that is not to be sent any more, and why."""

    reason: str


class NeedsWriting(Exception):
    """A letter needs a row of its own, as a new link is, and the session is one that reads."""


def only_reads(session: Session) -> bool:
    """Tell whether a session keeps no other writer waiting, and may write nothing itself."""
    return session.get_bind().get_execution_options().get("writes") is False


Write = Callable[[Session, Message, datetime], Written | Dropped]
"""Writes a letter anew from what is true at an instant; NeedsWriting where it cannot by reading."""


def message_id(fact_key: str, host: str) -> str:
    """Return the name of a mail: the same for the same fact, whoever sends it and how often."""
    return f"<{hashlib.sha256(fact_key.encode()).hexdigest()[:32]}@{host}>"


def as_mail(
    written: Written, sender: str, to: str, fact_key: str, host: str, now: datetime
) -> EmailMessage:
    """Return the mail to one address, in plain text. A header with a line break raises."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = written.subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id(fact_key, host)
    mail["Auto-Submitted"] = "auto-generated"
    if written.stop_url:
        mail["List-Unsubscribe"] = f"<{written.stop_url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    body = written.full_body
    mail.set_content(body, cte="7bit" if body.isascii() else "quoted-printable")
    for part in written.calendars[:1]:
        # Mail programs offer to change the calendar for an alternative to the text only.
        mail.add_alternative(
            part.content,
            maintype="text",
            subtype="calendar",
            params={"method": part.method, "charset": "utf-8"},
            cte="base64",
        )
    for part in written.calendars:
        mail.add_attachment(
            part.content,
            maintype="text",
            subtype="calendar",
            params={"method": part.method, "charset": "utf-8"},
            filename="shift.ics" if part.method == "REQUEST" else "cancelled.ics",
            cte="base64",
        )
    return mail
