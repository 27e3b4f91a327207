"""Experience follows from the hours that people stood; what staff said of it stays."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: who was ticked stays so, of the others the hours decide; the worker counts them."""
    op.add_column(
        "foundation",
        sa.Column("booth_rules", sa.JSON(), server_default=sa.text("'{}'"), nullable=False),
    )
    op.add_column("person", sa.Column("experience_set", sa.Boolean(), nullable=True))
    op.add_column(
        "person",
        sa.Column("minutes_stood", sa.Integer(), server_default=sa.text("0"), nullable=False),
    )
    op.add_column(
        "person",
        sa.Column("has_stood_enough", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("person", sa.Column("recount_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_person_recount_at"), "person", ["recount_at"])
    person = sa.table(
        "person",
        sa.column("id", sa.Integer()),
        sa.column("experience_set", sa.Boolean()),
        sa.column("is_experienced", sa.Boolean()),
        sa.column("recount_at", sa.DateTime(timezone=True)),
        sa.column("created_at", sa.DateTime(timezone=True)),
    )
    sign_up = sa.table("sign_up", sa.column("person_id"), sa.column("arrived_at"))
    op.execute(person.update().where(person.c.is_experienced).values(experience_set=True))
    came = sa.select(sign_up.c.person_id).where(sign_up.c.arrived_at.is_not(None))
    op.execute(person.update().where(person.c.id.in_(came)).values(recount_at=person.c.created_at))
    op.drop_column("person", "is_experienced")


def downgrade() -> None:
    """Take back."""
    op.add_column(
        "person",
        sa.Column("is_experienced", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    person = sa.table(
        "person",
        *(sa.column(name, sa.Boolean()) for name in ("experience_set", "has_stood_enough")),
        sa.column("is_experienced", sa.Boolean()),
    )
    known = sa.func.coalesce(person.c.experience_set, person.c.has_stood_enough)
    op.execute(person.update().values(is_experienced=known))
    op.drop_index(op.f("ix_person_recount_at"), "person")
    for name in ("recount_at", "has_stood_enough", "minutes_stood", "experience_set"):
        op.drop_column("person", name)
    op.drop_column("foundation", "booth_rules")
