"""My shifts: when, where, with whom, and what now?"""

from collections.abc import Callable, Sequence

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

from models import Event, Person, SignUp
from outreach.accounts import feeds
from outreach.calendars.clock import say_count
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing.booth.booths import coordinators_of
from outreach.staffing.cover.seek import ask_the_best
from outreach.staffing.letters.own_entries import say_title
from outreach.staffing.notices import LAST_DAYS
from outreach.staffing.roster.mine import (
    OwnPlace,
    find_place,
    headline,
    list_cover_asks,
    list_swaps,
    list_wanted_times,
    load_places,
    note_arrivals,
    say_no_reminders,
    say_unanswered,
    why_untold,
)
from outreach.staffing.roster.served import (
    find_arrivals,
    list_past,
    load_served,
    say_thanks,
)
from outreach.staffing.rules import NeedsReason
from outreach.staffing.sign_up_answers import list_asked
from outreach.staffing.signups.attendance.check_in import stay_on
from outreach.staffing.signups.confirm import confirm
from outreach.staffing.signups.waiting_list import answer_offer
from outreach.staffing.signups.withdraw import leave
from outreach.staffing.volunteers import personal_links
from views.calendars.subscribing import SubscribeWay, list_ways
from views.mine import venue_words
from views.mine.personal import (
    OWN,
    find_known,
    foundation_of,
    keep_token,
    kept_token,
    not_theirs,
    now_of,
    own_act,
    personal,
)
from views.mine.sign_up_forms import said_all_right
from views.mine.ways_in import ask_page
from views.web.act import Done, Otherwise, Result, above, act
from views.web.guards import PUBLIC, allow
from views.web.reach import sends
from views.web.request import db, real_now, site

blueprint = Blueprint("my_shifts", __name__)


@blueprint.get("/my")
@allow(PUBLIC)
def mine() -> ResponseReturnValue:
    """Lead whom the browser knows to their page."""
    known = find_known()
    if known is None:
        return ask_page(), 404
    return redirect(url_for("my_shifts.show", token=known.token))


@blueprint.get("/my/<token>")
@allow(PUBLIC)
def show(token: str) -> Response:
    """Show what one volunteer has; opening it changes nothing, however often."""
    response = make_response(_page(token))
    venue_words.keep_zone(response)
    return response


@blueprint.get("/my/<token>/zone")
@allow(PUBLIC)
def choose_zone(token: str) -> str:
    """Offer the zones, for a reader elsewhere whose browser did not say where it is."""
    person = personal(token)
    places = load_places(db(), person, now_of(foundation_of(person)))
    return render_template(
        "sign_up/zone.html",
        back=url_for("my_shifts.show", token=token),
        whose=(person.first_name, foundation_of(person).name),
        town=places[0].city if places else None,
        zone=places[0].zone if places else None,
        zones=venue_words.zones(),
    )


def _page(token: str, against: int = 0) -> str:
    """Show what one volunteer has; `against` numbers an offer whose yes would break a rule."""
    person = personal(token)
    foundation = foundation_of(person)
    now = now_of(foundation)
    places, served = load_places(db(), person, now), load_served(db(), person, now)
    note_arrivals(places, find_arrivals(served))
    found, leads = _sorted(places), _leads(places)
    past = list_past(served)
    return render_template(
        "my_shifts/show.html",
        token=token,
        person=person,
        foundation=foundation,
        now=now,
        headline=say_thanks(past[0]) if past and not places else headline(places, now),
        served=past,
        against=against,
        asked=say_unanswered(found["unanswered"]),
        all_of_them=_say_all(len(found["unanswered"])),
        leads=leads,
        untold=found["taken"]
        and why_untold(person, found["taken"][0].starts, now, sends(foundation)),
        no_reminders=say_no_reminders(leads),
        is_this_phone=token in (OWN, kept_token()),
        asks=list_cover_asks(db(), person, now),
        swaps=list_swaps(db(), person, now),
        own=venue_words.own_zone(person),
        kept=venue_words.kept_zone(),
        first=places[0] if places else None,
        address=site() + url_for("my_shifts.show", token=token),
        kept_days=personal_links.LASTS.days,
        ways=_ways(person),
        booths=(booths := {one.code: one.event_name for one in places if not one.is_called_off}),
        has_booths=len(booths) > 1,
        wanted=list_wanted_times(db(), person, now),
        asking=list_asked(db(), person, {one.event_id for one in places if not one.is_called_off}),
        **found,
    )


@blueprint.post("/my/<token>/coming")
@allow(PUBLIC)
def come(token: str) -> ResponseReturnValue:
    """Note that the person comes to the shifts that the page named: one, or all at once."""
    person = personal(token)
    named = dict.fromkeys(request.form.getlist("place", type=int))
    places = [sign_up_of(person, number) for number in named]
    now = now_of(foundation_of(person))
    said = say_count(
        "Noted: you come. Thank you.", "Noted: you come to all %(number)s. Thank you.", len(places)
    )
    return act_on_page(
        token, lambda: confirm(db(), places, person, now, real_now()), lambda done: said
    )


@blueprint.get("/my/<token>/shifts/<int:sign_up_id>/leave")
@allow(PUBLIC)
def give_up(token: str, sign_up_id: int) -> str:
    """Ask how: now, or once somebody else is found."""
    person = personal(token)
    return render_template(
        "my_shifts/give_up.html",
        token=token,
        person=person,
        place=place_of(person, sign_up_id),
        foundation=foundation_of(person),
        now=now_of(foundation_of(person)),
        own=venue_words.own_zone(person),
        leads=_whom_to_call(person, sign_up_id),
    )


@blueprint.post("/my/<token>/shifts/<int:sign_up_id>/leave")
@allow(PUBLIC)
def withdraw(token: str, sign_up_id: int) -> ResponseReturnValue:
    """Give the place up."""
    person = personal(token)
    sign_up = sign_up_of(person, sign_up_id)
    place = place_of(person, sign_up_id)
    when = venue_words.say_when(place.starts, place.ends, place.zone)
    return act_on_page(
        token,
        lambda: leave(db(), sign_up, now_of(foundation_of(person)), real_now()),
        lambda done: _(
            "You are off %(day)s, %(span)s. Thank you for saying it.", day=when.day, span=when.span
        ),
    )


@blueprint.post("/my/<token>/shifts/<int:sign_up_id>/cover")
@allow(PUBLIC)
def ask_for_cover(token: str, sign_up_id: int) -> ResponseReturnValue:
    """Ask those who fit best to take the place over; until one says yes it stays one's own."""
    person = personal(token)
    sign_up = sign_up_of(person, sign_up_id)
    now = now_of(foundation_of(person))
    return act_on_page(token, lambda: ask_the_best(db(), sign_up, now, real_now()), _say_asked)


@blueprint.post("/my/<token>/shifts/<int:sign_up_id>/stay")
@allow(PUBLIC)
def stay(token: str, sign_up_id: int) -> ResponseReturnValue:
    """Note that the person can stay on if nobody comes, or has to go after all."""
    person = personal(token)
    sign_up = sign_up_of(person, sign_up_id)
    says = request.form.get("says") != "no"
    now = now_of(foundation_of(person))
    said = _("Noted: you can stay on if nobody comes.") if says else _("Noted: you have to go.")
    return act_on_page(
        token, lambda: stay_on(db(), sign_up, person, now, real_now(), says), lambda done: said
    )


@blueprint.post("/my/<token>/shifts/<int:sign_up_id>/offer")
@allow(PUBLIC)
def answer(token: str, sign_up_id: int) -> ResponseReturnValue:
    """Take the place that is offered, or let it go to the next in the queue."""
    person = personal(token)
    sign_up = sign_up_of(person, sign_up_id)
    says_yes = request.form.get("says") == "yes"
    reason, now = said_all_right(sign_up_id), now_of(foundation_of(person))
    said = _("The place is yours.") if says_yes else _("The place goes to the next in the queue.")

    def again(refusal: Refused) -> ResponseReturnValue:
        breaks_rule = isinstance(refusal, NeedsReason)
        return above(lambda: _page(token, sign_up_id if breaks_rule else 0))(refusal)

    return act_on_page(
        token, lambda: answer_offer(db(), sign_up, says_yes, now, reason), lambda done: said, again
    )


@blueprint.post("/my/<token>/keep")
@allow(PUBLIC)
def keep(token: str) -> ResponseReturnValue:
    """Let this browser know the person, and show the shifts that they can take, or have.

    Where a shift of theirs begins soon or is on, lead on to the check-in at the booth.
    """
    person = personal(token)
    code, now = request.form.get("code", ""), now_of(foundation_of(person))
    mine, others = url_for("my_shifts.show", token=token), "sign_up.listing"
    to = url_for(others, code=code) if code else mine
    near = [one for one in load_places(db(), person, now) if one.is_near(now)] if not code else []
    if near and near[0].state == "taken" and not near[0].cancelled_at:
        to = url_for("duty.here_page", code=near[0].code)
    then = None if token == OWN else lambda response: keep_token(response, token)
    return act(lambda: None, lambda done: Done("", to, then=then), above(lambda: show(token)))


@blueprint.post("/my/<token>/link")
@allow(PUBLIC)
def make_link(token: str) -> AnyResponse:
    """Show somebody who is signed in their personal link, which opens the page anywhere."""
    person = personal(token)
    made = personal_links.copy(db(), person, current_app.config["SECRET_KEY"], real_now())
    db().commit()
    return redirect(url_for("my_shifts.show", token=made), 303)


def sign_up_of(person: Person, sign_up_id: int) -> SignUp:
    """Return a sign-up of the person's own, else answer 404 and leave an audit line."""
    sign_up = db().get(SignUp, sign_up_id)
    if sign_up is None:
        abort(404)
    if sign_up.person_id != person.id:
        not_theirs("sign_up", sign_up_id)
    return sign_up


def place_of(person: Person, sign_up_id: int) -> OwnPlace:
    """Return a place of the person's own with its shift, else answer 404."""
    place = find_place(db(), person, sign_up_of(person, sign_up_id).id)
    return place or abort(404)


def act_on_page(
    token: str,
    rule: Callable[[], Result],
    said: Callable[[Result], str],
    otherwise: Otherwise | None = None,
) -> ResponseReturnValue:
    """Do what a button of the person's page says; where it is refused the page says why."""
    to = url_for("my_shifts.show", token=token)
    return act(
        rule,
        lambda result: Done(said(result), to, own_act(personal(token))),
        otherwise or above(lambda: show(token)),
        in_crowd=True,
    )


def _ways(person: Person) -> Sequence[SubscribeWay]:
    """Return how a program subscribes to the person's own calendar."""
    key, own = current_app.config["SECRET_KEY"], feeds.find_own(db(), person)
    if own is not None:
        token = feeds.find_token(own, key)
    else:
        token = personal_links.find_feed_token(db(), person, key)
    return list_ways(token, say_title(foundation_of(person), person)) if token else ()


def _leads(places: Sequence[OwnPlace]) -> list[Person]:
    """Return whom to ask about the next shift."""
    event = db().get(Event, places[0].event_id) if places else None
    return coordinators_of(db(), event)[:2] if event else []


def _whom_to_call(person: Person, sign_up_id: int) -> list[Person]:
    """Return who is called besides, where somebody gives a shift up in the last days.

    Who has not shown yet who they are is told it on the last day, as on the page of the shifts.
    """
    place, ours = place_of(person, sign_up_id), foundation_of(person)
    now = now_of(ours)
    is_late = place.starts - now <= LAST_DAYS and now < place.ends
    if not is_late or why_untold(person, place.starts, now, sends(ours)):
        return []
    return [one for one in _leads([place]) if one.phone and one.id != person.id]


def _sorted(places: Sequence[OwnPlace]) -> dict[str, list[OwnPlace]]:
    """Sort places by what can be done about them."""
    on = [one for one in places if not (one.cancelled_at or one.is_called_off)]
    taken = [one for one in on if one.state == "taken"]
    return {
        "taken": taken,
        "then": taken[1:],
        "unanswered": [one for one in taken if not one.is_confirmed],
        "offers": [one for one in on if one.state == "offered"],
        "waiting": [one for one in on if one.state == "waiting"],
        "cancelled": [one for one in places if one.cancelled_at and not one.is_called_off],
        "called_off": list({one.event_id: one for one in places if one.is_called_off}.values()),
    }


def _say_all(count: int) -> str:
    """Say yes to one shift, or to all of them at once."""
    return say_count("I come", "I come to all %(number)s", count)


def _say_asked(count: int) -> str:
    """Say who looks for somebody now, and whose the shift is meanwhile."""
    if not sends(foundation_of(g.personal)):
        return _("Whoever runs the booth sees it. The shift is yours until somebody says yes.")
    if not count:
        return _("Whoever runs the booth is told. The shift is yours until somebody says yes.")
    return say_count(
        "%(Number)s person is asked. The shift is yours until somebody says yes.",
        "%(Number)s people are asked. The shift is yours until somebody says yes.",
        count,
    )
