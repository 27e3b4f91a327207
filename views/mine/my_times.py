"""Availability: when a volunteer could stand at a booth, ticked beside its shifts."""

from collections.abc import Iterable

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import Booth, Event, Person
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing.roster.availability import SuitableTime, booth_for, find_said, say
from outreach.staffing.roster.sign_up_list import ListedShift, load_offers
from views.mine import venue_words
from views.mine.personal import foundation_of, not_theirs, now_of, own_act, personal
from views.web.act import Done, act
from views.web.guards import PUBLIC, allow
from views.web.request import db, real_now

blueprint = Blueprint("my_times", __name__)


@blueprint.get("/my/<token>/events/<int:event_id>/times", endpoint="say")
@allow(PUBLIC)
def ask(token: str, event_id: int, wrong: str = "") -> str:
    """Ask when else somebody could, and how much at most."""
    person = personal(token)
    booth, event = _booth_for(person, event_id)
    said = find_said(db(), booth, person)
    return render_template(
        "my_shifts/times.html",
        token=token,
        person=person,
        event=event,
        zone=event.timezone or "UTC",
        offers=_times(booth, person),
        said=said,
        most=(said.most_minutes or 0) / 60,
        wrong=wrong,
        own=venue_words.own_zone(),
    )


@blueprint.post("/my/<token>/events/<int:event_id>/times")
@allow(PUBLIC)
def keep(token: str, event_id: int) -> ResponseReturnValue:
    """Note the times that were ticked."""
    person = personal(token)
    booth, event = _booth_for(person, event_id)
    now, real = now_of(foundation_of(person)), real_now()
    name, to = event.name, url_for("my_shifts.show", token=token)
    kept, none = (
        _("Noted for %(event)s.", event=name),
        _("Noted: no times for %(event)s.", event=name),
    )
    return act(
        lambda: say(
            db(), booth, person, _ticked(_times(booth, person)), _most_minutes(), now, real
        ),
        lambda said: Done(kept if said else none, to, own_act(person)),
        lambda refusal: ask(token, event_id, refusal.sentence),
    )


def _booth_for(person: Person, event_id: int) -> tuple[Booth, Event]:
    """Return the booth of an event of the person's foundation, else answer 404."""
    found = booth_for(db(), person, event_id)
    if found is None:
        not_theirs("event", event_id)
    return found


def _times(booth: Booth, person: Person) -> list[ListedShift]:
    """Return the shifts to come, one of each time."""
    coming = load_offers(db(), booth.id, now_of(foundation_of(person)), person.id)
    return list({(one.starts, one.ends): one for one in reversed(coming)}.values())[::-1]


def _ticked(offers: Iterable[ListedShift]) -> list[SuitableTime]:
    """Read the ticks; a wish is a possibility too."""
    can, likes = (set(request.form.getlist(name, type=int)) for name in ("can", "like"))
    ticked = [one for one in offers if one.id in can | likes]
    return [SuitableTime(one.starts, one.ends, one.id in likes) for one in ticked]


def _most_minutes() -> int | None:
    """Read the most hours; half an hour is fine, empty is no limit."""
    text = request.form.get("most", "").strip().replace(",", ".")
    if not text:
        return None
    try:
        hours = float(text)
    except ValueError:
        hours = 0.0
    if not 0.25 <= hours <= 200:
        raise Refused(_("Give the most hours as a number, or leave it empty."), "most")
    return round(hours * 60)
