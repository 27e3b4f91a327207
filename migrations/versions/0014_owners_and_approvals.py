"""Owners and approvals: what is settled about an event; whom to turn to there."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TOLD = {"organiser": 120, "organiser_contact": 200, "manual_url": 500}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "event_plan",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_event_plan_event_id_event"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["person.id"],
            name=op.f("fk_event_plan_owner_id_person"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_plan")),
    )
    op.create_index(op.f("ix_event_plan_owner_id"), "event_plan", ["owner_id"])
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("whose", sa.String(length=60), nullable=False),
        sa.Column("approved_by", sa.String(length=120), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=True),
        sa.Column("noted_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(approved_by) > 0", name=op.f("ck_approval_approved_by_given")),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_approval_event_id_event"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["noted_by_id"],
            ["person.id"],
            name=op.f("fk_approval_noted_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint("event_id", "whose", name=op.f("uq_approval_event_id_whose")),
    )
    op.create_index(op.f("ix_approval_noted_by_id"), "approval", ["noted_by_id"])
    for name, longest in TOLD.items():
        op.add_column("event", sa.Column(name, sa.String(length=longest), nullable=True))
    op.add_column(
        "foundation",
        sa.Column("approvals", sa.JSON(), server_default=sa.text("'{}'"), nullable=False),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("foundation", "approvals")
    for name in TOLD:
        op.drop_column("event", name)
    op.drop_table("approval")
    op.drop_table("event_plan")
