"""The brief on a phone, for who stands at the booth: what do I say, ask and show?"""

from flask import Blueprint, abort, render_template

from models import Event
from outreach.briefing.brief import gather_brief
from outreach.staffing.roster.mine import find_first_start, why_untold
from views.booth.briefs import draw_qr
from views.mine.personal import foundation_of, not_theirs, now_of, personal
from views.web.guards import PUBLIC, allow
from views.web.reach import sends
from views.web.request import db

blueprint = Blueprint("my_brief", __name__)


@blueprint.get("/my/<token>/events/<int:event_id>/brief")
@allow(PUBLIC)
def show(token: str, event_id: int) -> str:
    """Show the brief of an event that the person has a shift at, if we know who they are."""
    person = personal(token)
    event = db().get(Event, event_id)
    first = find_first_start(db(), person, event_id)
    if event is None or first is None:
        not_theirs("brief", event_id)
    ours = foundation_of(person)
    if why := why_untold(person, first, now_of(ours), sends(ours)):
        abort(403, why)
    return render_template(
        "my_shifts/brief.html",
        token=token,
        person=person,
        event=event,
        brief=gather_brief(db(), event, now_of(foundation_of(person)).date()),
        qr=draw_qr,
    )
