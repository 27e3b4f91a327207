"""Notes what a session changes while an act is done: every row as it was before."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Delete, Insert, Table, Update, event, inspect, true
from sqlalchemy.orm import ORMExecuteState, Session

from models import Base
from outreach.accounts.rows import (
    UNTOLD,
    UNTOLD_COLUMNS,
    Key,
    Values,
    digest,
    key_of,
    read_rows,
    references_to,
    select_rows,
    table_of,
    to_json,
    where_in,
)

WATCHES = "watches"
"""Where a session keeps who watches it; an act inside another is the one that sees."""
Change = dict[str, Any]
"""A row that differs: table, key, before, after; a new row has a digest as its "after"."""


class Watch:
    """Watches a session from `start` to `stop`; only the innermost one sees what happens."""

    def __init__(self, session: Session, told: frozenset[str] = frozenset()) -> None:
        self.session = session
        self.untold = UNTOLD - told
        self.before: dict[Key, Values | None] = {}
        """By key in the order of the first touch; None for a row that was not there."""
        self.after: dict[Key, Values] = {}
        self.remade: set[Key] = set()
        """Numbers of deleted rows that new ones were given, as SQLite does it."""
        self._listeners = (
            ("before_flush", self._before_flush),
            ("after_flush", self._after_flush),
            ("do_orm_execute", self._before_statement),
        )

    def start(self) -> None:
        """Begin; what was changed before belongs to somebody else."""
        self.session.flush()
        self.session.info.setdefault(WATCHES, []).append(self)
        for name, listener in self._listeners:
            event.listen(self.session, name, listener)

    def stop(self) -> None:
        """End, whatever came of the act."""
        for name, listener in self._listeners:
            event.remove(self.session, name, listener)
        self.session.info[WATCHES].remove(self)

    def expect(self, table: Table, key: tuple[Any, ...]) -> None:
        """Note that a row will be under this key, because a statement changes its key."""
        self.before.setdefault((table.name, key), None)

    def changes(self) -> tuple[list[Change], dict[str, list[str]]]:
        """Return what differs by now, and of new rows which columns their digest is made of."""
        self.session.flush()
        self.after = read_rows(self.session, self.before)
        found, columns = [], {}
        for key, before in self.before.items():
            now = self.after.get(key)
            if before is not None and (now is None or key in self.remade):
                found.append(_change(key, before, None))
            if now is not None and (before is None or key in self.remade):
                columns[key[0]] = sorted(now)
                found.append(_change(key, None, digest(now, now)))
            elif before is not None and now is not None:
                old = {name: value for name, value in before.items() if now[name] != value}
                if old:
                    found.append(_change(key, old, {name: now[name] for name in old}))
        return found, columns

    def _sees(self) -> bool:
        return self.session.info[WATCHES][-1] is self

    def _tells(self, row: Base) -> bool:
        return row.__tablename__ not in self.untold

    def _before_flush(self, session: Session, *_: Any) -> None:
        if not self._sees():
            return
        for row in session.dirty:
            if self._tells(row) and session.is_modified(row):
                self._note_columns(row)
        for row in session.deleted:
            if self._tells(row):
                table = _table(row)
                self._note_going(table, read_rows(session, [_key(row)]))

    def _after_flush(self, session: Session, *_: Any) -> None:
        if self._sees():
            for row in session.new:
                if self._tells(row):
                    self._note_new(_key(row))

    def _before_statement(self, state: ORMExecuteState) -> None:
        statement = state.statement
        if not isinstance(statement, Update | Delete | Insert) or not self._sees():
            return
        if not isinstance(statement.table, Table) or statement.table.name in self.untold:
            return
        table = table_of(statement.table.name)  # a statement has an annotated copy of it
        self.session.flush()
        if isinstance(statement, Insert):
            self._note_given(table, state.parameters)
            return
        where = statement.whereclause
        rows = select_rows(
            self.session, table, true() if where is None else where, state.parameters
        )
        if isinstance(statement, Delete):
            self._note_going(table, rows)
        else:
            self._note(rows)

    def _note(self, rows: dict[Key, Values]) -> None:
        """Note rows as they are, without forgetting what was noted of them earlier."""
        for key, row in rows.items():
            known = self.before.get(key, {})
            self.before[key] = None if known is None else row | known

    def _note_columns(self, row: Base) -> None:
        """Note the columns of a loaded row that are about to change."""
        state, key = inspect(row), _key(row)
        changed: Values = {}
        for column in state.mapper.column_attrs:
            history = state.attrs[column.key].history
            if history.has_changes() and column.key not in UNTOLD_COLUMNS:
                if not history.deleted:  # set without being read
                    self._note(read_rows(self.session, [key]))
                    return
                changed[column.key] = to_json(history.deleted[0])
        if changed:
            self._note({key: changed})

    def _note_given(self, table: Table, given: Any) -> None:
        """Note rows that a statement inserts with their keys."""
        for row in given if isinstance(given, list) else [given or {}]:
            self._note_new(key_of(table, row))

    def _note_new(self, key: Key) -> None:
        if self.before.setdefault(key, None) is not None:
            self.remade.add(key)

    def _note_going(self, table: Table, rows: dict[Key, Values]) -> None:
        """Note rows that go, after those that go with them or lose what they point to."""
        if not rows:
            return
        for child, column in references_to(table):
            if child.name in UNTOLD:
                continue
            (key,) = column.foreign_keys
            values = [row[key.column.name] for row in rows.values()]
            for condition in where_in(column, values):
                found = select_rows(self.session, child, condition)
                if key.ondelete == "CASCADE":
                    self._note_going(child, found)
                else:
                    self._note(found)
        self._note(rows)


def _change(key: Key, before: Values | None, after: Values | str | None) -> Change:
    return {"table": key[0], "key": list(key[1]), "before": before, "after": after}


def _table(row: Base) -> Table:
    table = inspect(type(row)).local_table
    assert isinstance(table, Table)  # noqa: S101 - every model is a table
    return table


def _key(row: Base) -> Key:
    return row.__tablename__, tuple(inspect(type(row)).primary_key_from_instance(row))


def subjects_of(rows: Iterable[tuple[Key, Values]], kinds: Iterable[str]) -> set[tuple[str, int]]:
    """Return the rows of these tables that rows are or point to by a column of that name."""
    found = set()
    for (table, key), row in rows:
        if table in kinds:
            found.add((table, key[0]))
        found |= {(kind, row[f"{kind}_id"]) for kind in kinds if row.get(f"{kind}_id")}
    return found
