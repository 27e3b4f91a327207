"""Work left for later: segments whose stored matches follow after the change."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("segment", sa.Column("stale", sa.String(length=16), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("segment", schema=None) as batch_op:
        batch_op.drop_column("stale")
