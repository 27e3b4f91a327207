"""What the parts of the benchmark's world share: its size, its clock, its random choices."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from models import Base, Foundation
from outreach.catalog.series.known import read_series

NOW = datetime(2024, 7, 25, 15, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Size:
    """How much of everything there is."""

    events: int
    segments: int = 200
    issues: int = 5_000
    people: int = 2_000


@dataclass
class Ground:
    """One foundation in an empty database; every choice comes from a seeded generator."""

    session: Session
    size: Size
    foundation: Foundation

    def __post_init__(self) -> None:
        self.random = random.Random(20240725)
        self.rows = read_series()

    # Rows carry their own ids, counted from 1: the database is empty before.

    def _add(self, model: type[Base], rows: Iterator[dict[str, Any]]) -> None:
        self.session.execute(insert(model), list(rows))

    def _own(self, number: int, **values: Any) -> dict[str, Any]:
        return {"id": number, "foundation_id": self.foundation.id, **values}

    def _some_segment(self) -> int:
        return self.random.randint(1, self.size.segments)

    def _some_person(self) -> int:
        return self.random.randint(1, self.size.people)
