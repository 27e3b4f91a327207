"""Talks at events: what is owed, how far each proposal is, its slot and what stands against it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import exists, or_, select
from wtforms.fields.choices import SelectChoice

from models import Call, Decision, Event, Proposal, Talk
from models.events import PLANNED, starts_in
from models.talks import ON_STAGE
from outreach.accounts.history import Entry
from outreach.calendars.clock import say_list
from outreach.planning.calls.board import BoardLine, tell_calls
from outreach.planning.calls.closing import find_open, is_open, list_calls
from outreach.planning.history.lines import find_last_line
from outreach.staffing.booth.booths import zone_of
from outreach.talks.clashes import find_clashes
from outreach.talks.library import changed_since
from outreach.talks.load import (
    FILTERS,
    OfferedTalk,
    list_given,
    list_owed,
    load_proposal,
    offer_talks,
    select_proposals,
)
from outreach.talks.proposals import edit_proposal, move_proposal, propose, remove_proposal
from outreach.talks.speakers import read_speakers
from outreach.talks.states import NEXT, StateTold, say_state
from outreach.talks.words import say_proposals, say_slot, say_speakers, say_standing, say_text
from views.talks.forms import MoveForm, ProposalForm, ProposeForm, typed_proposal
from views.web.act import Done, above, act, act_on_form
from views.web.guards import STAFF, allow
from views.web.paging import page_of
from views.web.request import db, here, load, me, planning_now, read_key, real_now
from views.web.spreadsheet import BookSheet, as_spreadsheet, wall_time

blueprint = Blueprint("talks", __name__)
SHOWS = {"open": "under way", "given": "given", "turned_down": "came to nothing", "all": "all"}
MOST_CHOICES = 500
AROUND = timedelta(days=3)
"""How far from the event's days a slot may lie."""
HEAD = (
    *("event", "first day", "talk", "speakers", "state", "since", "answer by"),
    *("slot", "starts", "ends", "zone", "slides", "video", "feedback"),
)


@blueprint.get("/talks")
@allow(STAFF)
def listing() -> str:
    """Show what is owed, and how far each proposal is."""
    kind, today = request.args.get("show", "open"), planning_now().date()
    kind = kind if kind in FILTERS else "open"
    proposals, owed = page_of(select_proposals(here(), kind)), list_owed(db(), here(), today)
    rows = [row.Proposal for row in proposals.rows]
    return render_template(
        "talks/listing.html",
        proposals=proposals,
        rows=rows,
        owed=owed,
        clashes=find_clashes(db(), rows),
        headline=say_proposals(owed, proposals.total, kind, today),
        kinds=[(one, word, one == kind) for one, word in SHOWS.items()],
    )


@blueprint.get("/talks.csv")
@allow(STAFF)
def spreadsheet() -> Response:
    """Give every proposal to a spreadsheet."""
    found = db().scalars(select_proposals(here()))
    return as_spreadsheet("proposals", HEAD, map(_cells, found))


def sheet_of(year: int) -> BookSheet:
    """Return the proposals to a season's events."""
    found = db().scalars(select_proposals(here()).where(starts_in(year)))
    return BookSheet("proposals", HEAD, map(_cells, found))


def _cells(one: Proposal) -> tuple[object, ...]:
    zone = zone_of(one.event)
    return (
        *(one.event.name, one.event.starts_on, one.title, say_speakers(one)),
        *(say_state(one.state), one.state_on, one.answer_by, say_slot(one)),
        *(wall_time(one.starts_at, zone), wall_time(one.ends_at, zone), str(zone)),
        *(one.slides_url, one.video_url, one.feedback),
    )


@blueprint.route("/talks/propose", methods=["GET", "POST"])
@allow(STAFF)
def propose_one() -> ResponseReturnValue:
    """Propose a text of the library to an event."""
    now = planning_now()
    talk_id, event_id = (read_key(request.args.get(name)) for name in ("talk", "event"))
    call = _asked_call(event_id, now)
    event_id = call.event_id if call else event_id
    offered = offer_talks(db(), here(), event_id)
    talk_id = talk_id or _best(offered)
    form = ProposeForm(data={"talk": talk_id, "event": event_id, "dated": now.date()})
    form.offer(offered, _offered_events(event_id, now))

    return act_on_form(
        form,
        lambda: _propose(form, now),
        lambda one: _done(one, f"“{one.title}” is proposed to {one.event.name}."),
        lambda: render_template(
            "talks/propose.html",
            form=form,
            given=list_given(db(), here(), talk_id),
            call=_tell(call, now),
        ),
    )


def _propose(form: ProposeForm, now: datetime) -> Proposal:
    """Propose what was chosen; it answers the call that was asked for, else the open one."""
    talk, event = load(Talk, form.talk.data), load(Event, form.event.data)
    call = _asked_call(event.id, now)
    state, told = form.state.data, StateTold(form.dated.data)
    made = propose(db(), here(), talk, event, state, told, me(), real_now(), call)
    return load_proposal(db(), made)


def _asked_call(event_id: int, now: datetime) -> Call | None:
    """Return the call of the address, where it is of this event or any, else the open one."""
    number = read_key(request.args.get("call"))
    asked = load(Call, number) if number else None
    return asked if asked and event_id in (0, asked.event_id) else find_open(db(), event_id, now)


def _tell(call: Call | None, now: datetime) -> BoardLine | None:
    if call is None:
        return None
    (line,) = tell_calls([call], load(Event, call.event_id), now, here().zone)
    return line


def _best(offered: Sequence[OfferedTalk]) -> int:
    """Return the talk that is chosen to begin with: the one that fits best, if any does."""
    return next((one.id for one in offered if one.fits), 0)


@blueprint.get("/talks/proposals/<int:proposal_id>")
@allow(STAFF)
def show(proposal_id: int) -> str:
    """Show one proposal: what was sent, what they said, when it is, what stands against it."""
    proposal = get_proposal(proposal_id)
    return render_template(
        "talks/proposal.html",
        proposal=proposal,
        headline=say_standing(proposal),
        text_facts=say_text(proposal),
        differs=say_list(changed_since(proposal.talk, proposal)) if proposal.is_sent else "",
        ON_STAGE=ON_STAGE,
        following=NEXT[proposal.state],
        clashes=find_clashes(db(), [proposal]).get(proposal.id, []),
        call=_tell(proposal.call, planning_now()),
        last=find_last_line(db(), here(), ("proposal", proposal.id), me()),
    )


@blueprint.route("/talks/proposals/<int:proposal_id>/<step>", methods=["GET", "POST"])
@allow(STAFF)
def move(proposal_id: int, step: str) -> ResponseReturnValue:
    """Note that a proposal came to another state."""
    proposal = get_proposal(proposal_id)
    if step not in NEXT:
        abort(404)
    form = _narrow(proposal, step)
    return act_on_form(
        form,
        lambda: move_proposal(
            *(db(), here(), proposal, step, form.told(), _facts(form, proposal)),
            *(form.seen_version(), me(), real_now()),
        ),
        lambda entry: _done(proposal, f"{proposal.event.name}: {say_state(step)}.", entry),
        lambda: render_template("talks/move.html", form=form, proposal=proposal, state=step),
        now=lambda: _narrow(get_proposal(proposal_id), step, formdata=None),
    )


@blueprint.route("/talks/proposals/<int:proposal_id>/edit", methods=["GET", "POST"])
@allow(STAFF)
def edit(proposal_id: int) -> ResponseReturnValue:
    """Change who speaks, the slot, what they give and what came of it."""
    proposal = get_proposal(proposal_id)
    form = _form_of(proposal)
    return act_on_form(
        form,
        lambda: edit_proposal(
            *(db(), here(), proposal, _facts(form, proposal)),
            *(form.seen_version(), me(), real_now()),
        ),
        lambda entry: _done(proposal, f"{proposal.event.name}: changed.", entry),
        lambda: render_template("talks/details.html", form=form, proposal=proposal),
        now=lambda: _form_of(get_proposal(proposal_id), formdata=None),
    )


@blueprint.post("/talks/proposals/<int:proposal_id>/remove")
@allow(STAFF)
def remove(proposal_id: int) -> ResponseReturnValue:
    """Remove a proposal that was entered by mistake."""
    proposal = get_proposal(proposal_id)
    said = f"The proposal of “{proposal.title}” to {proposal.event.name} is removed."
    return act(
        lambda: remove_proposal(db(), here(), proposal, me(), real_now()),
        lambda entry: Done(said, url_for("talks.listing"), entry),
        above(lambda: show(proposal_id)),
    )


def get_proposal(proposal_id: int) -> Proposal:
    """Return a proposal of this foundation with all that its page shows, else answer 404."""
    return load_proposal(db(), load(Proposal, proposal_id))


def _done(proposal: Proposal, sentence: str, entry: Entry | None = None) -> Done:
    return Done(sentence, url_for("talks.show", proposal_id=proposal.id), entry)


def _form_of(proposal: Proposal, **kwargs: Any) -> ProposalForm:
    form = ProposalForm(data=typed_proposal(proposal, zone_of(proposal.event)), **kwargs)
    form.offer(list_calls(db(), [proposal.event_id]).get(proposal.event_id, []))
    return form


def _narrow(proposal: Proposal, state: str, **kwargs: Any) -> MoveForm:
    """Return the form of a state, with the day of today."""
    typed = typed_proposal(proposal, zone_of(proposal.event))
    form = MoveForm(data=typed | {"dated": planning_now().date()}, **kwargs)
    form.narrow(state)
    return form


def _facts(form: ProposalForm, proposal: Proposal) -> dict[str, Any]:
    """Return what was typed; refuses a time that cannot be read and whom it cannot tell apart."""
    event = proposal.event
    days = event.starts_on - AROUND, event.ends_on + AROUND
    facts = form.facts(days, zone_of(event))
    if "speakers" not in form:
        return facts
    found = read_speakers(db(), here(), form.names(), [one.id for one in proposal.speakers])
    return facts | {"speakers": found.people, "co_speakers": list(found.others)}


def _offered_events(event_id: int, now: datetime) -> list[SelectChoice]:
    """Return the events that we plan or that take talks, and the one that was asked for."""
    planned = Event.decision.has(Decision.state.in_(PLANNED))
    takes = exists().where(Call.event_id == Event.id, Call.kind == "talks", is_open(now))
    coming = (Event.ends_on >= now.date()) & or_(planned, takes)
    rows = db().execute(
        select(Event.id, Event.name, Event.starts_on)
        .where(Event.foundation_id == here().id, or_(Event.id == event_id, coming))
        .order_by(Event.id != event_id, Event.starts_on, Event.name)
        .limit(MOST_CHOICES)
    )
    return [SelectChoice(row.id, f"{row.name} {row.starts_on.year}") for row in rows]
