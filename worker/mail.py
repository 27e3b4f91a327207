"""Where mail is written: every kind by its own rule, with this installation's address and key."""

from datetime import datetime

from flask import Flask
from sqlalchemy.orm import Session

from models import Message
from outreach.messages import link_mail
from outreach.messages.written import Dropped, Write, Written
from outreach.planning.deadlines import letters
from outreach.planning.deadlines import notices as deadlines
from outreach.staffing import notices
from outreach.staffing.letters import writing
from outreach.staffing.letters.told_about import Desk


def writer(app: Flask, base_url: str = "") -> Write:
    """Return what writes any mail anew; `base_url` stands in where none is set."""
    desk = _desk(app, base_url)

    def write(session: Session, message: Message, now: datetime) -> Written | Dropped:
        if link_mail.holds_link(message):
            return link_mail.write(session, message, now, desk.base_url)
        if message.kind in notices.KINDS:
            return writing.write(session, message, now, desk)
        if message.kind in deadlines.KINDS:
            return letters.write(session, message, now, desk)
        return Written(message.subject, message.body)

    return write


def draft(
    app: Flask, session: Session, message: Message, now: datetime, base_url: str
) -> Written | Dropped:
    """Return a mail that waits as it would leave now, without its personal link."""
    if message.state == "waiting" and message.kind in notices.KINDS:
        return writing.draft(session, message, now, _desk(app, base_url))
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
