"""Alembic's entry: runs the migrations on the connection that `migrations.upgrade` gives it."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from models import Base
from models.base import UtcDateTime


def spell_type(kind: str, thing: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our time type as the plain one, so that a migration never imports today's models."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite cannot alter a constraint in place: tables are rebuilt.
    render_as_batch=True,
    render_item=spell_type,
    # Named CHECKs are compared too; the default leaves them out.
    autogenerate_plugins=["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"],
)
with context.begin_transaction():
    context.run_migrations()
