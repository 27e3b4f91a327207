"""Webhooks: what trackers send by themselves."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from models import Foundation, Tracker
from outreach.issues.deliveries import take_delivery
from outreach.issues.webhooks import (
    LARGEST_DELIVERY,
    is_signed,
    may_be_signed,
    read_delivery,
    webhook_secret,
)
from outreach.locking import wait_for_others
from outreach.planning.following import follow_issues
from views.web.guards import PUBLIC, allow
from views.web.request import db, read_body, real_now

blueprint = Blueprint("webhooks", __name__)


@blueprint.url_value_preprocessor
def check_signature(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Turn away what the tracker did not sign.

    This runs before the checks of forms: nothing unsigned is read as text, and nobody without
    a signature opens the database.
    """
    if not may_be_signed(request.headers):
        abort(Response("There is no signature that is known here.\n", 401))
    request.max_content_length = LARGEST_DELIVERY
    body, number = read_body(), (values or {})["tracker_id"]
    keys = [current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"]]
    found = [is_signed(webhook_secret(key, number), request.headers, body) for key in keys]
    if not any(found):
        abort(Response("The signature is not by this tracker's secret.\n", 401))
    g.is_signed = True


@blueprint.post("/webhooks/<int:tracker_id>")
@allow(PUBLIC)
def receive(tracker_id: int) -> ResponseReturnValue:
    """Take what a tracker signed; what does not concern us is thanked for all the same."""
    delivery = read_delivery(request.headers, read_body())
    tracker = db().get(Tracker, tracker_id) if delivery else None
    if delivery and tracker:
        now, foundation = real_now(), db().get_one(Foundation, tracker.foundation_id)
        wait_for_others(db(), foundation.id)
        db().refresh(tracker, with_for_update=True)
        touched = take_delivery(db(), foundation, tracker, delivery, now)
        if touched:
            follow_issues(db(), foundation, touched, foundation.now(now))
        if touched is not None:
            db().commit()
    return "", 204


@blueprint.errorhandler(CSRFError)
def receive_without_form(_error: CSRFError) -> ResponseReturnValue:
    """Let the signature stand in for the secret of a form, which no tracker has."""
    try:
        return receive(**(request.view_args or {}))
    except Exception as error:  # what a view raises is answered by the pages of errors
        return current_app.handle_user_exception(error)
