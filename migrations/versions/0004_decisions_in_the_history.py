"""Decisions in the history: what was taken back goes, and the history alone knows of it."""

from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

AUDIT = sa.table("audit_entry", sa.column("id"), sa.column("act"), sa.column("detail", sa.JSON()))
DECISION = sa.table("decision", sa.column("id"), sa.column("undone_at"))


def upgrade() -> None:
    """Apply."""
    _carry_lines_over(op.get_bind())
    op.execute(DECISION.delete().where(DECISION.c.undone_at.is_not(None)))
    kept = {"sqlite_autoincrement": True}
    with op.batch_alter_table("decision", schema=None, table_kwargs=kept) as batch_op:
        batch_op.drop_constraint(op.f("ck_decision_undone_not_current"), type_="check")
        batch_op.drop_index("ix_decision_batch")
        batch_op.drop_column("batch")
        batch_op.drop_column("undone_at")


def _carry_lines_over(connection: sa.Connection) -> None:
    """Let the lines of the history tell of decisions as they are kept from now on."""
    gone = set(
        connection.scalars(sa.select(DECISION.c.id).where(DECISION.c.undone_at.is_not(None)))
    )
    ours = sa.cast(AUDIT.c.detail, sa.Text()).contains('"decision"')
    for number, act, detail in connection.execute(sa.select(AUDIT).where(ours)).all():
        if "rows" not in detail:
            continue
        if detail.get("first") == "decided":  # its way leads through decisions that are gone
            del detail["rows"]
        else:
            _carry_rows_over(act, detail, gone)
        connection.execute(AUDIT.update().where(AUDIT.c.id == number).values(detail=detail))


def _carry_rows_over(act: str, detail: dict[str, Any], gone: set[int]) -> None:
    """Leave out decisions that were taken back; judge the others by whether they stand."""
    judged = '{"is_current": true}' if act == "decided" else "{}"
    rows = []
    for one in detail["rows"]:
        if one["table"] == "decision":
            if one["key"][0] in gone or (one["before"] or {}).get("undone_at"):
                continue
            if one["before"] is None:
                one["after"] = sha256(judged.encode()).hexdigest()[:16]
                detail["columns"]["decision"] = ["is_current"] if act == "decided" else []
        rows.append(one)
    detail["rows"] = rows


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("batch", sa.String(length=32), nullable=True))
        batch_op.create_index("ix_decision_batch", ["batch"], unique=False)
        batch_op.create_check_constraint(
            op.f("ck_decision_undone_not_current"), "NOT (is_current AND undone_at IS NOT NULL)"
        )
