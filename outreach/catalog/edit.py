"""Adds an event by hand and changes one: what people wrote here outlives every import."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import AuditEntry, Event, Foundation, Person
from outreach.catalog.facts import NAME_LENGTH, EventFacts, clean, event_key, read_address
from outreach.catalog.linking import SeriesLinks
from outreach.catalog.offers import offer_duplicates
from outreach.catalog.places import Place, find_places
from outreach.catalog.placing import PLACE_COLUMNS, columns_of, columns_of_place, place_columns
from outreach.catalog.stored_json import to_json
from outreach.refusal import Refused

_ADDRESSES = ("url", "cfp_url", "coc_url")
_LENGTHS = {"name": NAME_LENGTH, "city": 120, "country": 80, "languages": 60}
EDITABLE = frozenset(
    [
        *("name", "starts_on", "ends_on", "url", "city", "country", "is_online", "topics"),
        *("languages", "cfp_url", "cfp_closes_on", "coc_url", "programme", "goal"),
        *("booth_cost", "expected_conversations", "note"),
    ]
)
CHANGED_MEANWHILE = (
    "Somebody else changed this event while you were editing it. Look at it as it is now,"
    " then make your change again."
)


def add_event(
    session: Session,
    foundation: Foundation,
    facts: EventFacts,
    now: datetime,
    person: Person | None,
) -> Event:
    """Add an event by hand, name and first day are enough, and flush.

    What it seems to repeat is offered as a duplicate. Refuses with the column as field.
    """
    columns = columns_of(facts)
    columns |= _checked({name: columns[name] for name in EDITABLE if name in columns})
    _refuse_days(columns["starts_on"], columns["ends_on"])
    series = SeriesLinks(session, foundation).link(facts)
    session.flush()
    event = Event(
        foundation_id=foundation.id,
        series_id=series.id,
        created_at=now,
        edited_fields=[],
        **columns,
    )
    session.add(event)
    session.flush()
    offer_duplicates(session, foundation, [event.id], now)
    _record(session, event, "event added", {"name": event.name}, now, person)
    return event


def edit_event(
    session: Session,
    event: Event,
    changes: Mapping[str, Any],
    expected_version: int,
    now: datetime,
    person: Person | None,
) -> Event:
    """Change columns of an event; what changes is marked as edited here; flush.

    `changes` holds values by column, and may hold a Place under "place": the one of several
    offered that is meant. `expected_version` is the one the form was filled from. Refuses
    with the column as field.
    """
    if event.version != expected_version:
        raise Refused(CHANGED_MEANWHILE)
    wanted = _checked({name: value for name, value in changes.items() if name in EDITABLE})
    wanted = {name: value for name, value in wanted.items() if getattr(event, name) != value}
    _refuse_days(wanted.get("starts_on", event.starts_on), wanted.get("ends_on", event.ends_on))
    wanted |= _place(event, wanted, changes.get("place"))
    if "name" in wanted:
        wanted["name_key"] = event_key(wanted["name"])
    before = {name: to_json(getattr(event, name)) for name in wanted}
    for name, value in wanted.items():
        setattr(event, name, value)
    if wanted:
        event.edited_fields = sorted({*event.edited_fields, *wanted} - {"name_key"})
        after = {name: to_json(value) for name, value in wanted.items()}
        _record(session, event, "event edited", {"before": before, "after": after}, now, person)
    return event


def offered_places(event: Event) -> list[Place]:
    """Return the places that an event's city may mean, while nobody can tell which one it is."""
    if event.latitude is not None or not event.city:
        return []
    return find_places(event.city, event.country)


def _place(event: Event, wanted: Mapping[str, Any], place: Place | None) -> dict[str, Any]:
    """Settle the place again where its city or country changed, or take the one that is meant."""
    if place is not None:
        return columns_of_place(place, wanted.get("city", event.city))
    if not {"city", "country"} & set(wanted):
        return {}
    columns = place_columns(wanted.get("city", event.city), wanted.get("country", event.country))
    return {name: columns[name] for name in PLACE_COLUMNS}


def _checked(columns: dict[str, Any]) -> dict[str, Any]:
    """Clean texts and refuse what no event can have."""
    checked = {name: _cleaned(name, value) for name, value in columns.items()}
    if "name" in checked and not checked["name"]:
        raise Refused("An event needs a name.", "name")
    for name, most in _LENGTHS.items():
        if len(checked.get(name) or "") > most:
            raise Refused(f"At most {most} characters fit.", name)
    for name in _ADDRESSES:
        if checked.get(name):
            checked[name] = read_address(checked[name])
            if checked[name] is None:
                raise Refused("A web address starts with http:// or https://.", name)
    return checked


def _cleaned(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if name in ("programme", "goal", "note"):
        return "\n".join(clean(line) for line in value.splitlines()).strip()
    return clean(value) or None


def _refuse_days(starts_on: Any, ends_on: Any) -> None:
    if ends_on < starts_on:
        raise Refused("It would end before it starts.", "ends_on")


def _record(
    session: Session,
    event: Event,
    act: str,
    detail: dict[str, Any],
    now: datetime,
    person: Person | None,
) -> None:
    session.add(
        AuditEntry(
            at=now,
            foundation_id=event.foundation_id,
            person_id=person.id if person else None,
            act=act,
            subject="event",
            subject_id=event.id,
            detail=detail,
        )
    )
    session.flush()
