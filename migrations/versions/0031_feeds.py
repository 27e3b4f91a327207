"""Addresses of calendars, and what identities of calendar entries begin with."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0031"
down_revision = "0035"
branch_labels = None
depends_on = None

OF = ("event", "segment", "person")


def upgrade() -> None:
    """Apply."""
    scope = sa.Column("calendar_scope", sa.String(length=60), server_default="", nullable=False)
    op.add_column("foundation", scope)
    # What was given out already keeps its identity.
    op.execute("UPDATE foundation SET calendar_scope = slug")
    op.create_table(
        "feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        *(sa.Column(f"{one}_id", sa.Integer(), nullable=True) for one in OF),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.String(length=43), nullable=False),
        sa.Column("created_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("renewed_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("foundation_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "what IN ('season', 'deadlines', 'event', 'segment', 'own')",
            name=op.f("ck_feed_what_known"),
        ),
        sa.CheckConstraint(
            "(what = 'event') = (event_id IS NOT NULL)", name=op.f("ck_feed_event_named")
        ),
        sa.CheckConstraint(
            "(what = 'segment') = (segment_id IS NOT NULL)", name=op.f("ck_feed_segment_named")
        ),
        sa.CheckConstraint(
            "(what = 'own') = (person_id IS NOT NULL)", name=op.f("ck_feed_owner_named")
        ),
        *(
            sa.ForeignKeyConstraint(
                [f"{one}_id"], [f"{one}.id"], name=op.f(f"fk_feed_{one}_id_{one}"),
                ondelete="CASCADE",
            )
            for one in (*OF, "foundation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feed_token_hash")),
    )  # fmt: skip
    with op.batch_alter_table("feed", schema=None) as batch_op:
        for one in (*OF, "foundation"):
            batch_op.create_index(batch_op.f(f"ix_feed_{one}_id"), [f"{one}_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_table("feed")
    with op.batch_alter_table("foundation", schema=None) as batch_op:
        batch_op.drop_column("calendar_scope")
