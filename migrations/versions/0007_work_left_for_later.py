"""Work left for later: segments whose stored matches follow after the change, large imports."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("segment", sa.Column("stale", sa.String(length=16), nullable=True))
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("staging_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("is_back", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("foundation_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'clearing', 'done')",
            name=op.f("ck_import_batch_state_known"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{target}.id"],
                name=op.f(f"fk_import_batch_{column}_{target}"),
                ondelete=ondelete,
            )
            for column, target, ondelete in (
                ("staging_id", "foundation", "SET NULL"),
                ("person_id", "person", "SET NULL"),
                ("foundation_id", "foundation", "CASCADE"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    op.create_table(
        "import_records",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("records", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batch.id"],
            name=op.f("fk_import_records_batch_id_import_batch"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_import_records")),
    )
    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        for column in ("foundation_id", "staging_id", "state"):
            batch_op.create_index(batch_op.f(f"ix_import_batch_{column}"), [column], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_table("import_records")
    op.drop_table("import_batch")
    with op.batch_alter_table("segment", schema=None) as batch_op:
        batch_op.drop_column("stale")
