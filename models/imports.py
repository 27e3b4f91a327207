"""Imports that are too large for a request: what is to come in or to go back, and how far it is."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfFoundation, one_of
from models.searches import Claimed

BATCH_STATES = ("waiting", "running", "clearing", "done")
"""From `clearing` on all is decided; only rows that nobody sees are still to be thrown away."""


class ImportBatch(OfFoundation, Claimed, Base):
    """A large import on its way in or back, by the worker: the whole of it, or nothing."""

    __tablename__ = "import_batch"
    __table_args__ = (CheckConstraint(one_of("state", BATCH_STATES), name="state_known"),)
    worked_on = ("waiting", "running", "clearing")

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The number of the import's line in the history."""
    staging_id: Mapped[int | None] = mapped_column(
        ForeignKey("foundation.id", ondelete="SET NULL"), index=True
    )
    """A removed foundation that its events belong to while nobody may see them."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    is_back: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(20), default="waiting", index=True)
    source: Mapped[str] = mapped_column(String(80))
    said: Mapped[str] = mapped_column(default="")
    """What came of it."""


class ImportRecords(Base):
    """The rows of a large import as they were given, until they are in.

    They are a table of their own because SQLite writes a row anew as a whole, and the batch tells
    of its progress again and again.
    """

    __tablename__ = "import_records"

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("import_batch.id", ondelete="CASCADE"), primary_key=True
    )
    records: Mapped[list[dict[str, Any]]]
