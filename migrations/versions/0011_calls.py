"""Calls: one home for all that an event asks for; calls for proposals move there from events."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOVED = ("cfp_url", "cfp_closes_on")
KEPT = ("url", "last_day")
JUDGED = ("closes", "url")
"""Columns by which a call that an import brought is told from one that somebody changed."""
AUDIT = sa.table("audit_entry", sa.column("id"), sa.column("detail", sa.JSON()))
EVENT = sa.table(
    "event", sa.column("id"), sa.column("foundation_id"), sa.column("cfp_url"),
    sa.column("cfp_closes_on", sa.Date()), sa.column("edited_fields", sa.JSON()),
)  # fmt: skip
SOURCE = sa.table("event_source", sa.column("event_id"), sa.column("source"))
BATCH = 500
Events = dict[int, dict[str, Any]]
Made = tuple[int, dict[str, Any]]
"""A call by its number, with what is judged of it."""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("takes", sa.String(), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("closes", sa.String(length=200), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("word", sa.String(length=10), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("extended_from", sa.String(length=200), nullable=False),
        sa.Column("told_by", sa.Date(), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("foundation_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('talks', 'stand', 'sponsors', 'travel', 'volunteers')",
            name=op.f("ck_call_kind_known"),
        ),
        sa.CheckConstraint(
            "word IS NULL OR word IN ('tba', 'open', 'closed', 'cancelled')",
            name=op.f("ck_call_word_known"),
        ),
        sa.CheckConstraint("word IS NULL OR last_day IS NULL", name=op.f("ck_call_word_or_day")),
        sa.CheckConstraint(
            "closes_at IS NULL OR last_day IS NOT NULL", name=op.f("ck_call_instant_has_day")
        ),
        sa.CheckConstraint("last_day >= opens_on", name=op.f("ck_call_closes_after_opening")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_call_event_id_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["foundation_id"],
            ["foundation.id"],
            name=op.f("fk_call_foundation_id_foundation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
        sa.UniqueConstraint("event_id", "kind", "name", name=op.f("uq_call_event_id_kind_name")),
    )
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.create_index("ix_call_event_id", ["event_id"], unique=False)
        batch_op.create_index("ix_call_foundation_id", ["foundation_id"], unique=False)
        batch_op.create_index(
            "ix_call_foundation_id_last_day", ["foundation_id", "last_day"], unique=False
        )
    _carry_over(op.get_bind())
    for name in MOVED:  # not by a new table: what points to events would go with the old one
        op.drop_column("event", name)


def _carry_over(connection: sa.Connection) -> None:
    """Give each call for proposals its row, and let the history know of it."""
    calls = list(_calls(connection))
    table = sa.Table("call", sa.MetaData(), autoload_with=connection)
    typed = sa.table("call", *(sa.column(column.name, column.type) for column in table.c))
    typed.c.marks.type = sa.JSON()
    for start in range(0, len(calls), BATCH):
        connection.execute(typed.insert(), calls[start : start + BATCH])
    found = connection.execute(sa.select(table.c.event_id, table.c.id, table.c.closes, table.c.url))
    made = {event_id: (number, {"closes": closes, "url": url})
            for event_id, number, closes, url in found}  # fmt: skip
    whole = sa.Table("event", sa.MetaData(), autoload_with=connection)
    events = {
        row["id"]: {name: _as_kept(value) for name, value in row.items()}
        for row in connection.execute(sa.select(whole)).mappings()
    }
    ours = sa.cast(AUDIT.c.detail, sa.Text()).contains('"event"')
    for number, detail in connection.execute(sa.select(AUDIT).where(ours)).all():
        if _tell(detail, events, made):
            connection.execute(AUDIT.update().where(AUDIT.c.id == number).values(detail=detail))


def _calls(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """Return what events told of their calls; what people typed there is theirs."""
    read = connection.execute(sa.select(SOURCE.c.event_id, SOURCE.c.source))
    sources = {event_id: source for event_id, source in read}  # noqa: C416 - rows, not pairs
    told = sa.or_(EVENT.c.cfp_url.is_not(None), EVENT.c.cfp_closes_on.is_not(None))
    for event in connection.execute(sa.select(EVENT).where(told)).all():
        is_ours = bool({*MOVED} & {*event.edited_fields})
        yield {
            "event_id": event.id,
            "foundation_id": event.foundation_id,
            "kind": "talks",
            "url": event.cfp_url,
            "closes": event.cfp_closes_on.isoformat() if event.cfp_closes_on else "",
            "last_day": event.cfp_closes_on,
            "source": "" if is_ours else sources.get(event.id, ""),
            "version": 1,
            "marks": [],
            **dict.fromkeys(("name", "takes", "zone", "extended_from"), ""),
        }


def _tell(detail: dict[str, Any], events: Events, made: dict[int, Made]) -> bool:
    """Let a line tell of events without the columns that are gone, and of the calls it brought."""
    judged = detail.get("columns", {}).get("event", [])
    rows = [one for one in detail.get("rows", ()) if one["table"] == "event"]
    dropped = [_drop_moved(one) for one in rows]
    if not any(dropped) and not {*MOVED} & {*judged}:
        return False
    left = [name for name in judged if name not in MOVED]
    for row in [one for one in rows if one["before"] is None]:
        number = row["key"][0]
        if number in events and row["after"] == _digest(events[number], judged):
            row["after"] = _digest(events[number], left)
        if number in made:
            call, values = made[number]
            after = _digest(values, JUDGED)
            detail["rows"].append({"table": "call", "key": [call], "before": None, "after": after})
            detail["columns"]["call"] = [*JUDGED]
    if judged:
        detail["columns"]["event"] = left
    detail["rows"] = [one for one in detail["rows"] if one["before"] != {} or one["after"] != {}]
    return True


def _drop_moved(row: dict[str, Any]) -> bool:
    """Take the columns that are gone out of a change of an event; tell whether it had any."""
    sides = [side for side in (row["before"], row["after"]) if isinstance(side, dict)]
    gone = [side.pop(name) for side in sides for name in MOVED if name in side]
    return bool(gone)


def _as_kept(value: Any) -> Any:
    """Write a value as the history does."""
    if isinstance(value, datetime):
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value
        return aware.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _digest(row: dict[str, Any], columns: Any) -> str:
    judged = {name: row.get(name) for name in columns}
    return sha256(json.dumps(judged, sort_keys=True).encode()).hexdigest()[:16]


def downgrade() -> None:
    """Take back."""
    op.add_column("event", sa.Column("cfp_url", sa.String(length=500), nullable=True))
    op.add_column("event", sa.Column("cfp_closes_on", sa.Date(), nullable=True))
    call = sa.table("call", *(sa.column(name) for name in ("event_id", "kind", "name", *KEPT)))
    mine = (call.c.event_id == EVENT.c.id, call.c.kind == "talks", call.c.name == "")
    values = {
        moved: sa.select(call.c[kept]).where(*mine).scalar_subquery()
        for moved, kept in zip(MOVED, KEPT, strict=True)
    }
    op.execute(EVENT.update().values(values))
    op.drop_table("call")
