"""All that is kept about a person, as JSON and for a page: found by a walk over every table."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Table, or_, select
from sqlalchemy.orm import Session

from models import ActSubject, Event, Issue, Message, Person, Segment, Shift
from outreach.accounts.rows import from_json, references_to, table_of, to_json
from outreach.calendars.clock import say_full_moment
from outreach.language import gettext as _
from outreach.planning.history.changes import say_value

Rows = list[dict[str, Any]]
NUMBERS = re.compile(r"(^|_)id$|_key$|^(version|sequence)$")
"""Columns that a program needs and nobody reads."""
NAMED = {
    "event_id": Event.name,
    "segment_id": Segment.name,
    "issue_id": Issue.key,
    "shift_id": Shift.starts_at,
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
    headings, named = _headings(), _find_names(session, export["tables"].values())
    said = {
        name: [line for row in rows if (line := _say_row(table_of(name), row, named))]
        for name, rows in export["tables"].items()
    }
    return [(headings.get(name, _word(name)), lines) for name, lines in said.items() if lines]


def _find_names(session: Session, tables: Iterable[Rows]) -> dict[str, dict[int, Any]]:
    """Return what the rows' numbers of other things stand for."""
    rows = [row for some in tables for row in some]
    found: dict[str, dict[int, Any]] = {}
    for column, told in NAMED.items():
        numbers = {row[column] for row in rows if row.get(column)}
        asked = select(told.class_.id, told).where(told.class_.id.in_(numbers))
        found[column] = dict(session.execute(asked).all())
    return found


def _say_row(
    table: Table, row: dict[str, Any], named: dict[str, dict[int, Any]]
) -> list[tuple[str, str]]:
    """Say a row without the numbers by which rows find each other."""
    told = []
    for name, value in row.items():
        if name in named and value in named[name]:
            told.append((_word(name.removesuffix("_id")), _say(named[name][value])))
        elif value not in (None, "", [], {}) and not NUMBERS.search(name):
            told.append((_word(name), _say(from_json(table.c[name], value))))
    return told


def _say(value: Any) -> str:
    match value:
        case str():
            return value
        case datetime():
            return f"{say_full_moment(value)} UTC"
    return say_value(value)


def _word(name: str) -> str:
    return name.replace("_", " ")


def _headings() -> dict[str, str]:
    return {
        "person": _("You"),
        "sign_up": _("Places on shifts"),
        "availability": _("When you said you can"),
        "message": _("Letters"),
        "personal_link": _("Personal links"),
        "sign_in_link": _("Links to sign in"),
        "sign_in_session": _("Browsers that were signed in"),
        "team_member": _("Events you go to"),
        "person_segment": _("What you know well"),
        "talk": _("Talks"),
        "money_request": _("Money for journeys"),
        "money_line": _("What the money is for"),
        "money_stop": _("Trips that money was asked for"),
        "money_rate": _("Rates of the money"),
        "ask": _("Asks in your care"),
        "cover": _("Cover"),
        "cover_ask": _("Where you were asked to cover"),
        "swap": _("Swaps"),
        "audit_entry": _("What was done by you and about you"),
        "decision": _("Decisions you took"),
        "brief_print": _("Briefs you printed"),
    }
