"""The call for talks that a record states, kept as a call of its event."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from models import Call, Foundation
from outreach.accounts.rows import digest, read_rows, table_of, to_json, where_in
from outreach.accounts.watching import Change
from outreach.catalog.places.event_place import Columns

CALL_COLUMNS = frozenset(["cfp_url", "cfp_closes_on"])
"""Facts of a record that are no columns of its event, but of that call."""


def event_columns(facts: Columns) -> Columns:
    """Return the facts that are columns of an event."""
    return {name: value for name, value in facts.items() if name not in CALL_COLUMNS}


def find_talk_calls(session: Session, events: Collection[int]) -> dict[int, Call]:
    """Return the call for talks of each of these events, where it has one without a name."""
    found: dict[int, Call] = {}
    for condition in where_in(table_of("call").c.event_id, events):
        mine = select(Call).where(condition, Call.kind == "talks", Call.name == "")
        found |= {call.event_id: call for call in session.scalars(mine)}
    return found


def shown_by(call: Call | None) -> Columns:
    """Return what a call says, under the names of the facts of a record."""
    if call is None:
        return dict.fromkeys(CALL_COLUMNS)
    return {"cfp_url": call.url, "cfp_closes_on": call.last_day}


def insert_talk_calls(
    session: Session, owner: Foundation, source: str, events: Iterable[tuple[int, Columns]]
) -> list[int]:
    """Give these events the calls that their facts tell of; return the numbers of the calls."""
    own = {"foundation_id": owner.id, "kind": "talks", "source": source, "url": None}
    rows = [
        {"event_id": number, **own, **_read_ending(None, None), **said}
        for number, facts in events
        if (said := _read_call(facts, None))
    ]
    if not rows:
        return []
    written = insert(Call).returning(Call.id, sort_by_parameter_order=True)
    return list(session.scalars(written, rows))


def change_of(call: Call, facts: Columns) -> Change | None:
    """Say as the history does what a record that changed changes in its call."""
    after = _read_call(facts, call)
    if not after:
        return None
    before = {name: to_json(getattr(call, name)) for name in after}
    after = {name: to_json(value) for name, value in after.items()}
    return {"table": "call", "key": [call.id], "before": before, "after": after}


def tell_made(session: Session, calls: Iterable[int]) -> tuple[list[Change], list[str]]:
    """Say as the history does that calls are new, and what their digests are made of."""
    rows = read_rows(session, [("call", (number,)) for number in calls])
    made: list[Change] = [
        {"table": name, "key": list(key), "before": None, "after": digest(row, row)}
        for (name, key), row in rows.items()
    ]
    return made, sorted(next(iter(rows.values()), ()))


def _read_call(facts: Columns, call: Call | None) -> Columns:
    """Return what a record says of its call, all of it or what changed; empty for nothing."""
    said: Columns = {"url": facts["cfp_url"]} if facts.get("cfp_url") else {}
    if facts.get("cfp_closes_on"):
        said |= _read_ending(facts["cfp_closes_on"], call)
    return said


def _read_ending(day: Any, call: Call | None) -> Columns:
    """Return the columns of an ending; a later day extends a call."""
    was = call.extended_from if call else ""
    if call and call.last_day and day > call.last_day:
        was = call.closes
    return {
        "closes": day.isoformat() if day else "",
        "zone": "",
        "word": None,
        "last_day": day,
        "closes_at": None,
        "marks": [],
        "extended_from": was,
    }
