"""Kits with their bookings and counts, swag of events, trips with nights and shared costs."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "kit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("foundation_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('ready', 'incomplete', 'needs_repair', 'lost')",
            name=op.f("ck_kit_state_known"),
        ),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_kit_name_given")),
        sa.ForeignKeyConstraint(
            ["foundation_id"],
            ["foundation.id"],
            name=op.f("fk_kit_foundation_id_foundation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kit")),
        sa.UniqueConstraint("foundation_id", "name", name=op.f("uq_kit_foundation_id_name")),
    )
    with op.batch_alter_table("kit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kit_foundation_id"), ["foundation_id"], unique=False)

    op.create_table(
        "trip",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("foundation_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_trip_name_given")),
        sa.ForeignKeyConstraint(
            ["foundation_id"],
            ["foundation.id"],
            name=op.f("fk_trip_foundation_id_foundation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trip")),
    )
    with op.batch_alter_table("trip", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trip_foundation_id"), ["foundation_id"], unique=False)

    op.create_table(
        "kit_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kit_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=120), nullable=False),
        sa.Column("how_many", sa.Integer(), nullable=False),
        sa.CheckConstraint("how_many > 0", name=op.f("ck_kit_line_how_many_positive")),
        sa.CheckConstraint("length(what) > 0", name=op.f("ck_kit_line_what_given")),
        sa.ForeignKeyConstraint(
            ["kit_id"], ["kit.id"], name=op.f("fk_kit_line_kit_id_kit"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kit_line")),
    )
    with op.batch_alter_table("kit_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kit_line_kit_id"), ["kit_id"], unique=False)

    op.create_table(
        "trip_cost",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trip_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=120), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("estimated", sa.BigInteger(), nullable=True),
        sa.Column("spent", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("estimated >= 0", name=op.f("ck_trip_cost_estimated_positive")),
        sa.CheckConstraint("length(what) > 0", name=op.f("ck_trip_cost_what_given")),
        sa.CheckConstraint("spent >= 0", name=op.f("ck_trip_cost_spent_positive")),
        sa.ForeignKeyConstraint(
            ["trip_id"], ["trip.id"], name=op.f("fk_trip_cost_trip_id_trip"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trip_cost")),
    )
    with op.batch_alter_table("trip_cost", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trip_cost_trip_id"), ["trip_id"], unique=False)

    op.create_table(
        "trip_person",
        sa.Column("trip_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("arrives_on", sa.Date(), nullable=False),
        sa.Column("leaves_on", sa.Date(), nullable=False),
        sa.Column("is_at_home", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=120), nullable=False),
        sa.CheckConstraint(
            "leaves_on >= arrives_on", name=op.f("ck_trip_person_leaves_after_arriving")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_trip_person_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["trip_id"], ["trip.id"], name=op.f("fk_trip_person_trip_id_trip"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("trip_id", "person_id", name=op.f("pk_trip_person")),
    )
    with op.batch_alter_table("trip_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trip_person_person_id"), ["person_id"], unique=False)

    op.create_table(
        "kit_booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kit_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("days_after", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("arrived_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("foundation_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "arrived_on >= sent_on", name=op.f("ck_kit_booking_arrives_after_sending")
        ),
        sa.CheckConstraint(
            "days_before >= 0 AND days_after >= 0", name=op.f("ck_kit_booking_days_positive")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_kit_booking_event_id_event"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["foundation_id"],
            ["foundation.id"],
            name=op.f("fk_kit_booking_foundation_id_foundation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["kit_id"], ["kit.id"], name=op.f("fk_kit_booking_kit_id_kit"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kit_booking")),
    )
    with op.batch_alter_table("kit_booking", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kit_booking_event_id"), ["event_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_kit_booking_foundation_id"), ["foundation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_kit_booking_kit_id"), ["kit_id"], unique=False)

    op.create_table(
        "swag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=120), nullable=False),
        sa.Column("ordered", sa.Integer(), nullable=True),
        sa.Column("ordered_on", sa.Date(), nullable=True),
        sa.Column("file_by", sa.Date(), nullable=True),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("arrives_from", sa.Date(), nullable=True),
        sa.Column("arrives_by", sa.Date(), nullable=True),
        sa.Column("before", sa.Integer(), nullable=True),
        sa.Column("after", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("foundation_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("after >= 0", name=op.f("ck_swag_after_positive")),
        sa.CheckConstraint("arrives_by >= arrives_from", name=op.f("ck_swag_window_in_order")),
        sa.CheckConstraint("before >= 0", name=op.f("ck_swag_before_positive")),
        sa.CheckConstraint("length(item) > 0", name=op.f("ck_swag_item_given")),
        sa.CheckConstraint("ordered > 0", name=op.f("ck_swag_ordered_positive")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_swag_event_id_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["foundation_id"],
            ["foundation.id"],
            name=op.f("fk_swag_foundation_id_foundation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swag")),
    )
    with op.batch_alter_table("swag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_swag_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_swag_foundation_id"), ["foundation_id"], unique=False)

    op.create_table(
        "trip_share",
        sa.Column("cost_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.CheckConstraint("parts > 0", name=op.f("ck_trip_share_parts_positive")),
        sa.ForeignKeyConstraint(
            ["cost_id"],
            ["trip_cost.id"],
            name=op.f("fk_trip_share_cost_id_trip_cost"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_trip_share_event_id_event"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("cost_id", "event_id", name=op.f("pk_trip_share")),
    )
    with op.batch_alter_table("trip_share", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trip_share_event_id"), ["event_id"], unique=False)

    op.create_table(
        "trip_stop",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("trip_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_trip_stop_event_id_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["trip_id"], ["trip.id"], name=op.f("fk_trip_stop_trip_id_trip"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_trip_stop")),
    )
    with op.batch_alter_table("trip_stop", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trip_stop_trip_id"), ["trip_id"], unique=False)

    op.create_table(
        "kit_count",
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=True),
        sa.Column("after", sa.Integer(), nullable=True),
        sa.CheckConstraint("after >= 0", name=op.f("ck_kit_count_after_positive")),
        sa.CheckConstraint("before >= 0", name=op.f("ck_kit_count_before_positive")),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["kit_booking.id"],
            name=op.f("fk_kit_count_booking_id_kit_booking"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["kit_line.id"],
            name=op.f("fk_kit_count_line_id_kit_line"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("booking_id", "line_id", name=op.f("pk_kit_count")),
    )
    with op.batch_alter_table("kit_count", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kit_count_line_id"), ["line_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    for table in (
        *("kit_count", "trip_stop", "trip_share", "swag", "kit_booking"),
        *("trip_person", "trip_cost", "kit_line", "trip", "kit"),
    ):
        op.drop_table(table)
