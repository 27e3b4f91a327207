"""My trips: what somebody can ask money for, what is approved, and what they spent."""

from datetime import date, timedelta

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from models import Event, Foundation, MoneyRequest, Person
from outreach.calendars.clock import say_list
from outreach.language import gettext as _
from outreach.planning.money import told
from outreach.planning.money.loading import events_of, list_journeys, open_request, trip_for
from outreach.planning.money.requests import ask, change
from outreach.planning.money.rules import rules_of
from outreach.planning.money.states import WORDS
from outreach.planning.trips.load import find_stays
from views.mine.personal import foundation_of, not_theirs, now_of, own_act, personal
from views.money.forms import ask_form
from views.money.steps import Forms, doing_of, forms_of, take
from views.web.act import Done, act_on_form
from views.web.guards import PUBLIC, allow
from views.web.request import db

blueprint = Blueprint("my_trips", __name__)


@blueprint.get("/my/<token>/trips")
@allow(PUBLIC)
def listing(token: str) -> str:
    """Show somebody's trips with what they asked for, or can ask for."""
    person = personal(token)
    foundation = foundation_of(person)
    return _render(
        "my_trips/listing.html",
        token,
        person,
        journeys=list_journeys(db(), person, _since(foundation)),
        stays=find_stays(db(), person),
    )


@blueprint.route("/my/<token>/trips/ask/<int:event_id>", methods=["GET", "POST"])
@allow(PUBLIC)
def new(token: str, event_id: int) -> ResponseReturnValue:
    """Ask for money for the trip to an event that one goes to."""
    person = personal(token)
    foundation = foundation_of(person)
    event = _event_of(person, event_id)
    form = ask_form(foundation.currency, per_diem=rules_of(foundation).per_diem is not None)
    return act_on_form(
        form,
        lambda: ask(doing_of(foundation, person), person, event, form.asked()),
        lambda made: Done(_("The money is asked for."), _address(token, made), own_act(person)),
        lambda: _render(
            "my_trips/ask.html", token, person, form=form, asked=None,
            trip=say_list([one.name for one in trip_for(db(), person, event)]),
        ),
    )  # fmt: skip


@blueprint.get("/my/<token>/trips/<int:request_id>")
@allow(PUBLIC)
def show(token: str, request_id: int) -> str:
    """Show a request of one's own with its next step."""
    person = personal(token)
    return _page(token, person, _request_of(person, request_id))


@blueprint.route("/my/<token>/trips/<int:request_id>/change", methods=["GET", "POST"])
@allow(PUBLIC)
def edit(token: str, request_id: int) -> ResponseReturnValue:
    """Change what one asks for, as long as nobody has answered."""
    person = personal(token)
    request, foundation = _request_of(person, request_id), foundation_of(person)
    has_per_diem = rules_of(foundation).per_diem is not None
    form = ask_form(request.currency, request, has_per_diem)
    return act_on_form(
        form,
        lambda: change(doing_of(foundation, person), request, form.seen_version(), form.asked()),
        lambda _done: Done(_("The request is changed."), _address(token, request),
                           own_act(person)),
        lambda: _render("my_trips/ask.html", token, person, form=form, asked=request,
                        trip=told.say_trip(open_request(db(), request))),
        lambda: ask_form(request.currency, open_request(db(), request), has_per_diem,
                         formdata=None),
    )  # fmt: skip


@blueprint.post("/my/<token>/trips/<int:request_id>/<word>")
@allow(PUBLIC)
def step(token: str, request_id: int, word: str) -> ResponseReturnValue:
    """Take the next step of one's own request."""
    person = personal(token)
    request = _request_of(person, request_id)
    return take(
        doing_of(foundation_of(person), person),
        request,
        word,
        _address(token, request),
        lambda sent: _page(token, person, _request_of(person, request_id), sent),
        lambda: own_act(person),
        is_own=True,
    )


def _address(token: str, request: MoneyRequest) -> str:
    return url_for("my_trips.show", token=token, request_id=request.id)


def _since(foundation: Foundation) -> date:
    days = rules_of(foundation).claim_days
    return now_of(foundation).date() - timedelta(days=days)


def _event_of(person: Person, event_id: int) -> Event:
    """Return an event that somebody goes to, else answer 404 and leave an audit line."""
    theirs = events_of(db(), person, _since(foundation_of(person)))
    return next((one for one in theirs if one.id == event_id), None) or not_theirs(
        "event", event_id
    )


def _request_of(person: Person, request_id: int) -> MoneyRequest:
    """Return a request of one's own, else answer 404 and leave an audit line."""
    request = db().get(MoneyRequest, request_id)
    if request is None:
        abort(404)
    if request.person_id != person.id:
        not_theirs("money_request", request_id)
    return open_request(db(), request)


def _page(token: str, person: Person, request: MoneyRequest, sent: Forms | None = None) -> str:
    foundation = foundation_of(person)
    today = now_of(foundation).date()
    return _render(
        "my_trips/show.html",
        token,
        person,
        asked=request,
        forms=forms_of(request, is_own=True, sent=sent),
        remarks=told.list_remarks(request, rules_of(foundation), today),
    )


def _render(template: str, token: str, person: Person, **more: object) -> str:
    foundation = foundation_of(person)
    return render_template(
        template, token=token, person=person, foundation=foundation, told=told, words=WORDS, **more
    )
