"""Booth staffing, letters that are written when they leave, versions of briefs and people.

Nothing could fill the tables of booths, shifts and sign-ups before, so they are made anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    for table in ("sign_up", "shift", "booth"):
        op.drop_table(table)
    op.create_table(
        "personal_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("feed_hash", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.String(length=43), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_personal_link_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_personal_link")),
        sa.UniqueConstraint("feed_hash", name=op.f("uq_personal_link_feed_hash")),
    )
    with op.batch_alter_table("personal_link", schema=None) as batch_op:
        batch_op.create_index("ix_personal_link_person_id", ["person_id"], unique=False)

    op.create_table(
        "booth",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(length=600), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_booth_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booth")),
        sa.UniqueConstraint("code", name=op.f("uq_booth_code")),
        sa.UniqueConstraint("event_id", name=op.f("uq_booth_event_id")),
    )
    op.create_table(
        "availability",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("booth_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("times", sa.JSON(), nullable=False),
        sa.Column("most_minutes", sa.Integer(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "most_minutes IS NULL OR most_minutes > 0", name=op.f("ck_availability_most_positive")
        ),
        sa.ForeignKeyConstraint(
            ["booth_id"],
            ["booth.id"],
            name=op.f("fk_availability_booth_id_booth"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_availability_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_availability")),
        sa.UniqueConstraint(
            "booth_id", "person_id", name=op.f("uq_availability_booth_id_person_id")
        ),
    )
    with op.batch_alter_table("availability", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_availability_person_id"), ["person_id"], unique=False)

    op.create_table(
        "roster_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("booth_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("unfilled", sa.JSON(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'cancelled', 'failed', 'used')",
            name=op.f("ck_roster_proposal_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"],
            ["person.id"],
            name=op.f("fk_roster_proposal_asked_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["booth_id"],
            ["booth.id"],
            name=op.f("fk_roster_proposal_booth_id_booth"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_proposal")),
    )
    with op.batch_alter_table("roster_proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_proposal_booth_id"), ["booth_id"], unique=False)
        batch_op.create_index("ix_roster_proposal_state", ["state", "claimed_until"], unique=False)

    op.create_table(
        "shift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("booth_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("min_people", sa.Integer(), nullable=False),
        sa.Column("max_people", sa.Integer(), nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("batch", sa.String(length=32), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('booth', 'set_up', 'tear_down')", name=op.f("ck_shift_kind_known")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_shift_ends_after_start")),
        sa.CheckConstraint(
            "min_people >= 0 AND max_people >= min_people", name=op.f("ck_shift_min_max")
        ),
        sa.ForeignKeyConstraint(
            ["booth_id"], ["booth.id"], name=op.f("fk_shift_booth_id_booth"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
    )
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shift_batch"), ["batch"], unique=False)
        batch_op.create_index(
            "ix_shift_booth_id_starts_at", ["booth_id", "starts_at"], unique=False
        )

    op.create_table(
        "sign_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("queue_no", sa.Integer(), nullable=True),
        sa.Column("offer_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("placed_by_id", sa.Integer(), nullable=True),
        sa.Column("form_key", sa.String(length=43), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("was_missed", sa.Boolean(), nullable=False),
        sa.Column("stays_on_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state <> 'offered' OR offer_ends_at IS NOT NULL", name=op.f("ck_sign_up_offer_ends")
        ),
        sa.CheckConstraint(
            "state <> 'waiting' OR queue_no IS NOT NULL", name=op.f("ck_sign_up_queue_has_order")
        ),
        sa.CheckConstraint(
            "state IN ('taken', 'offered', 'waiting', 'left', 'removed', 'passed')",
            name=op.f("ck_sign_up_state_known"),
        ),
        sa.CheckConstraint(
            "NOT (was_missed AND arrived_at IS NOT NULL)", name=op.f("ck_sign_up_missed_or_there")
        ),
        sa.CheckConstraint(
            "left_at IS NULL OR (arrived_at IS NOT NULL AND left_at >= arrived_at)",
            name=op.f("ck_sign_up_left_after_arrival"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_sign_up_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["placed_by_id"],
            ["person.id"],
            name=op.f("fk_sign_up_placed_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shift.id"], name=op.f("fk_sign_up_shift_id_shift"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_up")),
        sa.UniqueConstraint("shift_id", "form_key", name=op.f("uq_sign_up_shift_id_form_key")),
        sa.UniqueConstraint("shift_id", "person_id", name=op.f("uq_sign_up_shift_id_person_id")),
    )
    with op.batch_alter_table("sign_up", schema=None) as batch_op:
        batch_op.create_index("ix_sign_up_person_id_state", ["person_id", "state"], unique=False)

    op.create_table(
        "cover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("leaving_id", sa.Integer(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by_id"],
            ["person.id"],
            name=op.f("fk_cover_asked_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["leaving_id"],
            ["sign_up.id"],
            name=op.f("fk_cover_leaving_id_sign_up"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shift.id"], name=op.f("fk_cover_shift_id_shift"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["taken_by_id"],
            ["person.id"],
            name=op.f("fk_cover_taken_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover")),
    )
    with op.batch_alter_table("cover", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cover_shift_id"), ["shift_id"], unique=False)

    op.create_table(
        "swap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mine_id", sa.Integer(), nullable=False),
        sa.Column("theirs_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('offered', 'agreed', 'refused', 'withdrawn', 'void')",
            name=op.f("ck_swap_state_known"),
        ),
        sa.CheckConstraint("mine_id <> theirs_id", name=op.f("ck_swap_two_places")),
        sa.ForeignKeyConstraint(
            ["mine_id"], ["sign_up.id"], name=op.f("fk_swap_mine_id_sign_up"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["theirs_id"],
            ["sign_up.id"],
            name=op.f("fk_swap_theirs_id_sign_up"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap")),
    )
    with op.batch_alter_table("swap", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_swap_mine_id"), ["mine_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_swap_theirs_id"), ["theirs_id"], unique=False)
        batch_op.create_index(
            "uq_swap_open",
            ["mine_id", "theirs_id"],
            unique=True,
            sqlite_where=sa.text("state = 'offered'"),
            postgresql_where=sa.text("state = 'offered'"),
        )

    op.create_table(
        "cover_ask",
        sa.Column("cover_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'yes', 'no', 'closed')", name=op.f("ck_cover_ask_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["cover_id"], ["cover.id"], name=op.f("fk_cover_ask_cover_id_cover"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_cover_ask_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("cover_id", "person_id", name=op.f("pk_cover_ask")),
    )
    with op.batch_alter_table("cover_ask", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cover_ask_person_id"), ["person_id"], unique=False)

    with op.batch_alter_table("brief", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))

    with op.batch_alter_table("foundation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("timezone", sa.String(length=64), nullable=True))

    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("kind", sa.String(length=40), nullable=False, server_default="plain")
        )
        batch_op.add_column(sa.Column("facts", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("trouble", sa.String(length=300), nullable=False, server_default="")
        )
        batch_op.create_index("ix_message_state", ["state", "due_at"], unique=False)
        batch_op.create_index("ix_message_person_id", ["person_id"], unique=False)
    op.execute("UPDATE message SET due_at = created_at")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.alter_column("due_at", nullable=False)
        batch_op.drop_constraint(op.f("ck_message_state_known"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_message_state_known"), "state IN ('waiting', 'sent', 'dropped', 'bounced')"
        )

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("skills", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("bounces", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("letters_stopped_at", sa.DateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))

    with op.batch_alter_table("tracker", schema=None) as batch_op:
        batch_op.add_column(sa.Column("due_issues", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("ask", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ends_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("ask", schema=None) as batch_op:
        batch_op.drop_column("ends_on")

    with op.batch_alter_table("tracker", schema=None) as batch_op:
        batch_op.drop_column("tried_at")
        batch_op.drop_column("due_issues")

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("version")
        batch_op.drop_column("letters_stopped_at")
        batch_op.drop_column("bounces")
        batch_op.drop_column("skills")

    op.execute("UPDATE message SET state = 'dropped' WHERE state = 'bounced'")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_message_state_known"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_message_state_known"), "state IN ('waiting', 'sent', 'dropped')"
        )
        batch_op.drop_index("ix_message_person_id")
        batch_op.drop_index("ix_message_state")
        batch_op.drop_column("trouble")
        batch_op.drop_column("attempts")
        batch_op.drop_column("claimed_until")
        batch_op.drop_column("due_at")
        batch_op.drop_column("facts")
        batch_op.drop_column("kind")

    with op.batch_alter_table("foundation", schema=None) as batch_op:
        batch_op.drop_column("timezone")

    with op.batch_alter_table("brief", schema=None) as batch_op:
        batch_op.drop_column("version")

    with op.batch_alter_table("cover_ask", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cover_ask_person_id"))

    op.drop_table("cover_ask")
    with op.batch_alter_table("swap", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_swap_open",
            sqlite_where=sa.text("state = 'offered'"),
            postgresql_where=sa.text("state = 'offered'"),
        )
        batch_op.drop_index(batch_op.f("ix_swap_theirs_id"))
        batch_op.drop_index(batch_op.f("ix_swap_mine_id"))

    op.drop_table("swap")
    with op.batch_alter_table("cover", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cover_shift_id"))

    op.drop_table("cover")
    with op.batch_alter_table("sign_up", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_up_person_id_state")

    op.drop_table("sign_up")
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.drop_index("ix_shift_booth_id_starts_at")
        batch_op.drop_index(batch_op.f("ix_shift_batch"))

    op.drop_table("shift")
    with op.batch_alter_table("roster_proposal", schema=None) as batch_op:
        batch_op.drop_index("ix_roster_proposal_state")
        batch_op.drop_index(batch_op.f("ix_roster_proposal_booth_id"))

    op.drop_table("roster_proposal")
    with op.batch_alter_table("availability", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_availability_person_id"))

    op.drop_table("availability")
    op.drop_table("booth")
    with op.batch_alter_table("personal_link", schema=None) as batch_op:
        batch_op.drop_index("ix_personal_link_person_id")

    op.drop_table("personal_link")
    op.create_table(
        "booth",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_booth_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booth")),
        sa.UniqueConstraint("event_id", name=op.f("uq_booth_event_id")),
    )

    op.create_table(
        "shift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("booth_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("min_people", sa.Integer(), nullable=False),
        sa.Column("max_people", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "kind IN ('booth', 'set_up', 'tear_down')", name=op.f("ck_shift_kind_known")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_shift_ends_after_start")),
        sa.CheckConstraint(
            "min_people >= 0 AND max_people >= min_people", name=op.f("ck_shift_min_max")
        ),
        sa.ForeignKeyConstraint(
            ["booth_id"], ["booth.id"], name=op.f("fk_shift_booth_id_booth"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
    )
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shift_booth_id"), ["booth_id"], unique=False)

    op.create_table(
        "sign_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_sign_up_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shift.id"], name=op.f("fk_sign_up_shift_id_shift"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_up")),
        sa.UniqueConstraint("shift_id", "person_id", name=op.f("uq_sign_up_shift_id_person_id")),
    )
    with op.batch_alter_table("sign_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_up_person_id"), ["person_id"], unique=False)
