"""Loads the example foundation's booths: hours, shifts, who stands when, and who could."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from models import Availability, Booth, Event, Shift, SignUp
from outreach.example.facts import read
from outreach.example.loading import Loading

DRAWN = timedelta(days=17)
SIGNED_UP = timedelta(days=9)
"""How long before the clock the example's shifts were drawn, and its people signed up."""


def add_booths(loading: Loading) -> None:
    """Add the booths with everything on them."""
    for facts in read("booths"):
        event = loading.event(facts)
        booth = Booth(
            event_id=event.id,
            code=facts["code"],
            label=facts["label"],
            note=facts["note"],
            hours=facts["hours"],
        )
        loading.session.add(booth)
        loading.session.flush()
        for row in facts["shifts"]:
            _add_shift(loading, booth, event, row)
        for row in facts["availability"]:
            loading.session.add(_availability(loading, booth, event, row))
    loading.session.flush()


def _add_shift(loading: Loading, booth: Booth, event: Event, facts: dict[str, Any]) -> None:
    starts, ends = _stretch(event, facts)
    shift = Shift(
        booth_id=booth.id,
        kind=facts["kind"],
        starts_at=starts,
        ends_at=ends,
        min_people=facts["min"],
        max_people=facts["max"],
        needs=facts.get("needs", []),
        note=facts.get("note", ""),
        batch=f"example {event.id}",
        created_at=loading.clock - DRAWN,
    )
    loading.session.add(shift)
    loading.session.flush()
    for place, person in enumerate(facts["people"], start=1):
        loading.session.add(_sign_up(loading, shift, person, place))


def _sign_up(loading: Loading, shift: Shift, facts: dict[str, Any], place: int) -> SignUp:
    state = facts.get("state", "taken")
    since = loading.clock - SIGNED_UP
    agreed = state == "taken" and facts.get("confirmed", True)
    return SignUp(
        shift_id=shift.id,
        person_id=loading.people[facts["name"]].id,
        state=state,
        queue_no=place if state == "waiting" else None,
        is_lead=facts.get("lead", False),
        reason=facts.get("reason", ""),
        confirmed_at=since if agreed else None,
        created_at=since,
        changed_at=since,
    )


def _availability(
    loading: Loading, booth: Booth, event: Event, facts: dict[str, Any]
) -> Availability:
    times = []
    for row in facts["times"]:
        starts, ends = _stretch(event, row)
        likes = row.get("likes", False)
        times.append({"from": starts.isoformat(), "until": ends.isoformat(), "likes": likes})
    hours = facts.get("mostHours")
    return Availability(
        booth_id=booth.id,
        person_id=loading.people[facts["name"]].id,
        times=times,
        most_minutes=hours * 60 if hours else None,
        said_at=loading.clock - SIGNED_UP,
    )


def _stretch(event: Event, facts: dict[str, Any]) -> tuple[datetime, datetime]:
    zone = ZoneInfo(event.timezone or "UTC")
    starts, ends = (
        datetime.fromisoformat(f"{facts['day']}T{facts[edge]}").replace(tzinfo=zone)
        for edge in ("from", "until")
    )
    return starts, ends
