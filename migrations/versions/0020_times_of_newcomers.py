"""Where newcomers said from when they can come, and by which form."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

HASHES = ("form_key", "browser", "network")


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("availability", schema=None) as batch_op:
        for name in HASHES:
            batch_op.add_column(sa.Column(name, sa.String(length=43), nullable=True))
        batch_op.create_unique_constraint(
            batch_op.f("uq_availability_booth_id_form_key"), ["booth_id", "form_key"]
        )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("availability", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_availability_booth_id_form_key"), type_="unique")
        for name in reversed(HASHES):
            batch_op.drop_column(name)
