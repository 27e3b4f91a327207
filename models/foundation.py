"""The foundation: whose season is planned, by which clock, with which weights."""

from datetime import datetime
from secrets import token_hex
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Foundation(Base):
    """One foundation; the example is one too, on its own clock."""

    __tablename__ = "foundation"
    __table_args__ = (
        Index("uq_foundation_slug", "slug", unique=True),
        CheckConstraint("length(name) > 0", name="name_given"),
        Index(
            "uq_foundation_one_example",
            "is_example",
            unique=True,
            sqlite_where=text("is_example"),
            postgresql_where=text("is_example"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(200))
    is_example: Mapped[bool] = mapped_column(default=False)
    clock: Mapped[datetime | None]
    """The standing clock of the example; planning reads it instead of the real time."""
    clock_zone: Mapped[str | None] = mapped_column(String(64))
    timezone: Mapped[str | None] = mapped_column(String(64))
    """By whose day "today" is meant where the clock is the real one; UTC where nobody said."""
    currency: Mapped[str] = mapped_column(String(3), default="USD")
    event_cap: Mapped[int | None]
    """The most one event may cost, in whole units of `currency`; None means no cap is set."""
    money_rules: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    """Caps, days and per-diem that staff set, see `outreach.planning.money.rules`."""
    checklist_days: Mapped[dict[str, Any]] = mapped_column(
        default=dict, server_default=text("'{}'")
    )
    """Days that staff set for items of checklists, see `outreach.planning.checklists.templates`."""
    booth_rules: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    """What staff set for all booths, see `outreach.staffing.house_rules`."""
    approvals: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    """Which bodies must approve an event, each with the state from which it must."""
    weights: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Weights that staff changed, by reason; the defaults stand for what is missing."""
    calendar_scope: Mapped[str] = mapped_column(
        String(60), default=lambda: token_hex(16), server_default=""
    )
    """What identities of calendar entries begin with: drawn by each installation, so that entries
    of two are never one. Where there was none yet it is the slug, as in what was mailed."""
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    """Set when the example is removed; Undo clears it, a later clean-up deletes the rows."""

    @property
    def zone(self) -> ZoneInfo:
        """By whose day "today" is meant."""
        return ZoneInfo(self.timezone or self.clock_zone or "UTC")

    def now(self, real: datetime) -> datetime:
        """Return the instant that planning goes by: the standing clock, else the real time.

        It is in the foundation's own zone, so that its date is the day that people there call
        today.
        """
        return (self.clock or real).astimezone(self.zone)
