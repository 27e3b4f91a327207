"""Takes a person's words out of every table: contacts wherever they stand, names where they may."""

import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    String,
    Table,
    Text,
    cast,
    false,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from models import Base, Person
from outreach.accounts.rows import Values, is_key, table_of

SOMEBODY, GONE = "somebody", "…"
"""What stands instead of a name and instead of a contact."""
MADE_ONE = "made one"
"""What the history calls it where rows of people became one."""
CONTACTS = ("email", "email_key", "address_key", "phone")
PUBLIC = frozenset({"event_source", "issue", "issue_segment", "series", "series_alias"})
"""Tables of facts that are anybody's: a person may be called like an event."""
PUBLIC_COLUMNS = frozenset({"event.name", "event.name_key", "event.url"})
JOINER = "\u2060?"
"""What letters may hold between two characters, so that no program makes a link of them."""


@dataclass(frozen=True, slots=True)
class PersonalWords:
    """What is to be found no more, in whatever spelling."""

    contacts: frozenset[str]
    names: frozenset[str] = frozenset()

    @property
    def pattern(self) -> re.Pattern[str]:
        """Return what finds them: contacts in any text, names as whole words."""
        contacts = (JOINER.join(map(re.escape, word)) for word in self._longest(self.contacts))
        names = (rf"(?<!\w)({re.escape(word)})(?!\w)" for word in self._longest(self.names))
        return re.compile("|".join([*names, *contacts]) or r"(?!)", re.IGNORECASE)

    def redact(self, value: Any) -> Any:
        """Return a text, or what JSON holds, without them."""
        return _redact(self.pattern, value)

    def may_be_in(self, columns: Iterable[Column[Any]], *, named: bool) -> ColumnElement[bool]:
        """Return the condition that finds rows which may hold them, more rather than fewer."""
        words = self.contacts | {re.sub("([.@:])", "\\1\u2060", word) for word in self.contacts}
        words |= self.names if named else frozenset()
        spellings = words | {json.dumps(word)[1:-1] for word in words}
        texts = [func.lower(cast(column, Text)) for column in columns]
        found = (
            func.replace(text, func.lower(word), "") != text for text in texts for word in spellings
        )
        return or_(false(), *found)

    @staticmethod
    def _longest(words: Collection[str]) -> list[str]:
        return sorted(words, key=len, reverse=True)


def _redact(pattern: re.Pattern[str], value: Any) -> Any:
    if isinstance(value, str):
        return pattern.sub(lambda found: SOMEBODY if found.lastindex else GONE, value)
    if isinstance(value, list):
        return [_redact(pattern, one) for one in value]
    if isinstance(value, dict):
        return {key: _redact(pattern, one) for key, one in value.items()}
    return value


def contacts_of(session: Session, person: Person) -> frozenset[str]:
    """Return how a person is reached, but for what somebody else is reached by as well."""
    own = {word for name in CONTACTS if (word := getattr(person, name))}
    earlier = find_earlier(session, person)
    own |= {word for row in earlier for name in CONTACTS if (word := row.get(name))}
    return frozenset(word for word in own if not _is_shared(session, person, word))


def names_of(session: Session, person: Person) -> frozenset[str]:
    """Return the whole name and earlier ones, but for one word, and for another person's too."""
    names = {person.name, *(row["name"] for row in find_earlier(session, person) if "name" in row)}
    return frozenset(
        name for name in names if len(name.split()) > 1 and not _is_shared(session, person, name)
    )


def find_earlier(session: Session, person: Person) -> list[Values]:
    """Return the rows that became one with a person's, as the history keeps them."""
    lines, found, numbers = table_of("audit_entry").c, list[Values](), [person.id]
    while numbers:
        made_one = (lines.act == MADE_ONE, lines.subject_id.in_(numbers))
        details = session.scalars(select(lines.detail).where(*made_one))
        gone = [
            change
            for detail in details
            for change in detail.get("rows", ())
            if change["table"] == "person" and change["after"] is None
        ]
        found += [change["before"] for change in gone]
        numbers = [change["key"][0] for change in gone]
    return found


def _is_shared(session: Session, person: Person, word: str) -> bool:
    columns = (Person.name, Person.email, Person.email_key, Person.phone)
    others = select(Person.id).where(Person.id != person.id, or_(*(one == word for one in columns)))
    return session.scalar(others.limit(1)) is not None


def redact_everywhere(session: Session, words: PersonalWords, foundation_id: int) -> None:
    """Take words out of every text of every table, of one foundation where that shows."""
    if not words.contacts and not words.names:
        return
    for table in Base.metadata.sorted_tables:
        if table.name != "person":
            owner = table.c.get("foundation_id")
            ours = [or_(owner == foundation_id, owner.is_(None))] if owner is not None else []
            redact_rows(session, table, words, *ours)
    session.expire_all()


def redact_rows(
    session: Session, table: Table, words: PersonalWords, *conditions: ColumnElement[bool]
) -> None:
    """Take words out of the texts of some rows of a table."""
    for columns, some in _texts_of(table, words):
        named = some is words
        found = select(*table.primary_key, *columns).where(
            words.may_be_in(columns, named=named), *conditions
        )
        for row in session.connection().execute(found).mappings().all():
            values = {one.name: _fit(one, some.redact(row[one])) for one in columns}
            if any(values[one.name] != row[one] for one in columns):
                key = tuple(row[one] for one in table.primary_key)
                session.execute(update(table).where(is_key(table, [key])).values(values))


def _texts_of(
    table: Table, words: PersonalWords
) -> Iterator[tuple[list[Column[Any]], PersonalWords]]:
    """Return the columns of texts: those that may name anybody, and those that are public."""
    texts = [
        column
        for column in table.c
        if isinstance(column.type, String | JSON) and not column.primary_key
    ]
    public = [one for one in texts if table.name in PUBLIC or str(one) in PUBLIC_COLUMNS]
    told = [one for one in texts if one not in public]
    if told:
        yield told, words
    if public and words.contacts:
        yield public, PersonalWords(words.contacts)


def _fit(column: Column[Any], value: Any) -> Any:
    length = getattr(column.type, "length", None)
    return value[:length] if isinstance(value, str) and length else value
