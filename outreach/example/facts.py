"""Reads the facts under data/example."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

FACTS = Path(__file__).parents[2] / "data" / "example"


def read(name: str) -> Any:
    """Return what one file holds."""
    return json.loads((FACTS / f"{name}.json").read_text(encoding="utf-8"))


def day(text: str | None) -> date | None:
    """Read a day; None where it is not known."""
    return date.fromisoformat(text) if text else None


def instant(text: str | None, zone: ZoneInfo) -> datetime | None:
    """Read a local time at the venue; None where it is not known."""
    return datetime.fromisoformat(text).replace(tzinfo=zone) if text else None
