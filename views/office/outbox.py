"""The outbox: what is told by mail, what came of it, and what staff can do about it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Blueprint, Flask, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models import Message, Person
from models.messages import MESSAGE_STATES
from outreach.accounts.history import Entry
from outreach.calendars.clock import say_count, say_opening_number
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.messages import by_staff
from outreach.messages.due import WAITS, gather
from outreach.messages.written import LINK_PLACE, Dropped
from views.web.act import Done, act, on_page
from views.web.guards import STAFF, allow
from views.web.paging import page_of
from views.web.request import db, here, load, me, real_now
from worker import mail

blueprint = Blueprint("outbox", __name__)

TROUBLED, WITHIN = "troubled", "within"
FILTERS = (*MESSAGE_STATES, TROUBLED, WITHIN)
LINES = select(
    Message.id,
    Message.subject,
    Message.to_address,
    Message.state,
    Message.trouble,
    Message.created_at,
    Message.due_at,
    Message.sent_at,
    Message.told_in_id,
).order_by(Message.created_at.desc(), Message.id.desc())


@blueprint.get("/outbox")
@allow(STAFF)
def messages() -> str:
    """List the mail of this foundation, newest first, of one state where one is asked for."""
    asked = request.args.get("state", "")
    conditions = [Message.foundation_id == here().id, *_conditions(asked)]
    counted, counts = select(func.count(Message.id)).where(*conditions), _counts()
    return render_template(
        "outbox/messages.html",
        mail=page_of(LINES.where(*conditions), counted),
        asked=asked if asked in FILTERS else "",
        counts=counts,
        server=current_app.config["MAIL_SERVER"],
        headline=_headline(counts, bool(current_app.config["MAIL_SERVER"])),
    )


@blueprint.get("/outbox/<int:message_id>")
@allow(STAFF)
def show(message_id: int) -> str:
    """Show one mail: as it was sent, or as it would be sent now."""
    message = load(Message, message_id)
    draft = mail.draft(_app(), db(), message, real_now(), _base_url())
    written = None if isinstance(draft, Dropped) else draft
    return render_template(
        "outbox/message.html",
        message=message,
        draft=written,
        reason=draft.reason if isinstance(draft, Dropped) else "",
        has_link=written and message.state == "waiting" and LINK_PLACE in written.body,
        tried=_say_tried(message.attempts),
        next_try=_next_try(message),
        beside=_say_beside(message),
        server=current_app.config["MAIL_SERVER"],
    )


@blueprint.post("/outbox/<int:message_id>/link")
@allow(STAFF)
def hand_over(message_id: int) -> ResponseReturnValue:
    """Show a mail with its personal link, once, to pass on by another way."""
    message = load(Message, message_id)
    write = mail.writer(_app(), _base_url())
    written = by_staff.hand_over(db(), message, write, real_now(), me())
    db().commit()
    return render_template("outbox/handed_over.html", message=message, written=written)


@blueprint.post("/outbox/<int:message_id>/retry")
@allow(STAFF)
def retry(message_id: int) -> ResponseReturnValue:
    """Let a mail leave at once."""
    return _act_on(message_id, by_staff.send_again, _say_when)


@blueprint.post("/outbox/<int:message_id>/drop")
@allow(STAFF)
def drop(message_id: int) -> ResponseReturnValue:
    """Keep a mail from leaving."""
    return _act_on(message_id, by_staff.drop, lambda: "This mail is not sent.")


def _act_on(
    message_id: int,
    rule: Callable[[Session, Message, datetime, Person], Entry],
    said: Callable[[], str],
) -> ResponseReturnValue:
    message, to = load(Message, message_id), url_for("outbox.show", message_id=message_id)
    return act(
        lambda: rule(db(), message, real_now(), me()),
        lambda entry: Done(said(), to, entry),
        on_page(to),
    )


def _conditions(asked: str) -> list[ColumnElement[bool]]:
    if asked == TROUBLED:
        return [Message.state == "waiting", Message.trouble != ""]
    if asked == WITHIN:
        return [Message.state == "sent", Message.told_in_id.is_not(None)]
    if asked == "sent":
        return [Message.state == "sent", Message.told_in_id.is_(None)]
    return [Message.state == asked] if asked in MESSAGE_STATES else []


def _counts() -> dict[str, int]:
    """Count this foundation's mail by state; mail that waits with a trouble twice.

    What was told within another mail is none of its own.
    """
    troubled = func.count(Message.id).filter(Message.trouble != "")
    rows = db().execute(
        select(Message.state, func.count(Message.id), troubled, func.count(Message.told_in_id))
        .where(Message.foundation_id == here().id)
        .group_by(Message.state)
    )
    found = {row[0]: row for row in rows}
    counts = {state: found[state][1] if state in found else 0 for state in MESSAGE_STATES}
    within = found["sent"][3] if "sent" in found else 0
    more = {
        TROUBLED: found["waiting"][2] if "waiting" in found else 0,
        WITHIN: within,
        "all": sum(counts.values()),
    }
    return counts | more | {"sent": counts["sent"] - within}


def _say_beside(message: Message) -> str:
    """Say what else the mail tells, or will tell; "" where it is nothing."""
    if message.state == "waiting":
        return (
            say_count(
                "%(Number)s other thing is told in the same mail.",
                "%(Number)s other things are told in the same mail.",
                more,
            )
            if (more := len(gather(db(), message)) - 1) > 0
            else ""
        )
    within = select(func.count(Message.id)).where(Message.told_in_id == message.id)
    told = db().scalar(within) or 0
    return (
        say_count(
            "It told %(number)s other thing too.", "It told %(number)s other things too.", told
        )
        if told
        else ""
    )


def _say_tried(attempts: int) -> str:
    """Say how often a mail was tried; "" where it never was."""
    return ngettext("Tried once.", "Tried %(num)s times.", attempts) if attempts else ""


def _next_try(message: Message) -> str:
    """Say when a mail that failed is tried again."""
    if message.state != "waiting" or not message.attempts:
        return ""
    wait = min(message.due_at - real_now(), max(WAITS))
    if wait <= timedelta(minutes=1):
        return "It is tried again within a minute."
    minutes = round(wait.total_seconds() / 60)
    words = f"{minutes} minutes" if minutes < 100 else f"{round(minutes / 60)} hours"
    return f"It is tried again in {words}."


def _say_when() -> str:
    if here().is_example:
        return "It waits again. The example sends nothing."
    if current_app.config["MAIL_SERVER"] is None:
        return "It waits again, and is sent when mail is set up."
    return "It is sent within seconds."


def _base_url() -> str:
    return request.host_url.rstrip("/")


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app


def _headline(counts: dict[str, int], has_server: bool) -> str:
    """Say what matters most of the mail."""
    bounced, waiting, troubled = counts["bounced"], counts["waiting"], counts[TROUBLED]
    if not counts["all"]:
        return _("No mail yet.")
    if here().is_example:
        return _("The example sends nothing.")
    if bounced:
        return say_count("%(Number)s mail bounced.", "%(Number)s mails bounced.", bounced)
    if troubled and has_server:
        return say_count(
            "%(Number)s mail waits for another try.",
            "%(Number)s mails wait for another try.",
            troubled,
        )
    if not waiting:
        return _("All mail has left.")
    number = say_opening_number(waiting)
    if not has_server:
        return ngettext("%(number)s mail waits, and none is sent.",
                        "%(number)s mails wait, and none is sent.", waiting,
                        number=number)  # fmt: skip
    return ngettext("%(number)s mail waits.", "%(number)s mails wait.", waiting, number=number)
