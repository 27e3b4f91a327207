"""Money for journeys: requests, their lines, rates and events; the rules of a foundation."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _is_whole(step: str) -> sa.CheckConstraint:
    rule = f"({step} IS NULL) = ({step}_in IS NULL) AND ({step} IS NULL OR {step} >= 0)"
    return sa.CheckConstraint(rule, name=op.f(f"ck_money_line_{step}_whole"))


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "money_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("leaves_on", sa.Date(), nullable=True),
        sa.Column("returns_on", sa.Date(), nullable=True),
        sa.Column("travel_thirds", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("approval_link", sa.String(length=500), nullable=True),
        sa.Column("advance", sa.BigInteger(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("spent_on", sa.Date(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("foundation_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('wanted', 'approved', 'accepted', 'spent', 'settled', 'withdrawn')",
            name=op.f("ck_money_request_state_known"),
        ),
        sa.CheckConstraint("advance >= 0", name=op.f("ck_money_request_advance_positive")),
        sa.CheckConstraint(
            "returns_on >= leaves_on", name=op.f("ck_money_request_returns_after_leaving")
        ),
        sa.CheckConstraint(
            "travel_thirds BETWEEN 1 AND 3", name=op.f("ck_money_request_travel_in_thirds")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"],
            ["person.id"],
            name=op.f("fk_money_request_approved_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["foundation_id"],
            ["foundation.id"],
            name=op.f("fk_money_request_foundation_id_foundation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_money_request_person_id_person"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_request")),
    )
    with op.batch_alter_table("money_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_money_request_foundation_id"), ["foundation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_money_request_person_id"), ["person_id"], unique=False)

    op.create_table(
        "money_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=120), nullable=False),
        sa.Column("is_per_diem", sa.Boolean(), nullable=False),
        sa.Column("payer", sa.String(length=20), nullable=False),
        sa.Column("estimated", sa.BigInteger(), nullable=True),
        sa.Column("estimated_in", sa.String(length=3), nullable=True),
        sa.Column("approved", sa.BigInteger(), nullable=True),
        sa.Column("approved_in", sa.String(length=3), nullable=True),
        sa.Column("spent", sa.BigInteger(), nullable=True),
        sa.Column("spent_in", sa.String(length=3), nullable=True),
        sa.Column("authorised", sa.BigInteger(), nullable=True),
        sa.Column("authorised_in", sa.String(length=3), nullable=True),
        sa.Column("has_receipt", sa.Boolean(), nullable=True),
        sa.Column("receipt_link", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "payer IN ('traveller', 'foundation', 'employer', 'organiser')",
            name=op.f("ck_money_line_payer_known"),
        ),
        *map(_is_whole, ("approved", "authorised", "estimated", "spent")),
        sa.CheckConstraint("length(what) > 0", name=op.f("ck_money_line_what_given")),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["money_request.id"],
            name=op.f("fk_money_line_request_id_money_request"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_line")),
    )
    with op.batch_alter_table("money_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_money_line_request_id"), ["request_id"], unique=False)

    op.create_table(
        "money_rate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("value", sa.String(length=20), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["money_request.id"],
            name=op.f("fk_money_rate_request_id_money_request"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_rate")),
        sa.UniqueConstraint(
            "request_id", "currency", name=op.f("uq_money_rate_request_id_currency")
        ),
    )
    op.create_table(
        "money_stop",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_money_stop_event_id_event"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_money_stop_person_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["money_request.id"],
            name=op.f("fk_money_stop_request_id_money_request"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("request_id", "event_id", name=op.f("pk_money_stop")),
        sa.UniqueConstraint("person_id", "event_id", name=op.f("uq_money_stop_person_id_event_id")),
    )
    with op.batch_alter_table("money_stop", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_money_stop_event_id"), ["event_id"], unique=False)

    empty = sa.text("'{}'")
    op.add_column(
        "foundation", sa.Column("money_rules", sa.JSON(), server_default=empty, nullable=False)
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("foundation", "money_rules")
    with op.batch_alter_table("money_stop", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_money_stop_event_id"))

    op.drop_table("money_stop")
    op.drop_table("money_rate")
    with op.batch_alter_table("money_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_money_line_request_id"))

    op.drop_table("money_line")
    with op.batch_alter_table("money_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_money_request_person_id"))
        batch_op.drop_index(batch_op.f("ix_money_request_foundation_id"))

    op.drop_table("money_request")
