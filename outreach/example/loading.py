"""One run of the example's loader: the foundation, its segments, events, people and past."""

from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    Attendance,
    Event,
    Foundation,
    Gathering,
    Person,
    PersonSegment,
    Segment,
    Series,
)
from outreach.catalog.facts import EventFacts, read_row
from outreach.catalog.importing.import_rows import CONFERENCE_DATA, import_rows
from outreach.catalog.places.lookup import settle_place
from outreach.catalog.series.linking import SeriesLinks
from outreach.example.facts import day, read


class Loading:
    """One run of the loader; the maps lead from the files' names to the rows made of them."""

    def __init__(self, session: Session, real: datetime) -> None:
        self.session, self.real = session, real
        facts = read("foundation")
        self.clock = datetime.fromisoformat(facts["clock"]).astimezone(UTC)
        self.foundation = Foundation(
            slug=facts["slug"],
            name=facts["name"],
            is_example=True,
            clock=self.clock,
            clock_zone=facts["clockZone"],
            currency=facts["currency"],
            approvals=facts["approvals"],
            created_at=real,
        )
        session.add(self.foundation)
        session.flush()
        self.segments: dict[str, Segment] = {}
        self.people: dict[str, Person] = {}

    @cached_property
    def events(self) -> dict[tuple[str, str], Event]:
        """Map name and first day to the event; read once, after the last import."""
        rows = self.session.scalars(select(Event).where(Event.foundation_id == self.foundation.id))
        return {(event.name, event.starts_on.isoformat()): event for event in rows}

    @cached_property
    def links(self) -> SeriesLinks:
        """Return the foundation's series; read once, after the last import."""
        return SeriesLinks(self.session, self.foundation)

    def event(self, facts: dict[str, Any]) -> Event:
        """Return the event that a file names by name and first day."""
        return self.events[facts["event"], facts["startDate"]]

    def next_of(self, series: str) -> Event:
        """Return the first edition of a series from the clock on."""
        number = self.series(series).id
        coming = (
            event
            for event in self.events.values()
            if event.series_id == number and event.ends_on >= self.clock.date()
        )
        return min(coming, key=lambda event: event.starts_on)

    def series(self, name: str) -> Series:
        """Return the series of that name, a new one if no event has brought it yet."""
        today = self.clock.date()
        series = self.links.link(EventFacts(name, today, today))
        self.session.flush()
        return series

    def add_segments(self) -> None:
        """Add the segments; where they gather follows with the series."""
        for facts in read("segments"):
            segment = Segment(
                foundation_id=self.foundation.id,
                slug=facts["slug"],
                name=facts["name"],
                short_name=facts["shortName"],
                who=facts["who"],
                summary=facts["summary"],
                keywords=facts["keywords"],
                projects=facts["upstreamProjects"],
                software=facts["software"],
                regions=facts["regions"],
            )
            self.session.add(segment)
            self.segments[segment.slug] = segment
        self.session.flush()

    def add_events(self) -> None:
        """Import the events as any catalogue is imported, past editions from the history too."""
        records = [*read("events"), *(_as_record(row) for row in read("history"))]
        unique = {(record["name"], record["startDate"]): record for record in reversed(records)}
        rows = [read_row(number, record) for number, record in enumerate(unique.values(), start=1)]
        import_rows(self.session, self.foundation, rows, CONFERENCE_DATA, self.clock)
        for facts in read("segments"):
            for gathers in facts["gathers"]:
                self.session.add(self._gathering(facts["slug"], gathers))
        for record in read("events"):
            if "boothCostUsd" in record:
                event = self.events[record["name"], record["startDate"]]
                event.booth_cost = record["boothCostUsd"]

    def _gathering(self, slug: str, facts: dict[str, Any]) -> Gathering:
        series = self.series(facts["series"])
        return Gathering(
            segment_id=self.segments[slug].id,
            series_id=series.id,
            kind=facts["evidence"],
            sentence=facts["sentence"],
            source=facts["source"],
            source_url=facts.get("sourceUrl"),
            dated=day(facts.get("date")),
            created_at=self.real,
        )

    def add_people(self) -> None:
        """Add the invented people, each placed where they live."""
        for facts in read("people"):
            place = settle_place(facts["homeCity"], facts["homeCountry"])
            person = Person(
                foundation_id=self.foundation.id,
                name=facts["name"],
                email=facts["email"],
                email_key=facts["email"],
                role=facts["role"],
                city=facts["homeCity"],
                country=facts["homeCountry"],
                latitude=place.latitude if place else None,
                longitude=place.longitude if place else None,
                timezone=place.timezone if place else None,
                languages=facts["languages"],
                experience_set=True if facts["experience"] == "experienced" else None,
                note="example",
                created_at=self.real,
            )
            self.session.add(person)
            self.session.flush()
            self.people[person.name] = person
            for slug in facts["segments"]:
                self.session.add(
                    PersonSegment(person_id=person.id, segment_id=self.segments[slug].id)
                )

    def add_history(self) -> None:
        """Add what the foundation attended or planned before the clock."""
        for facts in read("history"):
            self.session.add(
                Attendance(
                    event_id=self.event(facts).id,
                    activities=facts["activities"],
                    status=facts["status"],
                    note=facts.get("note") or "",
                    source=facts["source"],
                )
            )


def _as_record(history: dict[str, Any]) -> dict[str, Any]:
    """Spell a row of the history like a row of the catalogue."""
    return {
        "name": history["event"],
        "startDate": history["startDate"],
        "endDate": history["endDate"],
        **{key: history[key] for key in ("city", "country", "online") if history.get(key)},
    }
