"""In which language somebody is written to."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("person", sa.Column("letters_language", sa.String(length=10), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("person", "letters_language")
