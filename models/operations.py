"""What the program knows of its own health."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Heartbeat(Base):
    """When something that is done again and again was done last, and since when it fails."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    done_at: Mapped[datetime | None]
    """When it went well."""
    failing_since: Mapped[datetime | None]
    """None where the last round went well."""
