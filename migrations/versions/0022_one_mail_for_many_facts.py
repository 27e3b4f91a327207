"""Facts that leave as one mail, and how often a place has changed for calendars."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

OLD_REMINDERS = "Reminders come once a day now."


def upgrade() -> None:
    """Apply; reminders of the old kinds that still wait are posted anew as the new one."""
    op.add_column("message", sa.Column("together", sa.String(length=40), nullable=True))
    op.add_column(
        "message",
        sa.Column("is_by_reader", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told_in_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_message_told_in_id_message"),
            "message",
            ["told_in_id"],
            ["id"],
            ondelete="SET NULL",
        )
    op.create_index("ix_message_told_in_id", "message", ["told_in_id"])
    op.add_column(
        "sign_up", sa.Column("sequence", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("shift", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        sa.text(
            "UPDATE message SET state = 'dropped', trouble = :why"
            " WHERE state = 'waiting' AND kind IN ('reminder_day', 'reminder_hour')"
        ).bindparams(why=OLD_REMINDERS)
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("shift", "changed_at")
    op.drop_column("sign_up", "sequence")
    op.drop_index("ix_message_told_in_id", "message")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_message_told_in_id_message"), type_="foreignkey")
        batch_op.drop_column("told_in_id")
    op.drop_column("message", "is_by_reader")
    op.drop_column("message", "together")
