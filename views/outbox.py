"""The outbox page: what would be sent, and a way to hand a sign-in link over without mail."""

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from models import Message
from outreach.messages import link_mail, outbox
from views.guards import STAFF, allow
from views.request import db, here, load, me, real_now

blueprint = Blueprint("outbox", __name__)


@blueprint.get("/outbox")
@allow(STAFF)
def messages() -> ResponseReturnValue:
    """List the mail of this foundation, newest first."""
    page = request.args.get("page", 1, type=int)
    found = outbox.list_messages(db(), here(), page)
    return render_template("outbox/messages.html", listed=found, holds_link=link_mail.holds_link)


@blueprint.post("/outbox/<int:message_id>/link")
@allow(STAFF)
def hand_over(message_id: int) -> ResponseReturnValue:
    """Show a mail with its personal link, once, to pass on by another way."""
    message = load(Message, message_id)
    base_url = current_app.config["BASE_URL"] or request.host_url.rstrip("/")
    written = link_mail.hand_over(db(), message, real_now(), base_url, me())
    db().commit()
    return render_template("outbox/handed_over.html", message=message, written=written)
