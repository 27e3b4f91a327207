"""Checklists of events, and how each person wants to be told of deadlines."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "checklist_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("fixed_on", sa.Date(), nullable=True),
        sa.Column("opens_before", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("evidence", sa.String(length=500), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("foundation_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('task', 'forms', 'hotel', 'print', 'shipping')",
            name=op.f("ck_checklist_item_kind_known"),
        ),
        sa.CheckConstraint("length(what) > 0", name=op.f("ck_checklist_item_what_given")),
        sa.CheckConstraint(
            "(days IS NULL) <> (fixed_on IS NULL)", name=op.f("ck_checklist_item_one_day")
        ),
        sa.CheckConstraint("opens_before > 0", name=op.f("ck_checklist_item_opens_before_end")),
        sa.CheckConstraint(
            "done_by_id IS NULL OR done_on IS NOT NULL", name=op.f("ck_checklist_item_done_has_day")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{table}.id"],
                name=op.f(f"fk_checklist_item_{column}_{table}"),
                ondelete=gone,
            )
            for column, table, gone in (
                ("event_id", "event", "CASCADE"),
                ("owner_id", "person", "SET NULL"),
                ("done_by_id", "person", "SET NULL"),
                ("foundation_id", "foundation", "CASCADE"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_item")),
        sa.UniqueConstraint("event_id", "code", name=op.f("uq_checklist_item_event_id_code")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("checklist_item") as batch_op:
        for column in ("event_id", "foundation_id", "owner_id"):
            batch_op.create_index(op.f(f"ix_checklist_item_{column}"), [column])
        batch_op.create_index(
            "ix_checklist_item_foundation_id_done_on", ["foundation_id", "done_on"]
        )
    op.create_table(
        "notice_choice",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=True),
        sa.Column("feed_hash", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "how IN ('mail', 'daily', 'none')", name=op.f("ck_notice_choice_how_known")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_notice_choice_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notice_choice")),
        sa.UniqueConstraint("feed_hash", name=op.f("uq_notice_choice_feed_hash")),
    )
    op.add_column(
        "foundation",
        sa.Column("checklist_days", sa.JSON(), nullable=False, server_default=sa.text("'{}'")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("foundation", "checklist_days")
    op.drop_table("notice_choice")
    op.drop_table("checklist_item")
