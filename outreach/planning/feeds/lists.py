"""The events of a calendar as rows, for lists on a site of one's own."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Decision, Event
from outreach.planning.feeds.opened import KEPT, Moment, Opened, gathers_at

MOST = 1000
LISTED = frozenset(["season", "segment"])
"""Calendars that are lists of events."""
Row = Mapping[str, Any]
"""A row by the names that conference-data gives its columns; None where nothing is known."""


def list_rows(session: Session, opened: Opened, at: Moment) -> list[Row]:
    """Return the events that we go to, from the last year on, the soonest first."""
    only = [gathers_at(opened.segment_id)] if opened.segment_id else []
    rows = session.execute(
        select(
            *(Event.name, Event.starts_on, Event.ends_on, Event.city, Event.country, Event.url),
        )
        .join(Event.decision)
        .where(Event.foundation_id == opened.foundation.id, Decision.state == "go")
        .where(Event.ends_on > at.now.date() - KEPT, *only)
        .order_by(Event.starts_on, Event.name, Event.id)
        .limit(MOST)
    )
    return [
        {
            "name": row.name,
            "startDate": row.starts_on,
            "endDate": row.ends_on,
            "city": row.city,
            "country": row.country,
            "url": row.url,
        }
        for row in rows
    ]


def as_day(value: object) -> object:
    """Write a day as lists do: "2027-03-21"."""
    return value.isoformat() if isinstance(value, date) else value
