"""Proposed roster: who could stand where, what stays open and why, and what would fix it."""

from flask import Blueprint, Response, abort, g, make_response, redirect, render_template, url_for
from flask import request as asked
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

from models import Booth, Event, RosterProposal
from outreach.calendars.clock import say_count
from outreach.language import gettext as _
from outreach.solving import searches
from outreach.staffing.proposed_rosters.choice import RowChoice, read_pairs
from outreach.staffing.proposed_rosters.load_problem import as_problem
from outreach.staffing.proposed_rosters.propose import ask as ask_for_one
from outreach.staffing.proposed_rosters.propose import find_latest
from outreach.staffing.proposed_rosters.use import Used, find_use
from outreach.staffing.proposed_rosters.use import use as put_to_use
from outreach.staffing.roster.load import load_roster
from views.booth.booth_rows import booth_of, event_here
from views.booth.proposing.proposal_page import ProposalPage
from views.web.act import Done, above, act
from views.web.guards import LEAD, allow
from views.web.page import tell
from views.web.request import db, me, planning_now, real_now

blueprint = Blueprint("proposals", __name__)

SECONDS_TO_LOOK = 3
MOST_NAMED = 3


@blueprint.get("/events/<int:event_id>/roster/proposal")
@allow(LEAD)
def show(event_id: int, choice: RowChoice | None = None) -> Response:
    """Show the newest proposal beside the roster; while it is worked on the page comes anew."""
    event = event_here(event_id)
    booth = booth_of(event)
    proposal = find_latest(db(), booth)
    roster = load_roster(db(), booth, event)
    problem = as_problem(roster, planning_now())
    shown = ProposalPage(roster, problem, proposal, choice)
    is_still = "still" in asked.args
    page = make_response(
        render_template(
            "proposals/show.html",
            shown=shown,
            event=event,
            is_still=is_still,
            in_use=find_use(db(), proposal) if proposal else None,
        )
    )
    if shown.is_open and not is_still:
        page.headers["Refresh"] = str(SECONDS_TO_LOOK)
    return page


@blueprint.post("/events/<int:event_id>/roster/proposal")
@allow(LEAD)
def ask(event_id: int) -> ResponseReturnValue:
    """Propose a roster, at once a first one, by what was kept and left out of the last."""
    booth, choice = booth_of(event_here(event_id)), _choice()
    return act(
        lambda: ask_for_one(db(), booth, me(), planning_now(), choice),
        lambda proposal: Done("", url_for("proposals.show", event_id=event_id)),
        above(lambda: show(event_id, choice)),
    )


@blueprint.post("/events/<int:event_id>/roster/proposal/<int:proposal_id>/cancel")
@allow(LEAD)
def cancel(event_id: int, proposal_id: int) -> AnyResponse:
    """End the search; the best found so far stays."""
    proposal = proposal_of(event_here(event_id), proposal_id)
    if searches.cancel(db(), proposal, planning_now()):
        tell(_("The search is ended. The best found so far stands below."))
    db().commit()
    return _back(event_id)


@blueprint.post("/events/<int:event_id>/roster/proposal/<int:proposal_id>/use")
@allow(LEAD)
def use(event_id: int, proposal_id: int) -> ResponseReturnValue:
    """Put the proposed people on their shifts, but for whom staff leave out."""
    proposal, choice = proposal_of(event_here(event_id), proposal_id), _choice()
    return act(
        lambda: put_to_use(db(), proposal, me(), planning_now(), real_now(), choice.left_out),
        lambda used: _used(event_id, used),
        above(lambda: show(event_id, choice)),
    )


def _choice() -> RowChoice:
    """Return which rows the form keeps, and which it leaves out."""
    kept, out = (read_pairs(asked.form.getlist(name)) for name in ("keep", "out"))
    return RowChoice(kept, out)


def _used(event_id: int, used: Used) -> Done:
    placed = used.placed
    given = say_count(
        "%(Number)s place is given; it is to be confirmed.",
        "%(Number)s places are given; each is to be confirmed.",
        placed,
    )
    said = " ".join(filter(None, [given, _say_left(used.left_out)]))
    to = url_for("proposals.show", event_id=event_id)
    return Done(said, to, used.entry if placed else None)


def proposal_of(event: Event, proposal_id: int) -> RosterProposal:
    """Return a proposal for our booth at the event, else answer 404."""
    proposal = db().get(RosterProposal, proposal_id) or abort(404)
    booth = db().get_one(Booth, proposal.booth_id)
    if booth.event_id != event.id:
        g.foreign = ("roster_proposal", proposal_id)  # the guard leaves an audit line
        abort(404)
    return proposal


def _say_left(sentences: tuple[str, ...]) -> str:
    """Name a few of those that were left out, and count the others."""
    if not sentences:
        return ""
    said = _("Left out: %(sentences)s", sentences=" ".join(sentences[:MOST_NAMED]))
    more = len(sentences) - MOST_NAMED
    if more <= 0:
        return said
    return f"{said} {say_count('And %(number)s more.', 'And %(number)s more.', more)}"


def _back(event_id: int) -> AnyResponse:
    return redirect(url_for("proposals.show", event_id=event_id), 303)
