"""Puts rows back as they were before an act; refuses, or leaves alone, what changed since."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    Column,
    Integer,
    Select,
    Table,
    delete,
    insert,
    literal,
    select,
    union_all,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import AuditEntry, Base, Foundation, Person
from outreach.accounts.rows import (
    BATCH,
    DERIVED,
    UNJUDGED,
    UNTOLD,
    Key,
    Values,
    digest,
    is_key,
    models,
    read_rows,
    references_to,
    row_from_json,
    table_of,
    where_in,
)
from outreach.accounts.watching import Change
from outreach.language import N_
from outreach.refusal import Refused

CHANGED = N_("Something of it changed meanwhile; it stays as it is.")
IN_USE = N_("Something else rests on it by now; it stays as it is.")
NO_ROOM = N_("What it needs is gone, or something else stands in its place; it stays as it is.")
UNCOUNTED = DERIVED | {"act_subject", "duplicate_offer", "event_source", "series_alias"}
"""Tables whose rows come along by themselves; rows elsewhere mean that somebody works with it."""


@dataclass
class TakingBack:
    """An act while it is taken back."""

    session: Session
    entry: AuditEntry
    by: Person
    now: datetime
    real: datetime
    foundation: Foundation
    changes: list[Change]
    stays: list[Key] = field(default_factory=list)
    """What the act made and what stays, because somebody works with it by now."""
    said: str = ""
    """What it came to, where that is more than that all is as before."""
    remarks: list[str] = field(default_factory=list)
    """What else is to be said of it, a sentence each."""
    locked: Any = None
    """What the way of its kind has locked."""
    renumbered: dict[tuple[str, Any], Any] = field(default_factory=dict)
    """Under which numbers rows came back whose own were taken, by table and old number."""

    def keys(self, table: str) -> list[Any]:
        """Return the numbers of the rows of a table that the act changed."""
        return [change["key"][0] for change in self.changes if change["table"] == table]


def stands(change: Change, now: Mapping[Key, Values], entry: AuditEntry) -> bool:
    """Tell whether a row still is as the act left it."""
    row, after = now.get(key_of_change(change)), change["after"]
    if after is None:
        return True  # a row that has its number by now is another one
    if row is None:
        return False
    if change["before"] is None:
        columns = entry.detail["columns"][change["table"]]
        return digest(row, columns) == str(after)
    return all(row.get(name) == value for name, value in after.items() if name not in UNJUDGED)


def put_back(taking: TakingBack, *, keeps: bool = False) -> None:
    """Delete what an act made, bring back what it deleted, set back what it changed.

    Refused where something of it changed since. With `keeps` that stays, with all that somebody
    works with, and the rest goes back.
    """
    taking.session.flush()
    now = read_rows(taking.session, map(key_of_change, taking.changes))
    if not keeps and not all(stands(change, now, taking.entry) for change in taking.changes):
        raise Refused(CHANGED)
    _delete_made(taking, now, keeps)
    coming = {key_of_change(one) for one in taking.changes if one["after"] is None}
    waiting = []  # for a row that comes back, while others make room for it
    for change in reversed(taking.changes):
        if change["before"] and change["after"]:
            if coming.isdisjoint(_parents(key_of_change(change), change["before"])):
                _set_back(taking, change, now.get(key_of_change(change)), {})
            else:
                waiting.append(change)
    taking.renumbered = _insert_deleted(taking, keeps)
    for change in waiting:
        _set_back(taking, change, now.get(key_of_change(change)), taking.renumbered)


def put_back_touched(taking: TakingBack) -> None:
    """Take back what nobody touched since, and name the rest."""
    put_back(taking, keeps=True)


def key_of_change(change: Change) -> Key:
    """Return where the row of a change is found."""
    return change["table"], tuple(change["key"])


def _delete_made(taking: TakingBack, now: Mapping[Key, Values], keeps: bool) -> None:
    made = [change for change in taking.changes if change["before"] is None]
    there = {key: now[key] for key in map(key_of_change, made) if key in now}
    standing = {key_of_change(one) for one in made if stands(one, now, taking.entry)} & there.keys()
    going = _unused(there, standing, _find_resting(taking.session, there))
    taking.stays = [key for key in there if key not in going]
    if taking.stays and not keeps:
        raise Refused(IN_USE)
    by_table: dict[str, list[tuple[Any, ...]]] = {}
    for name, key in reversed(list(there)):
        if (name, key) in going:
            by_table.setdefault(name, []).append(key)
    for name, keys in by_table.items():
        model = models()[name]
        for start in range(0, len(keys), BATCH):
            some = is_key(table_of(name), keys[start : start + BATCH])
            taking.session.execute(delete(model).where(some))


def _unused(
    there: Mapping[Key, Values], standing: set[Key], resting: Mapping[Key, set[Key]]
) -> set[Key]:
    """Return which of the rows an act made can go: nothing but one another rests on them."""
    going = set(standing)
    while True:
        stays = {
            key
            for key in going
            if not resting.get(key, set()) <= going
            or any(
                one in there and one not in going for one in _parents(key, there[key], whole=True)
            )
        }
        if not stays:
            return going
        going -= stays


def _find_resting(session: Session, there: Mapping[Key, Values]) -> dict[Key, set[Key]]:
    """Return the rows that point to each of these, by the row that they point to.

    All that may point to the rows of a table is asked in one statement.
    """
    found: dict[Key, set[Key]] = {}
    for name in {key[0] for key in there}:
        table = table_of(name)
        pointing = [one for one in references_to(table) if one[0].name not in UNCOUNTED]
        if not pointing:
            continue
        for some in where_in(table.c.id, [key[1][0] for key in there if key[0] == name]):
            these = select(table.c.id).where(some).cte()
            rows = (_select_pointing(child, column, these) for child, column in pointing)
            for child, number, *key in session.connection().execute(union_all(*rows)):
                width = len(table_of(child).primary_key)
                found.setdefault((name, (number,)), set()).add((child, tuple(key[:width])))
    return found


def _select_pointing(child: Table, column: Column[Any], these: CTE) -> Select[Any]:
    """Select table, what it points to, and a key of two numbers; that of a secret is no number.

    A key with a text in it stands for a row that no act makes: PostgreSQL joins no text to numbers.
    """
    is_number = all(isinstance(one.type, Integer) for one in child.primary_key)
    numbers = list(child.primary_key) if is_number and child.name not in UNTOLD else []
    key = [*numbers, literal(0), literal(0)][:2]
    return select(literal(child.name), column, *key).where(column.in_(select(these.c.id)))


def _parents(key: Key, row: Values, *, whole: bool = False) -> list[Key]:
    """Return the rows that a row points to; with `whole` those only that it is a part of."""
    return [
        (one.column.table.name, (row.get(one.parent.name),))
        for one in table_of(key[0]).foreign_keys
        if not whole or one.ondelete == "CASCADE"
    ]


def _insert_deleted(taking: TakingBack, keeps: bool) -> dict[tuple[str, Any], Any]:
    """Bring deleted rows back, parents first; return the numbers that had to be new ones."""
    order = {table.name: place for place, table in enumerate(Base.metadata.sorted_tables)}
    gone = [change for change in taking.changes if change["after"] is None]
    renumbered: dict[tuple[str, Any], Any] = {}
    for change in sorted(gone, key=lambda one: order[one["table"]]):
        try:
            with taking.session.begin_nested():
                _insert(taking.session, change, renumbered)
        except IntegrityError as error:
            if not keeps:
                raise Refused(NO_ROOM) from error
    return renumbered


def _insert(session: Session, change: Change, renumbered: dict[tuple[str, Any], Any]) -> None:
    """Insert a row again, under its old number where that is free."""
    table = table_of(change["table"])
    row = row_from_json(table, _renumber(change, change["before"], renumbered))
    (number, *more) = change["key"]
    is_taken = bool(read_rows(session, [key_of_change(change)]))
    if not is_taken or more or "id" not in row:
        session.execute(insert(models()[table.name]), [row])
        return
    del row["id"]
    made = models()[table.name](**row)
    session.add(made)
    session.flush()
    renumbered[table.name, number] = made.id  # type: ignore[attr-defined]


def _renumber(change: Change, row: Values, renumbered: Mapping[tuple[str, Any], Any]) -> Values:
    """Point a row to those numbers under which its parents came back."""
    if not renumbered:
        return row
    new = dict(row)
    for key in table_of(change["table"]).foreign_keys:
        name = key.parent.name
        if name in new:
            new[name] = renumbered.get((key.column.table.name, new[name]), new[name])
    return new


def _set_back(
    taking: TakingBack,
    change: Change,
    now: Values | None,
    renumbered: Mapping[tuple[str, Any], Any],
) -> None:
    """Set back the columns of a row that still hold what the act wrote."""
    if now is None:
        return
    table, model = table_of(change["table"]), models()[change["table"]]
    old = {
        name: value
        for name, value in change["before"].items()
        if name != "sequence" and (name in UNJUDGED or now[name] == change["after"][name])
    }
    values = row_from_json(table, _renumber(change, old, renumbered))
    if "version" in table.c:  # so that an open form knows of it
        values["version"] = table.c.version + 1
    if not old:
        return
    where = is_key(table, [tuple(change["key"])])
    try:
        with taking.session.begin_nested():
            taking.session.execute(update(model).where(where).values(values))
    except IntegrityError as error:
        raise Refused(NO_ROOM) from error
