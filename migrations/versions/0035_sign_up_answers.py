"""What a booth asks at sign-up, and what people answered."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "booth", sa.Column("asked_at_sign_up", sa.JSON(), server_default="[]", nullable=False)
    )
    op.create_table(
        "sign_up_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("booth_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("shirt", sa.String(length=10), nullable=True),
        sa.Column("food", sa.String(length=200), nullable=True),
        sa.Column("spoken", sa.String(length=200), nullable=True),
        sa.Column("ticket", sa.String(length=20), nullable=True),
        sa.Column("note_to_team", sa.String(length=500), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "shirt IN ('XS', 'S', 'M', 'L', 'XL', '2XL', '3XL', 'no_shirt')",
            name=op.f("ck_sign_up_answer_shirt_known"),
        ),
        sa.CheckConstraint(
            "ticket IN ('has_ticket', 'needs_ticket')",
            name=op.f("ck_sign_up_answer_ticket_known"),
        ),
        sa.ForeignKeyConstraint(
            ["booth_id"],
            ["booth.id"],
            name=op.f("fk_sign_up_answer_booth_id_booth"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_sign_up_answer_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_up_answer")),
        sa.UniqueConstraint(
            "booth_id", "person_id", name=op.f("uq_sign_up_answer_booth_id_person_id")
        ),
    )
    op.create_index(op.f("ix_sign_up_answer_person_id"), "sign_up_answer", ["person_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("sign_up_answer")
    op.drop_column("booth", "asked_at_sign_up")
