"""All that is kept about a person, as JSON and for a page: found by a walk over every table."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Table, or_, select
from sqlalchemy.orm import Session

from models import ActSubject, Message, Person
from outreach.accounts.rows import references_to, table_of, to_json
from outreach.language import gettext as _

Rows = list[dict[str, Any]]
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
    sign_up = table_of("sign_up")
    mine = list(session.scalars(select(sign_up.c.id).where(sign_up.c.person_id == person.id)))
    for table, column in references_to(sign_up):
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


def say_tables(export: dict[str, Any]) -> list[tuple[str, list[list[tuple[str, str]]]]]:
    """Return the export for a page: each table by a heading, each row by what is known in it."""
    headings = _headings()
    return [
        (headings.get(table, _word(table)), [_say_row(row) for row in rows])
        for table, rows in export["tables"].items()
    ]


def _say_row(row: dict[str, Any]) -> list[tuple[str, str]]:
    return [(_word(name), str(value)) for name, value in row.items() if _is_told(value)]


def _is_told(value: Any) -> bool:
    return value not in (None, "", [], {})


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
        "ask": _("Asks in your care"),
        "cover": _("Cover"),
        "cover_ask": _("Where you were asked to cover"),
        "swap": _("Swaps"),
        "audit_entry": _("What was done by you and about you"),
        "decision": _("Decisions you took"),
        "brief_print": _("Briefs you printed"),
    }
