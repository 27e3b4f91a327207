"""Offers events that look like one as duplicates; what a person dismissed stays dismissed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models import DuplicateOffer, Event, Foundation, Series
from outreach.accounts.rows import table_of, where_in
from outreach.calendars.clock import say_count
from outreach.catalog.merging.duplicates import NEAR_DAYS, Lookalike, Pair, find_duplicates
from outreach.language import gettext as _


def load_candidates(
    session: Session, foundation: Foundation, first: date, last: date
) -> list[Lookalike]:
    """Load the events near a span of days, as far as duplicates are concerned, oldest row first."""
    near = timedelta(days=NEAR_DAYS)
    statement: Select[*tuple[Any, ...]] = (
        select(
            Event.id,
            Event.name,
            Event.starts_on,
            Event.ends_on,
            Series.name,
            Event.city,
            Event.country,
            Event.latitude,
            Event.longitude,
            Event.is_online,
        )
        .outerjoin(Series, Series.id == Event.series_id)
        .where(
            Event.foundation_id == foundation.id,
            Event.ends_on >= first - near,
            Event.starts_on <= last + near,
        )
        .order_by(Event.id)
    )
    return [Lookalike(*row) for row in session.execute(statement).all()]


def offer_duplicates(
    session: Session, foundation: Foundation, event_ids: Sequence[int], now: datetime
) -> list[DuplicateOffer]:
    """Offer what these events repeat, once for each pair, and flush."""
    days = session.execute(
        select(Event.starts_on, Event.ends_on).where(
            Event.foundation_id == foundation.id, Event.id.in_(event_ids)
        )
    ).all()
    if not days:
        return []
    first, last = min(row.starts_on for row in days), max(row.ends_on for row in days)
    near = load_candidates(session, foundation, first, last)
    fresh = set(event_ids)
    pairs = find_duplicates(
        [one for one in near if one.id in fresh],
        [one for one in near if one.id not in fresh],
        find_answered(session, foundation),
    )
    return offer_pairs(session, foundation, pairs, now)


def offer_pairs(
    session: Session, foundation: Foundation, pairs: Iterable[Pair], now: datetime
) -> list[DuplicateOffer]:
    """Offer these pairs, as far as both events are there and nobody was offered them, and flush."""
    found = list(pairs)
    numbers = {number for pair in found for number in (pair.kept_id, pair.other_id)}
    there: set[int] = set()
    for condition in where_in(table_of("event").c.id, numbers):
        mine = select(Event.id).where(condition, Event.foundation_id == foundation.id)
        there |= set(session.scalars(mine))
    answered = find_answered(session, foundation) if found else set()
    offers = [
        DuplicateOffer(
            foundation_id=foundation.id,
            kept_id=pair.kept_id,
            other_id=pair.other_id,
            sentence=pair.sentence,
            offered_at=now,
        )
        for pair in found
        if {pair.kept_id, pair.other_id} <= there
        and frozenset((pair.kept_id, pair.other_id)) not in answered
    ]
    session.add_all(offers)
    session.flush()
    return offers


@dataclass(frozen=True, slots=True)
class OpenOffer:
    """An offer that nobody has answered yet, with the two events it is about."""

    offer: DuplicateOffer
    kept: Event
    other: Event


def say_pairs(count: int) -> str:
    """Say how many pairs wait for a person's word."""
    if not count:
        return _("No two events look like one.")
    return say_count(
        "Two events look like one.", "%(Number)s pairs look like one event each.", count
    )


def open_offers(session: Session, foundation: Foundation, limit: int = 100) -> list[OpenOffer]:
    """Return the oldest offers that wait for an answer."""
    statement = (
        select(DuplicateOffer)
        .where(DuplicateOffer.foundation_id == foundation.id, DuplicateOffer.dismissed_at.is_(None))
        .order_by(DuplicateOffer.id)
        .limit(limit)
    )
    offers = session.scalars(statement).all()
    ids = {event_id for offer in offers for event_id in (offer.kept_id, offer.other_id)}
    events = {event.id: event for event in session.scalars(select(Event).where(Event.id.in_(ids)))}
    return [OpenOffer(offer, events[offer.kept_id], events[offer.other_id]) for offer in offers]


def find_answered(session: Session, foundation: Foundation) -> set[frozenset[int]]:
    """Return the pairs that were offered before, whatever came of it."""
    rows = session.execute(
        select(DuplicateOffer.kept_id, DuplicateOffer.other_id).where(
            DuplicateOffer.foundation_id == foundation.id
        )
    )
    return {frozenset(row) for row in rows}
