"""The outbox page: what would be sent, and a way to hand a sign-in link over without mail."""

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from models import Message
from outreach.messages import link_mail, outbox
from views.guards import STAFF, allow
from views.paging import page_of
from views.request import db, here, load, me, real_now

blueprint = Blueprint("outbox", __name__)


@blueprint.get("/outbox")
@allow(STAFF)
def messages() -> ResponseReturnValue:
    """List the mail of this foundation, newest first."""
    mail = page_of(outbox.mail_of(here()))
    return render_template("outbox/messages.html", mail=mail, holds_link=link_mail.holds_link)


@blueprint.post("/outbox/<int:message_id>/link")
@allow(STAFF)
def hand_over(message_id: int) -> ResponseReturnValue:
    """Show a mail with its personal link, once, to pass on by another way."""
    message = load(Message, message_id)
    base_url = current_app.config["BASE_URL"] or request.host_url.rstrip("/")
    written = link_mail.hand_over(db(), message, real_now(), base_url, me())
    db().commit()
    return render_template("outbox/handed_over.html", message=message, written=written)
