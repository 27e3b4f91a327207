"""Adds an event by hand and changes one: what people wrote here outlives every import."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from models import Event, Foundation, Person
from outreach.accounts import history
from outreach.catalog.facts import NAME_LENGTH, EventFacts, clean, event_key, read_address
from outreach.catalog.merging.offers import offer_duplicates
from outreach.catalog.places.event_place import (
    PLACE_COLUMNS,
    columns_of_place,
    offered_places,
    place_columns,
)
from outreach.catalog.places.lookup import find_places, settle_place
from outreach.catalog.series.linking import SeriesLinks
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.refusal import Refused

_ADDRESSES = ("url", "coc_url", "manual_url")
_LONG_TEXTS = frozenset(["programme", "goal", "note"])
_LENGTHS = {
    "name": NAME_LENGTH,
    "city": 120,
    "country": 80,
    "languages": 60,
    "organiser": 120,
    "organiser_contact": 200,
}
EDITED = "edited"
EDITABLE = frozenset(
    [
        *("name", "starts_on", "ends_on", "url", "city", "country", "is_online", "topics"),
        *("languages", "coc_url", "programme", "goal"),
        *("organiser", "organiser_contact", "manual_url"),
        *("booth_cost", "expected_conversations", "note"),
    ]
)


def add_event(
    session: Session,
    foundation: Foundation,
    facts: Mapping[str, Any],
    now: datetime,
    person: Person | None,
) -> Event:
    """Add an event by hand from values by column; a name and the first day are enough; flush."""
    wait_for_others(session, foundation.id)
    with history.act(session, now, person, foundation, "added") as act:
        act.subject = event = make_event(session, foundation, facts, now)
    return event


def make_event(
    session: Session, foundation: Foundation, facts: Mapping[str, Any], now: datetime
) -> Event:
    """Make an event inside an act; what it seems to repeat is offered as a duplicate; flush.

    Refuses with the column as field.
    """
    wanted = _checked({name: value for name, value in facts.items() if name in EDITABLE})
    if not wanted.get("name"):
        raise Refused(_("An event needs a name."), "name")
    if wanted.get("starts_on") is None:
        raise Refused(_("An event needs its first day."), "starts_on")
    wanted["ends_on"] = wanted.get("ends_on") or wanted["starts_on"]
    _refuse_days(wanted["starts_on"], wanted["ends_on"])
    given = {name: value for name, value in wanted.items() if value is not None}
    given |= place_columns(wanted.get("city"), wanted.get("country"))
    linked = EventFacts(
        wanted["name"],
        wanted["starts_on"],
        wanted["ends_on"],
        url=wanted.get("url"),
        city=wanted.get("city"),
    )
    series = SeriesLinks(session, foundation).link(linked)
    session.flush()
    event = Event(
        foundation_id=foundation.id,
        series_id=series.id,
        name_key=event_key(wanted["name"]),
        created_at=now,
        edited_fields=[],
        **given,
    )
    session.add(event)
    session.flush()
    offer_duplicates(session, foundation, [event.id], now)
    return event


def edit_event(
    session: Session,
    foundation: Foundation,
    event: Event,
    facts: Mapping[str, Any],
    version: int,
    by: Person | None,
    real: datetime,
    along: Callable[[], None] | None = None,
) -> history.Entry | None:
    """Change columns of an event; what changes is marked as edited here; flush.

    Return the line of the history; None where nothing changed. `along` does what goes along with
    it, in the same act, while the event is as it was.

    `facts` holds values by column. With a latitude among them its place is taken as given
    (one of the `offered_places` was chosen), else a new city or country is settled again.
    Refuses with the column as field.
    """
    with history.edit(session, foundation, event, version, by, real, EDITED) as act:
        wanted = _checked({name: value for name, value in facts.items() if name in EDITABLE})
        wanted = {name: value for name, value in wanted.items() if getattr(event, name) != value}
        _refuse_days(wanted.get("starts_on", event.starts_on), wanted.get("ends_on", event.ends_on))
        wanted |= _place(event, wanted, facts)
        if along is not None:
            along()
        if "name" in wanted:
            wanted["name_key"] = event_key(wanted["name"])
        for name, value in wanted.items():
            setattr(event, name, value)
        event.edited_fields = sorted({*event.edited_fields, *wanted} - {"name_key"})
    return act.changed


def find_town(event: Event, town: str, country: str | None) -> dict[str, Any]:
    """Return the columns of an event that a town gives, whose clock its hours are by.

    A place that no list knows keeps its own name. Where several towns are meant, the event has
    that name and asks which one it is.
    """
    settled = settle_place(town, country)
    if settled is not None:
        unknown = event.city if event.city and not offered_places(event) else None
        return columns_of_place(settled, unknown or town)
    if not find_places(town, country):
        raise Refused(
            _(
                "No list of ours knows “%(town)s”. Name a larger town near it, whose clock is the"
                " same.",
                town=town,
            ),
            "city",
        )
    return {"city": town, "country": country or None}


def _place(event: Event, wanted: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Take the place that was chosen, or settle it again where its city or country changed."""
    if given.get("latitude") is not None:
        chosen = {name: given[name] for name in PLACE_COLUMNS if name in given}
        return {name: value for name, value in chosen.items() if getattr(event, name) != value}
    if not {"city", "country"} & set(wanted):
        return {}
    settled = place_columns(wanted.get("city", event.city), wanted.get("country", event.country))
    return {name: value for name, value in settled.items() if getattr(event, name) != value}


def _checked(columns: dict[str, Any]) -> dict[str, Any]:
    """Clean texts and refuse what no event can have."""
    checked = {name: _cleaned(name, value) for name, value in columns.items()}
    if "name" in checked and not checked["name"]:
        raise Refused(_("An event needs a name."), "name")
    for name, most in _LENGTHS.items():
        if len(checked.get(name) or "") > most:
            raise Refused(_("At most %(most)s characters fit.", most=most), name)
    for name in _ADDRESSES:
        if checked.get(name):
            checked[name] = read_address(checked[name])
            if checked[name] is None:
                raise Refused(_("A web address starts with http:// or https://."), name)
    return checked


def _cleaned(name: str, value: Any) -> Any:
    if name in _LONG_TEXTS:
        return "\n".join(clean(line) for line in (value or "").splitlines()).strip()
    return (clean(value) or None) if isinstance(value, str) else value


def _refuse_days(starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise Refused(_("It would end before it starts."), "ends_on")
