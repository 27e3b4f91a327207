"""Fills a scratch database with one large foundation, the same on every run."""

import gzip
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from heapq import nlargest
from typing import Any

from sqlalchemy.orm import Session

from bench.issues import Issues
from bench.plans import Plans
from bench.world_size import NOW, Ground, Size
from models import (
    Call,
    DuplicateOffer,
    Event,
    Foundation,
    Gathering,
    Message,
    Person,
    PersonSegment,
    Segment,
    Series,
)
from outreach.catalog.places.countries import country_name
from outreach.catalog.places.lookup import Place
from outreach.catalog.places.towns import PACKED
from outreach.catalog.series.edition_names import name_key
from outreach.catalog.series.known import SeriesRow

YEARS = (2022, 2023, 2024, 2025, 2026)
MAILS, OFFERS, TOWNS = 500, 60, 350
LANGUAGES = (["en"], ["en", "de"], ["en", "fr"], ["es", "en"], ["ja", "en"])


def fill(session: Session, size: Size) -> Foundation:
    """Write a foundation with everything but its matches, and flush."""
    foundation = Foundation(
        slug="bench", name="Bench Foundation", clock=NOW, event_cap=9_000, created_at=NOW
    )
    session.add(foundation)
    session.flush()
    World(session, size, foundation).add_world()
    Issues(session, size, foundation).add_issues()
    Plans(session, size, foundation).add_plans()
    session.flush()
    return foundation


class World(Ground):
    """Writes segments, people and events, mail and pairs that look like one event."""

    def add_world(self) -> None:
        """Write the rows, parents first."""
        self.towns = list(_towns())
        self._add(Segment, self._segments())
        self._add(Person, self._people())
        self._add(PersonSegment, self._knowledge())
        self._add(Series, self._series())
        events = list(self._events())
        self._add(Event, events)
        self._add(Call, self._calls(events))
        self._add(Gathering, self._gatherings())
        self._add(Message, self._mails())
        self._add(DuplicateOffer, self._offers())

    def _segments(self) -> Iterator[dict[str, Any]]:
        """Make segments of what neighbouring series of the gazetteer are about."""
        step = len(self.rows) // self.size.segments
        for number in range(self.size.segments):
            near = self.rows[number * step : number * step + 4]
            about = list(dict.fromkeys(text for row in near for text in row.about))
            name = f"{about[0].capitalize()} users {number + 1}"
            yield self._own(
                number + 1,
                slug=f"segment-{number + 1}",
                name=name,
                short_name=name[:80],
                who=f"The people who care for {about[0]}",
                summary=f"They work with {', '.join(about[:6])}.",
                keywords=about[:24],
                projects=[row.name for row in near],
                software=[text for row in near for text in row.audience][:8],
                regions=[],
                version=1,
            )

    def _people(self) -> Iterator[dict[str, Any]]:
        for number in range(1, self.size.people + 1):
            town = self.towns[number * 13 % len(self.towns)]
            email = f"person{number}@example.org"
            yield self._own(
                number,
                name=f"{'Ada Lin Noor Otto Pia Quin Rosa Sam'.split()[number % 8]} Number {number}",
                email=email,
                email_key=email,
                role="staff" if number <= 5 else "volunteer",
                languages=LANGUAGES[number % len(LANGUAGES)],
                experience_set=number % 3 == 0 or None,
                note="",
                created_at=NOW,
                **_home(town, number % 4 != 0),
            )

    def _knowledge(self) -> Iterator[dict[str, Any]]:
        for person in range(1, self.size.people + 1):
            for segment in {self._some_segment(), self._some_segment()}:
                yield {"person_id": person, "segment_id": segment}

    @property
    def _series_rows(self) -> Sequence[SeriesRow]:
        wanted = self.size.events // len(YEARS)
        return self.rows[:: max(1, len(self.rows) // wanted)][:wanted]

    def _series(self) -> Iterator[dict[str, Any]]:
        for number, row in enumerate(self._series_rows, start=1):
            yield self._own(number, name=row.name, name_key=name_key(row.name))

    def _events(self) -> Iterator[dict[str, Any]]:
        known = list(enumerate(self._series_rows, start=1))
        editions = [(year, number, row) for year in YEARS for number, row in known]
        for number, (year, series, row) in enumerate(editions, start=1):
            first = date(year, 1, 1) + timedelta(self.random.randrange(362))
            yield self._own(
                number,
                series_id=series,
                name=row.name,
                name_key=name_key(row.name),
                url=row.url,
                starts_on=first,
                ends_on=first + timedelta(self.random.randrange(4)),
                topics=["opensource"] if number % 3 else ["devops", "cloud"],
                is_online=number % 11 == 0,
                booth_cost=2_000 + number % 7_000 if number % 5 == 0 else None,
                expected_conversations=200 if number % 5 == 0 else None,
                programme="",
                goal="",
                note="",
                edited_fields=[],
                best_rank=0,
                created_at=NOW,
                version=1,
                timezone="UTC",
                **_home(self.towns[number * 7 % len(self.towns)], number % 9 != 0),
            )

    def _calls(self, events: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Let every fourth event call for talks until four months before."""
        texts = dict.fromkeys(("name", "takes", "zone", "extended_from", "source"), "")
        for event in events[3::4]:
            number, day = event["id"], event["starts_on"] - timedelta(120)
            yield self._own(
                number,
                event_id=number,
                kind="talks",
                closes=day.isoformat(),
                last_day=day,
                marks=[],
                version=1,
                **texts,
            )

    def _gatherings(self) -> Iterator[dict[str, Any]]:
        for number in range(1, 2 * self.size.segments + 1):
            yield {
                "id": number,
                "segment_id": (number - 1) // 2 + 1,
                "series_id": self.random.randint(1, len(self._series_rows)),
                "kind": "stated" if number % 2 else "member",
                "sentence": "They said that they meet there every year.",
                "source": "the survey of members",
                "dated": date(2023, 11, 5),
                "created_at": NOW,
            }

    def _mails(self) -> Iterator[dict[str, Any]]:
        for number in range(1, MAILS + 1):
            yield self._own(
                number,
                person_id=self._some_person(),
                to_address=f"person{number}@example.org",
                subject=f"Your shift is tomorrow ({number})",
                body="You are at the booth tomorrow from nine to ten.\n" * 6,
                fact_key=f"bench {number}",
                state="waiting",
                created_at=NOW - timedelta(minutes=number),
                due_at=NOW,
            )

    def _offers(self) -> Iterator[dict[str, Any]]:
        for number in range(1, OFFERS + 1):
            yield self._own(
                number,
                kept_id=2 * number,
                other_id=2 * number + 1,
                sentence="Same days and nearly the same name.",
                offered_at=NOW,
            )


def _towns() -> Iterator[Place]:
    """Name large towns of all parts of the world."""
    head, _, block = gzip.decompress(PACKED.read_bytes()).partition(b"\n")
    first, length = (int(size) for size in head.split(b"\t")[:2])
    groups = [line.split("\t") for line in block[:first].decode().splitlines()]
    towns = (line.split("\t") for line in block[first : first + length].decode().splitlines())
    for name, group, north, east, people in nlargest(TOWNS, towns, key=lambda town: int(town[4])):
        code, region, zone = groups[int(group)]
        country = country_name(code)
        yield Place(name, region, country, code, float(north), float(east), zone, int(people))


def _home(town: Place, is_known: bool) -> dict[str, Any]:
    return {
        "city": town.name if is_known else None,
        "country": town.country if is_known else None,
        "latitude": town.latitude if is_known else None,
        "longitude": town.longitude if is_known else None,
    }
