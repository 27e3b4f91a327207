"""History: what was done, by whom, and the one way to take it back."""

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from models import Booth, Event, Foundation, Issue, Person, Segment
from outreach.accounts import history
from outreach.accounts.history import Entry
from outreach.accounts.roles import leads
from outreach.staffing.booth.rule_changes import CHANGED_RULES
from outreach.staffing.signups import check_in
from outreach.staffing.signups.take_back_batch import count_told_by
from views.mine.personal import find_known, not_theirs
from views.web.act import keep
from views.web.guards import PUBLIC, allow
from views.web.page import tell
from views.web.request import db, find_me, find_sign_in, real_now

blueprint = Blueprint("history", __name__)


@blueprint.post("/history/<int:entry_id>/take-back")
@allow(PUBLIC)
def take_back(entry_id: int) -> Response:
    """Take an act back: staff any, a lead what was done at their booth, a volunteer their own."""
    entry, by = _find_theirs(entry_id)
    if count_told_by(db(), entry) and "sure" not in request.form:
        event_id = dict(history.find_subjects(db(), entry))["event"]
        batch = entry.detail["batch"]
        return redirect(url_for("booths.ask_removal", event_id=event_id, batch=batch), 303)
    foundation = db().get_one(Foundation, entry.foundation_id)
    now = foundation.now(real_now())
    taken = history.undo(db(), entry, by, now, real_now())
    place = _place_of(entry, by)
    keep()
    tell(_say(taken), entry=None if history.find_hindrance(taken.entry) else taken.entry)
    return redirect(place, 303)


def _find_theirs(entry_id: int) -> tuple[Entry, Person]:
    """Return the act and who asks, if it is theirs to take back; else answer 401 or 404."""
    entry, person = db().get(Entry, entry_id), find_me()
    known = find_known()
    if entry is not None:
        if person is not None and _looks_at(entry) and history.may_take_back(db(), entry, person):
            return entry, person
        own = known is not None and known.person.id == entry.person_id
        if known is not None and own and entry.act in check_in.SAID_BY_THEMSELVES:
            return entry, known.person
    if known is None:
        abort(401)
    not_theirs("audit_entry", entry_id)


def _looks_at(entry: Entry) -> bool:
    sign_in = find_sign_in()
    return sign_in is not None and sign_in.foundation_id == entry.foundation_id


def _say(taken: history.TakenBack) -> str:
    """Say what came of it: "Undone: all is as before."."""
    head = "Done again" if taken.entry.act == history.DID_AGAIN else "Undone"
    return " ".join([f"{head}: {taken.said or 'all is as before'}.", *taken.remarks])


def _place_of(entry: Entry, by: Person) -> str:
    """Return the address of the page that shows what an act was about."""
    about = dict(history.find_subjects(db(), entry))
    event_id = about.get("event")
    match entry.subject:
        case "booth" if entry.act == CHANGED_RULES:
            return url_for("shifts.rules", event_id=event_id)
        case "booth" | "shift":
            return url_for("booths.show", event_id=event_id)
        case "roster_proposal":
            return url_for("proposals.show", event_id=event_id)
        case "sign_up":
            return _place_of_sign_up(entry, by, about)
        case "event" if db().get(Event, event_id or 0):
            return url_for("events.show", event_id=event_id)
        case "segment" | "gathering":
            segment = db().get(Segment, about.get("segment", 0))
            return url_for("fit.why", slug=segment.slug) if segment else url_for("fit.overview")
        case "person" if db().get(Person, entry.subject_id):
            return url_for("people.show", person_id=entry.subject_id)
        case "issue" if db().get(Issue, entry.subject_id):
            return url_for("issues.show", issue_id=entry.subject_id)
    return url_for("season.run_sheet")


def _place_of_sign_up(entry: Entry, by: Person, about: dict[str, int]) -> str:
    if entry.detail.get("first", entry.act) not in check_in.ACTS:
        return url_for("roster.show", event_id=about["event"])
    if by.role == "staff" or leads(db(), by, about["event"]):
        return url_for("duty.today", event_id=about["event"])
    return url_for("duty.here_page", code=db().get_one(Booth, about["booth"]).code)
