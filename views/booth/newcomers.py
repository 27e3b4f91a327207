"""Newcomers of a booth: who signed up and is not known yet; let in, or taken off again."""

from dataclasses import replace
from datetime import UTC, datetime

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import Booth, Event, Person
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing.booth.booths import change_rules, zone_of
from outreach.staffing.reach.load import load_reach
from outreach.staffing.rules import rules_of
from outreach.staffing.signups import newcomers
from views.booth.booth_rows import booth_of, event_here
from views.web.act import Done, above, act
from views.web.guards import LEAD, allow
from views.web.request import db, here, me, planning_now, read_key, real_now

blueprint = Blueprint("newcomers", __name__)


@blueprint.get("/events/<int:event_id>/booth/newcomers")
@allow(LEAD)
def show(event_id: int) -> str:
    """Show who is not known, by the network that they signed up in."""
    event = event_here(event_id)
    booth = booth_of(event)
    groups = newcomers.list_newcomers(db(), booth, planning_now())
    return render_template(
        "booths/newcomers.html",
        event=event,
        groups=groups,
        reach=load_reach(db(), [number for group in groups for number in group.newcomers]),
        headline=newcomers.say_newcomers(newcomers.count_newcomers(groups)),
        holds=rules_of(booth.rules).holds_networks,
        zone=zone_of(event),
    )


@blueprint.post("/events/<int:event_id>/booth/newcomers/accept")
@allow(LEAD)
def accept(event_id: int) -> ResponseReturnValue:
    """Take the word of whoever runs the booth for one, for a network, or for all."""
    event = event_here(event_id)
    booth = booth_of(event)
    wanted = _wanted(booth)
    return act(
        lambda: newcomers.accept(db(), here(), wanted, me(), real_now(), booth),
        lambda entry: Done(newcomers.say_accepted(len(wanted)), _address(event), entry),
        above(lambda: show(event_id)),
    )


@blueprint.post("/events/<int:event_id>/booth/newcomers/remove")
@allow(LEAD)
def remove(event_id: int) -> ResponseReturnValue:
    """Take off what was signed up for in a network since a time."""
    event = event_here(event_id)
    booth, network = booth_of(event), request.form.get("network", "")
    return act(
        lambda: newcomers.remove_since(
            db(), booth, network, _since(event), me(), planning_now(), real_now()
        ),
        lambda entry: Done(newcomers.say_removed(entry), _address(event), entry),
        above(lambda: show(event_id)),
    )


@blueprint.post("/events/<int:event_id>/booth/newcomers/limit")
@allow(LEAD)
def limit(event_id: int) -> ResponseReturnValue:
    """Lift the limit on newcomers from one network where a hall signs up, or set it again."""
    event = event_here(event_id)
    holds = request.form.get("holds") == "yes"
    rules = replace(rules_of(booth_of(event).rules), holds_networks=holds)
    lifted = _("Newcomers from one network may take what is free.")
    said = _("One network holds at most a third of the open places.") if holds else lifted
    return act(
        lambda: change_rules(db(), event, rules, me(), real_now()),
        lambda entry: Done(said, _address(event), entry),
        above(lambda: show(event_id)),
    )


def _address(event: Event) -> str:
    return url_for("newcomers.show", event_id=event.id)


def _wanted(booth: Booth) -> list[Person]:
    """Return whom a form means, of those who are not known."""
    number, network = read_key(request.form.get("person")), request.form.get("network")
    groups = newcomers.list_newcomers(db(), booth, planning_now())
    found = {
        one.person.id: one.person
        for group in groups
        for one in group.newcomers.values()
        if number in (0, one.person.id) and network in (None, group.network or "")
    }
    return list(found.values())


def _since(event: Event) -> datetime:
    """Read a day and time by the venue's clock."""
    try:
        typed = datetime.fromisoformat(request.form.get("since", ""))
        return typed.replace(tzinfo=zone_of(event)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(_("Give a day and a time.")) from None
