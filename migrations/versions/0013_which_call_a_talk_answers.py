"""A proposal says which call it answers."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. A proposal answers the one call for talks of its event, where there is just one."""
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("call_id", sa.Integer(), nullable=True))
        batch_op.create_index(op.f("ix_proposal_call_id"), ["call_id"])
        batch_op.create_foreign_key(
            op.f("fk_proposal_call_id_call"), "call", ["call_id"], ["id"], ondelete="SET NULL"
        )
    op.execute(
        "UPDATE proposal SET call_id = (SELECT min(call.id) FROM call"
        " WHERE call.event_id = proposal.event_id AND call.kind = 'talks'"
        " HAVING count(*) = 1) WHERE state NOT IN ('idea', 'drafting')"
    )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_proposal_call_id_call"), type_="foreignkey")
        batch_op.drop_index(op.f("ix_proposal_call_id"))
        batch_op.drop_column("call_id")
