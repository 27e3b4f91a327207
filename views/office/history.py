"""History: what was done, by whom, and the one way to take it back."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import (
    Booth,
    Cover,
    Event,
    Foundation,
    Issue,
    Kit,
    MoneyRequest,
    Person,
    Proposal,
    Segment,
    Talk,
    Trip,
)
from outreach.accounts import history
from outreach.accounts.history import Entry
from outreach.accounts.roles import leads
from outreach.catalog.importing.import_rows import IMPORTED
from outreach.catalog.merging.merge import MERGED
from outreach.language import gettext as _
from outreach.planning.fit.weights import CAPPED, LEARNT, WEIGHED
from outreach.planning.history.stretch import IMPORTS, KINDS, WEEK, find_stretch
from outreach.planning.history.told import tell_acts
from outreach.planning.large_imports.batches import ask_back, count_rows, is_large
from outreach.planning.money.rules import CHANGED_RULES as CHANGED_MONEY_RULES
from outreach.staffing.booth.booths import CHANGED_RULES, OPENED_SIGN_UP
from outreach.staffing.booth_letters import SET_CHAT
from outreach.staffing.shift_kinds import REMOVED, SAVED
from outreach.staffing.sign_up_answers import SET_QUESTIONS
from outreach.staffing.signups.attendance import check_in
from outreach.staffing.signups.batches.take_back import count_told_by
from views.booth.booth_rows import booth_of, event_here
from views.mine.personal import find_known, not_theirs
from views.office.unit_chart import draw_units
from views.plan.issues import way_back
from views.plan.segments import get_segment
from views.plan.weights import looked_at
from views.web.act import Done, act, on_page
from views.web.guards import LEAD, PUBLIC, STAFF, allow
from views.web.request import db, find_me, find_sign_in, here, load, me, read_key, real_now
from views.web.security import came_from

blueprint = Blueprint("history", __name__)


@blueprint.get("/history")
@allow(STAFF)
def listing() -> str:
    """Show what was done, newest last."""
    return _page(here().name)


@blueprint.get("/imports")
@allow(STAFF)
def imports() -> str:
    """Show every import with its way back."""
    return _page(here().name, kind=IMPORTS)


@blueprint.get("/events/<int:event_id>/history")
@allow(LEAD)
def of_event(event_id: int) -> str:
    """Show what was done about an event."""
    event = event_here(event_id)
    return _page(event.name, ("event", event.id), back=url_for("events.show", event_id=event.id))


@blueprint.get("/events/<int:event_id>/booth/history")
@allow(LEAD)
def of_booth(event_id: int) -> str:
    """Show what was done at the booth of an event."""
    event = event_here(event_id)
    back = url_for("booths.show", event_id=event.id)
    return _page(
        _("the booth at %(event)s", event=event.name), ("booth", booth_of(event).id), back=back
    )


@blueprint.get("/segments/<slug>/history")
@allow(STAFF)
def of_segment(slug: str) -> str:
    """Show what was done about a segment."""
    segment = get_segment(slug)
    back = url_for("segments.edit", slug=slug)
    return _page(segment.short_name, ("segment", segment.id), back=back)


@blueprint.get("/people/<int:person_id>/history")
@allow(STAFF)
def of_person(person_id: int) -> str:
    """Show what was done about a person."""
    person = load(Person, person_id)
    back = url_for("people.show", person_id=person_id)
    return _page(person.name, ("person", person.id), back=back)


@blueprint.get("/talks/<int:talk_id>/history")
@allow(STAFF)
def of_talk(talk_id: int) -> str:
    """Show what was done about a text of the library."""
    talk = load(Talk, talk_id)
    back = url_for("library.show", talk_id=talk_id)
    return _page(f"“{talk.title}”", ("talk", talk.id), back=back)


@blueprint.get("/talks/proposals/<int:proposal_id>/history")
@allow(STAFF)
def of_proposal(proposal_id: int) -> str:
    """Show what was done about a talk at an event."""
    proposal = load(Proposal, proposal_id)
    back = url_for("talks.show", proposal_id=proposal_id)
    return _page(f"“{proposal.title}”", ("proposal", proposal.id), back=back)


def _page(
    whose: str, about: tuple[str, int] | None = None, kind: str = "", back: str | None = None
) -> str:
    kind = kind or request.args.get("show", WEEK)
    kind = kind if kind in KINDS else WEEK
    stretch = find_stretch(db(), here(), about, kind, read_key(request.args.get("before")))
    today = real_now().astimezone(here().zone).date()
    acts = tell_acts(db(), here(), stretch.rows, today, me())
    return render_template(
        "history/listing.html",
        whose=whose,
        back=back,
        stretch=stretch,
        acts=acts,
        headline=stretch.say(whose if about else "", today, sum(one.goes for one in acts)),
        kinds=[(word, _address(one), one == kind) for one, word in stretch.offered.items()],
        earlier_url=_address(kind, before=acts[0].line.id) if acts else None,
        newest_url=_address(kind, _anchor="newest"),
        chart=draw_units,
    )


def _address(kind: str, **more: Any) -> str:
    """Return where this history shows acts of another kind, or other ones of the same."""
    endpoint, asked = str(request.endpoint), more if kind == WEEK else {"show": kind, **more}
    if not request.view_args:
        endpoint = "history.imports" if kind == IMPORTS else "history.listing"
    return url_for(endpoint, **(request.view_args or {}), **asked)


@blueprint.post("/history/<int:entry_id>/take-back")
@allow(PUBLIC)
def take_back(entry_id: int) -> ResponseReturnValue:
    """Take an act back: staff any, a lead what was done at their booth, a volunteer their own."""
    entry, by = _find_theirs(entry_id)
    if count_told_by(db(), entry) and "sure" not in request.form:
        event_id = dict(history.find_subjects(db(), entry))["event"]
        batch = entry.detail["batch"]
        return redirect(url_for("booths.ask_removal", event_id=event_id, batch=batch), 303)
    now = db().get_one(Foundation, entry.foundation_id).now(real_now())
    back = came_from()
    if entry.act == IMPORTED and is_large(count_rows(entry)):
        return act(
            lambda: ask_back(db(), entry, by, real_now()),
            lambda batch: Done("", url_for("imports.done", batch=batch.id)),
            lambda refusal: on_page(_place_of(entry, by))(refusal),
        )

    def done(taken: history.TakenBack) -> Done:
        lists = (url_for("history.listing"), url_for("history.imports"))
        to = back if back and back.partition("?")[0] in lists else _place_of(entry, by)
        return Done(_say(taken), to, None if history.find_hindrance(taken.entry) else taken.entry)

    return act(
        lambda: history.undo(db(), entry, by, now, real_now()),
        done,
        lambda refusal: on_page(_place_of(entry, by))(refusal),
    )


def _find_theirs(entry_id: int) -> tuple[Entry, Person]:
    """Return the act and who asks, if it is theirs to take back; else answer 401 or 404."""
    entry, person = db().get(Entry, entry_id), find_me()
    known = find_known()
    if entry is not None:
        if person is not None and _looks_at(entry) and history.may_take_back(db(), entry, person):
            return entry, person
        own = known is not None and known.person.id == entry.person_id
        if known is not None and own and history.way_of(entry).is_own:
            return entry, known.person
    if known is None:
        abort(401)
    not_theirs("audit_entry", entry_id)


def _looks_at(entry: Entry) -> bool:
    sign_in = find_sign_in()
    return sign_in is not None and sign_in.foundation_id == entry.foundation_id


def _say(taken: history.TakenBack) -> str:
    """Say what came of it: "Undone: all is as before."."""
    what = taken.said or _("all is as before")
    said = _("Undone: %(what)s.", what=what)
    if taken.entry.act == history.DID_AGAIN:
        said = _("Done again: %(what)s.", what=what)
    return " ".join([said, *taken.remarks])


OF_BOOTH = {
    CHANGED_RULES: "shifts.rules",
    OPENED_SIGN_UP: "booths.share",
    SET_CHAT: "booth_letters.write",
    SAVED: "kinds.listing",
    REMOVED: "kinds.listing",
    SET_QUESTIONS: "sign_up_answers.show",
}
"""The pages of what is done to a booth, where that is not the page of the booth itself."""


def _place_of(entry: Entry, by: Person) -> str:
    """Return the address of the page that shows what an act was about."""
    about = dict(history.find_subjects(db(), entry))
    event_id, verb = about.get("event"), entry.detail.get("first", entry.act)
    event_stands = db().get(Event, event_id or 0) is not None
    match entry.subject:
        case "money_request" if by.role != "staff" and (known := find_known()):
            return url_for("my_trips.listing", token=known.token)
        case _ if event_stands and by.role != "staff" and not leads(db(), by, event_id or 0):
            return _place_of_own(verb, about)
        case "booth" if event_stands and verb in OF_BOOTH:
            return url_for(OF_BOOTH[verb], event_id=event_id)
        case "booth" | "shift" if event_stands:
            return url_for("booths.show", event_id=event_id)
        case "roster_proposal" if event_stands:
            return url_for("proposals.show", event_id=event_id)
        case "sign_up" if event_stands and verb in check_in.ACTS:
            return url_for("duty.today", event_id=event_id)
        case "sign_up" | "swap" if event_stands:
            return url_for("roster.show", event_id=event_id)
        case "cover" if cover := db().get(Cover, entry.subject_id):
            return url_for("covers.choose", event_id=event_id, shift_id=cover.shift_id)
        case subject if subject in PAGES:
            return _place_of_thing(entry)
        case "event" if verb == IMPORTED:
            return url_for("history.imports")
        case "event" if verb == MERGED:
            return url_for("imports.duplicates")
        case "duplicate_offer":
            return url_for("imports.duplicates")
        case "event" | "call" | "kit_booking" | "swag" if event_stands:
            return url_for("events.show", event_id=event_id)
        case "segment" | "gathering":
            segment = db().get(Segment, about.get("segment", 0))
            return url_for("fit.why", slug=segment.slug) if segment else url_for("fit.overview")
        case "money_request" if db().get(MoneyRequest, entry.subject_id):
            return url_for("money.show", request_id=entry.subject_id)
        case "person" if db().get(Person, entry.subject_id):
            return url_for("people.show", person_id=entry.subject_id)
        case "issue" if issue := db().get(Issue, entry.subject_id):
            return way_back(issue)
        case "message":
            return url_for("outbox.show", message_id=entry.subject_id)
        case "tracker":
            return url_for("trackers.listing")
        case "foundation" if verb == CHANGED_MONEY_RULES:
            return url_for("money_rules.rules")
        case "foundation" if verb in (WEIGHED, LEARNT, CAPPED):
            return url_for("weights.show", **looked_at())
    return url_for("season.run_sheet")


PAGES: dict[str, tuple[type[Any], str, str]] = {
    "kit": (Kit, "kits", "kits.listing"),
    "proposal": (Proposal, "talks", "talks.listing"),
    "talk": (Talk, "library", "library.listing"),
    "trip": (Trip, "trips", "trips.listing"),
}
"""What has a page of its own: its rows, whose `show` that is, and the page of all of them."""


def _place_of_thing(entry: Entry) -> str:
    """Return the page of a thing, else of all of its kind."""
    model, place, listing = PAGES[entry.subject]
    if db().get(model, entry.subject_id or 0) is None:
        return url_for(listing)
    number: dict[str, Any] = {f"{entry.subject}_id": entry.subject_id}
    return url_for(f"{place}.show", **number)


def _place_of_own(verb: str, about: dict[str, int]) -> str:
    """Return the page where a volunteer without an account sees what they did."""
    if verb in check_in.ACTS:
        return url_for("duty.here_page", code=db().get_one(Booth, about["booth"]).code)
    known = find_known()
    return url_for("my_shifts.show", token=known.token) if known else url_for("my_shifts.mine")
