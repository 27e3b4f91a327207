"""What was written to the people of a booth, and where they talk to each other."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "booth", sa.Column("chat_url", sa.String(length=500), server_default="", nullable=False)
    )
    op.create_table(
        "booth_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("foundation_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("form_key", sa.String(length=43), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(subject) > 0 AND length(text) > 0",
            name=op.f("ck_booth_letter_says_something"),
        ),
        sa.ForeignKeyConstraint(
            ["foundation_id"],
            ["foundation.id"],
            name=op.f("fk_booth_letter_foundation_id_foundation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_booth_letter_event_id_event"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["person.id"],
            name=op.f("fk_booth_letter_author_id_person"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booth_letter")),
        sa.UniqueConstraint("event_id", "form_key", name=op.f("uq_booth_letter_event_id_form_key")),
    )
    for column in ("foundation_id", "author_id"):
        op.create_index(op.f(f"ix_booth_letter_{column}"), "booth_letter", [column])


def downgrade() -> None:
    """Take back."""
    op.drop_table("booth_letter")
    op.drop_column("booth", "chat_url")
