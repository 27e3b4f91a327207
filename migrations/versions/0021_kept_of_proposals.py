"""What staff keep of a proposed roster, and what they leave out of the next."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

COLUMNS = ("kept", "left_out")


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("roster_proposal", schema=None) as batch_op:
        for name in COLUMNS:
            batch_op.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("roster_proposal", schema=None) as batch_op:
        for name in COLUMNS:
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("roster_proposal", schema=None) as batch_op:
        for name in reversed(COLUMNS):
            batch_op.drop_column(name)
