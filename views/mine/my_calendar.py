"""A volunteer's shifts for their calendar: one at a time, or an address for all of them."""

from collections.abc import Collection

from flask import Blueprint, Response, abort, current_app, url_for
from flask.typing import ResponseReturnValue

from models import Person
from outreach.accounts.audit import record
from outreach.calendars.entries import Head, identity
from outreach.calendars.writing import write
from outreach.language import gettext as _
from outreach.staffing.letters.own_entries import load_entries, say_title
from outreach.staffing.volunteers import personal_links
from views.mine.my_shifts import act_on_page, sign_up_of
from views.mine.personal import foundation_of, now_of, personal
from views.web.guards import PUBLIC, allow
from views.web.request import db, real_now, site

blueprint = Blueprint("my_calendar", __name__)


@blueprint.get("/my/<token>/shifts/<int:sign_up_id>.ics")
@allow(PUBLIC)
def shift(token: str, sign_up_id: int) -> Response:
    """Give one shift to a calendar."""
    person = personal(token)
    content = _calendar_of(person, [sign_up_of(person, sign_up_id).id])
    if b"BEGIN:VEVENT" not in content:
        abort(404)
    named = {"Content-Disposition": f"attachment; filename=shift-{sign_up_id}.ics"}
    return Response(content, mimetype="text/calendar", headers=named)


@blueprint.post("/my/<token>/calendar")
@allow(PUBLIC)
def renew(token: str) -> ResponseReturnValue:
    """Give all my shifts a new address for calendars; the one before ends, my link does not."""
    person = personal(token)

    def rule() -> None:
        key = current_app.config["SECRET_KEY"]
        personal_links.renew_calendar(db(), person, key, real_now())
        ours = foundation_of(person)
        record(db(), real_now(), person, ours, "renewed a calendar", "person", person.id)

    said = _("Your calendar has a new address. The one before opens nothing any more.")
    return act_on_page(token, rule, lambda _none: said)


def _calendar_of(person: Person, only: Collection[int]) -> bytes:
    """Write shifts for a calendar; its page is the one that this browser knows, never a token."""
    foundation = foundation_of(person)
    scope, since = foundation.calendar_scope, now_of(foundation)
    own = site() + url_for("my_shifts.mine")
    entries = load_entries(db(), person, scope, foundation.name, since, only, own)
    head = Head(say_title(foundation, person), identity(scope, "shifts", person.id),
                is_asked_for=False)  # fmt: skip
    return write(head, entries)
