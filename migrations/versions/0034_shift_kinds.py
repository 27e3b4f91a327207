"""Kinds of shift that a booth names itself."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "shift_kind",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("booth_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("note", sa.String(length=160), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_shift_kind_name_given")),
        sa.ForeignKeyConstraint(
            ["booth_id"],
            ["booth.id"],
            name=op.f("fk_shift_kind_booth_id_booth"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_kind")),
        sa.UniqueConstraint("booth_id", "name", name=op.f("uq_shift_kind_booth_id_name")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("shift") as batch:
        batch.add_column(sa.Column("own_kind_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_shift_own_kind_id_shift_kind"),
            "shift_kind",
            ["own_kind_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch.create_index(op.f("ix_shift_own_kind_id"), ["own_kind_id"])


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("shift") as batch:
        batch.drop_index(op.f("ix_shift_own_kind_id"))
        batch.drop_constraint(op.f("fk_shift_own_kind_id_shift_kind"), type_="foreignkey")
        batch.drop_column("own_kind_id")
    op.drop_table("shift_kind")
