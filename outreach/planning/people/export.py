"""All that is kept about a person, as JSON and for a page: found by a walk over every table."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, or_, select
from sqlalchemy.orm import Session

from models import (
    ActSubject,
    Event,
    EventNote,
    Issue,
    Message,
    Person,
    Proposal,
    ProposalSpeaker,
    Segment,
    Shift,
    Talk,
    Trip,
)
from models.money import STEPS
from outreach.accounts.history import Entry
from outreach.accounts.rows import from_json, references_to, table_of, to_json
from outreach.amounts.money import Money
from outreach.calendars.clock import say_full_moment, say_stretch
from outreach.planning.codes import CODES
from outreach.planning.history.changes import say_value
from outreach.planning.history.lines import find_names, say_act
from outreach.planning.people.kept_words import CODED, COLUMNS, TABLES, UNSAID

Rows = list[dict[str, Any]]
ACTS = Entry.__tablename__
NUMBERS = re.compile(r"(^|_)id$|_key$|^(version|sequence|browser|network)$")
"""Columns that a program needs and nobody reads."""
NAMED = {
    "event_id": Event.name,
    "segment_id": Segment.name,
    "issue_id": Issue.key,
    "shift_id": Shift.starts_at,
    "talk_id": Talk.title,
    "proposal_id": Proposal.title,
    "trip_id": Trip.name,
    "note_id": EventNote.text,
}
"""What a page says instead of a number."""
SECRET = frozenset({"token_hash", "feed_hash", "seed", "password_hash", "form_key", "detail"})
"""Columns that open something, and what the history keeps of rows that are told here anyway."""


def export_person(session: Session, person: Person, real: datetime) -> dict[str, Any]:
    """Return every row that mentions a person, by its table, as plain values."""
    found = {"person": _read(session, Person.__table__, Person.id == person.id, person)}
    for table, condition in _mentions(session, person):
        rows = _read(session, table, condition, person)
        known = found.setdefault(table.name, [])
        known += [row for row in rows if row not in known]
    return {
        "exported_at": real.isoformat(),
        "tables": {name: rows for name, rows in found.items() if rows},
    }


def _mentions(session: Session, person: Person) -> Iterator[tuple[Table, Any]]:
    """Give each table with the condition that finds its rows about the person."""
    for table, column in references_to(table_of("person")):
        yield table, column == person.id
    sign_up, mine = table_of("sign_up"), list[int]()
    for owner in (table_of("money_request"), sign_up):
        mine = list(session.scalars(select(owner.c.id).where(owner.c.person_id == person.id)))
        for table, column in references_to(owner):
            yield table, column.in_(mine)
    spoken = select(ProposalSpeaker.proposal_id).where(ProposalSpeaker.person_id == person.id)
    yield table_of("proposal"), table_of("proposal").c.id.in_(spoken)
    facts = [Message.facts[name].as_integer().in_(mine) for name in ("sign_up_id", "left_id")]
    yield table_of("message"), or_(*facts) & (Message.foundation_id == person.foundation_id)
    about = select(ActSubject.entry_id).where(
        ActSubject.subject == "person", ActSubject.subject_id == person.id
    )
    line = table_of("audit_entry")
    own = (line.c.subject == "person") & (line.c.subject_id == person.id)
    yield line, line.c.id.in_(about) | own


def _read(session: Session, table: Any, condition: Any, person: Person) -> Rows:
    """Read rows without what opens something; of letters to others not to whom they go."""
    columns = [column for column in table.c if column.name not in SECRET]
    found = session.execute(select(*columns).where(condition).order_by(*table.primary_key))
    rows = [{name: to_json(value) for name, value in row.items()} for row in found.mappings()]
    for row in rows:
        if table.name == "message" and row["person_id"] != person.id:
            del row["to_address"], row["person_id"]
    return rows


def say_tables(
    session: Session, export: dict[str, Any]
) -> list[tuple[str, list[list[tuple[str, str]]]]]:
    """Return the export for a page: each table by a heading, each row by what is known in it."""
    tables: dict[str, Rows] = export["tables"]
    tables = tables | {ACTS: _say_acts(session, tables.get(ACTS, []))}
    tables = {name: [_with_amounts(row) for row in rows] for name, rows in tables.items()}
    named = _find_names(session, tables)
    said = {
        name: [line for row in rows if (line := _say_row(table_of(name), row, named))]
        for name, rows in tables.items()
    }
    return [(str(TABLES[name]), lines) for name, lines in said.items() if lines]


def _with_amounts(row: dict[str, Any]) -> dict[str, Any]:
    """Say amounts with their currency, not in the smallest unit."""
    currencies = {step: row.get(f"{step}_in") for step in STEPS}
    currencies["advance"] = row.get("currency")
    return row | {
        name: Money(row[name], currency).say()
        for name, currency in currencies.items()
        if currency and row.get(name) is not None
    }


def _find_names(session: Session, tables: dict[str, Rows]) -> dict[str, dict[Any, Any]]:
    """Return what a page says instead of numbers and codes, by column."""
    found: dict[str, dict[Any, Any]] = {}
    for column, told in NAMED.items():
        numbers = {row[column] for rows in tables.values() for row in rows if row.get(column)}
        asked = select(told.class_.id, told).where(told.class_.id.in_(numbers))
        found[column] = dict(session.execute(asked).all())
    return found | dict.fromkeys(CODED, CODES)


def _say_acts(session: Session, rows: Rows) -> Rows:
    """Say what was done as the history does, in place of its verb and of what it was done to."""
    numbers = [row["id"] for row in rows]
    names = find_names(session, numbers)
    lines = session.scalars(select(Entry).where(Entry.id.in_(numbers)))
    said = {line.id: say_act(line, names.get(line.id, {})) for line in lines}
    return [row | {"act": said[row["id"]], "subject": None} for row in rows]


def _say_row(
    table: Table, row: dict[str, Any], named: dict[str, dict[int, Any]]
) -> list[tuple[str, str]]:
    """Say a row without the numbers by which rows find each other."""
    told = []
    for name, value in row.items():
        if name in named and value in named[name]:
            told.append((str(COLUMNS[name]), _say(named[name][value])))
        elif value not in (None, "", [], {}) and is_said(name):
            told.append((str(COLUMNS[name]), _say(from_json(table.c[name], value))))
    return told


def is_said(column: str) -> bool:
    """Tell whether a page says a column as it stands."""
    return column not in UNSAID and not NUMBERS.search(column)


def _say(value: Any) -> str:
    match value:
        case str():
            return value
        case datetime():
            return f"{say_full_moment(value)} UTC"
        case [{"from": str(), "until": str()}, *_]:
            return "; ".join(map(_say_stretch, value))
    return say_value(value)


def _say_stretch(stretch: dict[str, Any]) -> str:
    first, last = (datetime.fromisoformat(stretch[end]) for end in ("from", "until"))
    return say_stretch(first, last, ZoneInfo("UTC"))
