"""Where mail is written: every kind by its own rule, with this installation's address and key."""

from collections.abc import Sequence
from datetime import datetime

from flask import Flask
from sqlalchemy.orm import Session

from models import Message
from outreach.messages import link_mail
from outreach.messages.due import gather
from outreach.messages.written import Dropped, Write, Written
from outreach.planning.deadlines import letters
from outreach.planning.deadlines import notices as deadlines
from outreach.staffing import notices
from outreach.staffing.letters import writing
from outreach.staffing.letters.told_about import Desk


def writer(app: Flask, base_url: str = "") -> Write:
    """Return what writes any mail anew; `base_url` stands in where none is set."""
    desk = _desk(app, base_url)

    def write(session: Session, facts: Sequence[Message], now: datetime) -> Written | Dropped:
        message = facts[0]
        if link_mail.holds_link(message):
            return link_mail.write(session, message, now, desk.base_url)
        if message.kind in notices.KINDS:
            return writing.write(session, facts, now, desk)
        if message.kind in deadlines.KINDS:
            return letters.write(session, message, now, desk)
        return Written(message.subject, message.body)

    return write


def draft(
    app: Flask, session: Session, message: Message, now: datetime, base_url: str
) -> Written | Dropped:
    """Return the mail that a fact would leave in now, without its personal link."""
    if message.state == "waiting" and message.kind in notices.KINDS:
        return writing.draft(session, gather(session, message), now, _desk(app, base_url))
    if message.state == "waiting" and message.kind in deadlines.KINDS:
        return letters.write(session, message, now, _desk(app, base_url))
    return Written(message.subject, message.body)


def _desk(app: Flask, base_url: str) -> Desk:
    server = app.config["MAIL_SERVER"]
    return Desk(
        base_url=app.config["BASE_URL"] or base_url,
        key=app.config["SECRET_KEY"],
        sender_address=server.sender_address if server else "",
    )
