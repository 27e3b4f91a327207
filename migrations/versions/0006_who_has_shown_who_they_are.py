"""Who has shown who they are: people accepted, links that end, where a sign-up came from."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "blocked_address",
        sa.Column("booth_id", sa.Integer(), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["booth_id"],
            ["booth.id"],
            name=op.f("fk_blocked_address_booth_id_booth"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("booth_id", "address_hash", name=op.f("pk_blocked_address")),
    )
    op.add_column("person", sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "person", sa.Column("shares_address_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("sign_up", sa.Column("browser", sa.String(length=43), nullable=True))
    op.add_column("sign_up", sa.Column("network", sa.String(length=43), nullable=True))
    op.add_column(
        "personal_link", sa.Column("renewed_at", sa.DateTime(timezone=True), nullable=True)
    )
    # Whoever can only be called was known before anybody was asked to show who they are.
    op.execute("UPDATE person SET accepted_at = created_at WHERE email IS NULL")
    op.execute("UPDATE personal_link SET renewed_at = created_at")
    with op.batch_alter_table("personal_link", schema=None) as batch_op:
        batch_op.alter_column(
            "renewed_at", existing_type=sa.DateTime(timezone=True), nullable=False
        )


def downgrade() -> None:
    """Take back; not in batches, for a copied table would take along what points to it."""
    op.drop_column("personal_link", "renewed_at")
    op.drop_column("sign_up", "network")
    op.drop_column("sign_up", "browser")
    op.drop_column("person", "shares_address_at")
    op.drop_column("person", "accepted_at")
    op.drop_table("blocked_address")
