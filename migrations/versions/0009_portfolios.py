"""Portfolios: the best set of a season's events, as it was asked for and found."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "portfolio",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("planned_from", sa.Date(), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("foundation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'cancelled', 'failed')",
            name=op.f("ck_portfolio_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"],
            ["person.id"],
            name=op.f("fk_portfolio_asked_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["foundation_id"],
            ["foundation.id"],
            name=op.f("fk_portfolio_foundation_id_foundation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portfolio")),
    )
    with op.batch_alter_table("portfolio") as batch_op:
        batch_op.create_index(op.f("ix_portfolio_foundation_id"), ["foundation_id"])
        batch_op.create_index("ix_portfolio_state", ["state", "claimed_until"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("portfolio")
