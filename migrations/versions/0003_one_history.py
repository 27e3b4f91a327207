"""One history: acts know what they were about, and whether they were taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "act_subject",
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["audit_entry.id"],
            name=op.f("fk_act_subject_entry_id_audit_entry"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subject", "subject_id", "entry_id", name=op.f("pk_act_subject")),
    )
    with op.batch_alter_table("act_subject", schema=None) as batch_op:
        batch_op.create_index("ix_act_subject_entry_id", ["entry_id"], unique=False)

    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("part_of", sa.Integer(), nullable=True))
        batch_op.create_index("ix_audit_entry_part_of", ["part_of"], unique=False)

    # Earlier acts are listed too, though none of them can be taken back any more.
    op.execute(
        "INSERT INTO act_subject (subject, subject_id, entry_id)"
        " SELECT subject, subject_id, id FROM audit_entry"
        " WHERE subject IN ('event', 'segment', 'person', 'booth') AND subject_id IS NOT NULL"
    )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_part_of")
        batch_op.drop_column("part_of")
        batch_op.drop_column("taken_back_at")

    with op.batch_alter_table("act_subject", schema=None) as batch_op:
        batch_op.drop_index("ix_act_subject_entry_id")

    op.drop_table("act_subject")
