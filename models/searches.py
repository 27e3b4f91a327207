"""What a worker has a hold on, and what the optimiser works on: who asked, how far it is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

SEARCH_STATES = ("waiting", "running", "done", "cancelled", "failed")
STILL_ON = ("waiting", "running")


class Claimed:
    """A row that a worker claims, works on and tells of."""

    worked_on: ClassVar[Sequence[str]] = STILL_ON
    """States in which a worker has it or will have it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    asked_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    """Until when a worker has it; a worker that died gives it free by this."""
    progress: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """How far it is and what is proven so far, for the page that watches."""


class Searched(Claimed):
    """A row that a worker searches for the best of; nothing of it counts by itself."""

    finished_at: Mapped[datetime | None]

    @declared_attr
    def asked_by_id(cls) -> Mapped[int | None]:  # noqa: N805 - declared_attr is called with the class
        """Who asked for it."""
        return mapped_column(ForeignKey("person.id", ondelete="SET NULL"))

    @property
    def is_open(self) -> bool:
        """Tell whether a worker has it or will have it."""
        return self.state in STILL_ON
