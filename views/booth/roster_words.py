"""The words and addresses that the roster's templates ask for."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, url_for

from outreach.calendars.clock import say_hours, say_time, say_town


def _hour(instant: datetime, zone: str | None) -> str:
    """Say a time of day by the venue's clock: "15:15"."""
    return say_time(instant, ZoneInfo(zone or "UTC"))


def _town(zone: str | None) -> str:
    """Name a zone by its town: "Denver"."""
    return say_town(zone or "UTC")


def _cover_url(event_id: int, shift_id: int) -> str:
    return url_for("covers.choose", event_id=event_id, shift_id=shift_id)


def _booth_url(event_id: int) -> str:
    return url_for("booths.show", event_id=event_id)


def teach(blueprint: Blueprint) -> None:
    """Let the templates use them."""
    for name, words in (("hour", _hour), ("town", _town), ("hours", say_hours)):
        blueprint.add_app_template_filter(words, name)
    for name, address in (("cover_url", _cover_url), ("booth_url", _booth_url)):
        blueprint.add_app_template_global(address, name)
