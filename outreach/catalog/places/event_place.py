"""Turns the facts of a record into the columns of an event, its place settled offline."""

from typing import Any

from models import Event, Person
from outreach.catalog.facts import EventFacts, event_key
from outreach.catalog.places.countries import canonical_country
from outreach.catalog.places.lookup import Place, find_places, settle_place

PLACE_COLUMNS = ("city", "country", "admin1", "latitude", "longitude", "timezone")

Columns = dict[str, Any]
"""Values by the names of an event's columns."""


def columns_of(facts: EventFacts) -> Columns:
    """Return the values of an event's columns; what is not known is None (or empty)."""
    return {
        "name": facts.name,
        "name_key": event_key(facts.name),
        "starts_on": facts.starts_on,
        "ends_on": facts.ends_on,
        "url": facts.url,
        **place_columns(facts.city, facts.country),
        "is_online": facts.is_online,
        "topics": list(facts.topics),
        "languages": facts.languages,
        "cfp_url": facts.cfp_url,
        "cfp_closes_on": facts.cfp_closes_on,
        "coc_url": facts.coc_url,
        "organiser": facts.organiser,
        "organiser_contact": facts.organiser_contact,
        "manual_url": facts.manual_url,
        "note": facts.note,
    }


def place_columns(city: str | None, country: str | None) -> Columns:
    """Settle a city and a country; where nobody can tell, they stay as they were written."""
    place = settle_place(city, country) if city else None
    if place is not None and city:
        return columns_of_place(place, city)
    named = (canonical_country(country) or country) if country else None
    return dict.fromkeys(PLACE_COLUMNS) | {"city": city or None, "country": named}


def columns_of_place(place: Place, city: str | None = None) -> Columns:
    """Return the columns of a settled place under the name that people wrote for the town."""
    return {
        "city": (city or place.name).partition(",")[0].strip() or place.name,
        "country": place.country,
        "admin1": place.admin1 or None,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "timezone": place.timezone,
    }


def offered_places(row: Event | Person) -> list[Place]:
    """Return the places that a row's city may mean, while nobody can tell which one it is."""
    if row.latitude is not None or not row.city:
        return []
    return find_places(row.city, row.country)


def changed_columns(before: Columns, after: Columns, event: Columns, edited: set[str]) -> Columns:
    """Return what a record that changed from `before` to `after` changes in an event.

    Only a column that still shows what the record said (or nothing) follows it, so that the
    edits of people and the facts of other sources survive. What the record no longer says
    stays: absent means unknown. City and country go together, and so do the days.
    """
    wanted = {
        column: after[column]
        for column in before
        if after[column] != before[column] and not _is_unknown(after[column])
    }
    if set(PLACE_COLUMNS) & set(wanted):
        wanted |= {column: after[column] for column in PLACE_COLUMNS}
        if not _follows(PLACE_COLUMNS[:2], before, event, edited):
            wanted = {key: value for key, value in wanted.items() if key not in PLACE_COLUMNS}
    changes = {
        column: value
        for column, value in wanted.items()
        if event[column] != value
        and (column in PLACE_COLUMNS or _follows((column,), before, event, edited))
    }
    return _with_days_in_order(changes, event)


def _is_unknown(value: object) -> bool:
    return value is None or value in ("", [])


def _follows(columns: tuple[str, ...], before: Columns, event: Columns, edited: set[str]) -> bool:
    return not edited & set(columns) and all(
        _is_unknown(event[column]) or event[column] == before[column] for column in columns
    )


def _with_days_in_order(changes: Columns, event: Columns) -> Columns:
    """Leave the days alone where a day edited here and one from the source do not fit."""
    first = changes.get("starts_on", event["starts_on"])
    last = changes.get("ends_on", event["ends_on"])
    if last is not None and first is not None and last < first:
        return {c: value for c, value in changes.items() if c not in ("starts_on", "ends_on")}
    return changes
