"""Why people need not come, in the words that they are told."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    for table in ("decision", "shift"):
        column = sa.Column("told_why", sa.String(length=300), nullable=False, server_default="")
        op.add_column(table, column)


def downgrade() -> None:
    """Take back."""
    for table in ("shift", "decision"):
        op.drop_column(table, "told_why")
