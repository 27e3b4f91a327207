"""Takes imports back: what they created and nobody touched goes, what they changed is set back."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from models import ActSubject, Call, DuplicateOffer, Event, Foundation, Match, Series
from outreach.accounts import history
from outreach.accounts.history import Entry
from outreach.accounts.putting_back import (
    UNCOUNTED,
    TakingBack,
    key_of_change,
    put_back_touched,
    stands,
)
from outreach.accounts.rows import Values, overwrite, read_rows, references_to, table_of, where_in
from outreach.accounts.watching import Change
from outreach.calendars.clock import say_some
from outreach.catalog.importing.import_rows import IMPORTED

MOST_NAMED = 3
UNSEEN = {"synchronize_session": False}
"""For statements on rows that the session does not hold."""


def select_going(entry: Entry | type[Entry]) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of an event that an import made and nobody has to do with since."""
    later = (
        select(Entry.id)
        .join(ActSubject, ActSubject.entry_id == Entry.id)
        .where(ActSubject.subject == "event", ActSubject.subject_id == Event.id)
        .where(Entry.id > entry.id)
    )
    stands = later.where(Entry.taken_back_at.is_(None), Entry.act != history.TOOK_BACK)
    return (
        Event.foundation_id == entry.foundation_id,
        Event.created_at == entry.at,
        or_(Event.version == 1, later.exists() & ~stands.exists()),
        *_is_unused("event"),
    )


def _is_unused(table: str) -> list[ColumnElement[bool]]:
    """Return the conditions that nothing rests on a row but what comes along by itself.

    A call comes along as well, unless a person wrote it.
    """
    target = table_of(table)
    by_hand = {"call": (Call.source == "",)}
    return [
        ~exists().where(column == target.c.id, *by_hand.get(child.name, ())).correlate(target)
        for child, column in references_to(target)
        if child.name not in UNCOUNTED
    ]


def find_going(session: Session, entries: Collection[Entry]) -> dict[int, set[int]]:
    """Return the events that would go of each import, were it taken back now."""
    one = aliased(Entry)
    numbers = [entry.id for entry in entries]
    query = select(one.id, Event.id).where(one.id.in_(numbers), *select_going(one))
    made = {entry.id: set(entry.detail["created"]) for entry in entries}
    going: dict[int, set[int]] = {number: set() for number in numbers}
    for number, event_id in session.execute(query):
        if event_id in made[number]:
            going[number].add(event_id)
    return going


def find_unused(session: Session, numbers: Collection[int]) -> set[int]:
    """Return those of some events that nothing rests on."""
    return set(session.scalars(select(Event.id).where(Event.id.in_(numbers), *_is_unused("event"))))


def find_staying(session: Session, entry: Entry) -> set[int]:
    """Return the events that were made with an import and would stay, were it taken back now."""
    made = set(session.scalars(select(Event.id).where(*_made_with(entry))))
    return made - find_going(session, [entry])[entry.id]


def _made_with(entry: Entry) -> tuple[ColumnElement[bool], ...]:
    return Event.foundation_id == entry.foundation_id, Event.created_at == entry.at


def take_events_away(
    session: Session, entry: Entry, staying: Collection[int], staging: Foundation
) -> int:
    """Put events where nobody sees them, as far as they are as they were; return how many.

    Whether somebody works with one since it was found to go is looked at before it is deleted.
    """
    hidden = select(Event.id).where(Event.foundation_id == staging.id)
    away = update(Event).where(*_made_with(entry)).values(foundation_id=staging.id)
    session.execute(away, execution_options=UNSEEN)
    for condition in where_in(table_of("event").c.id, staying):
        back = update(Event).where(condition).values(foundation_id=entry.foundation_id)
        session.execute(back, execution_options=UNSEEN)
    move_calls(session, staging, hidden)
    theirs = or_(DuplicateOffer.kept_id.in_(hidden), DuplicateOffer.other_id.in_(hidden))
    for model, which in ((DuplicateOffer, theirs), (Match, Match.event_id.in_(hidden))):
        session.execute(delete(model).where(which), execution_options=UNSEEN)
    return session.scalar(select(func.count()).select_from(hidden.subquery())) or 0


def move_calls(session: Session, owner: Foundation, events: Collection[int] | Select[Any]) -> None:
    """Let calls belong to whom their events belong to."""
    theirs = update(Call).where(Call.event_id.in_(events)).values(foundation_id=owner.id)
    session.execute(theirs, execution_options=UNSEEN)


def remove_series(session: Session, made: Collection[int]) -> None:
    """Remove series that an import made and that nothing is an edition of."""
    for condition in where_in(table_of("series").c.id, made):
        session.execute(delete(Series).where(condition, *_is_unused("series")))


def withdraw_offers(session: Session, entry: Entry) -> None:
    """Withdraw what an import offered, where nobody answered."""
    for condition in where_in(table_of("duplicate_offer").c.id, entry.detail["offers"]):
        open_ones = delete(DuplicateOffer).where(condition, DuplicateOffer.dismissed_at.is_(None))
        session.execute(open_ones)


def find_set_back(session: Session, entry: Entry) -> list[Change]:
    """Return what an import changed and what still is as it left it, to be set back.

    A call goes back whole, for its columns tell one ending; so does one that the import gave to
    an event that was here before.
    """
    rows = [one for one in entry.detail["rows"] if _may_go_back(one)]
    now = read_rows(session, map(key_of_change, rows))
    made = set(entry.detail["created"])
    found = []
    for one in rows:
        row = now.get(key_of_change(one), {})
        if one["table"] == "call":
            if stands(one, now, entry) and row["event_id"] not in made:
                found.append(one)
        elif before := _unchanged_since(one, row):
            found.append(one | {"before": before})
    return found


def _may_go_back(change: Change) -> bool:
    return bool(change["before"] and change["after"]) or change["table"] == "call"


def _unchanged_since(change: Change, row: Values) -> Values:
    return {
        name: value
        for name, value in change["before"].items()
        if name in row and row[name] == change["after"][name]
    }


def set_back(session: Session, changes: Collection[Change]) -> None:
    """Write what was there before to rows that are as an import left them; its calls go."""
    for table in ("call", "event", "event_source"):
        mine = [one for one in changes if one["table"] == table and one["before"]]
        overwrite(session, table, mine, "before")
    calls = [one["key"][0] for one in changes if one["before"] is None]
    for condition in where_in(table_of("call").c.id, calls):
        session.execute(delete(Call).where(condition))


def say_gone(session: Session, entry: Entry, gone: int) -> tuple[str, list[str]]:
    """Say how many events went, and what stays because somebody works with it."""
    said = f"{gone:,} {'event' if gone == 1 else 'events'} removed"
    made = set(entry.detail["created"])
    there = select(Event.id, Event.name).where(*_made_with(entry)).order_by(Event.id)
    names = [name for number, name in session.execute(there) if number in made]
    if not names:
        return said, []
    stay = "stays: somebody works with it" if len(names) == 1 else "stay: they are in use"
    return said, [f"{say_some(names, MOST_NAMED)} {stay} by now."]


def series_of(entry: Entry) -> list[int]:
    """Return the series that an import made."""
    made = [one["key"][0] for one in entry.detail["rows"] if one["table"] == "series"]
    return list(entry.detail.get("series", made))


def _put_back(taking: TakingBack) -> None:
    """Remove what an import created and nobody touched; what it changed is restored."""
    session, entry = taking.session, taking.entry
    going = find_going(session, [entry])[entry.id]
    taking.changes = find_set_back(session, entry)
    put_back_touched(taking)
    withdraw_offers(session, entry)
    for condition in where_in(table_of("event").c.id, going):
        session.execute(delete(Event).where(condition))
    remove_series(session, series_of(entry))
    taking.said, taking.remarks = say_gone(session, entry, len(going))


history.teach(history.Way(_put_back, again=False), "event", IMPORTED)
