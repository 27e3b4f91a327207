"""Measures how long the match takes on a large invented world, cold and after one change."""

import random
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from outreach.catalog.series.known import SeriesRow, read_series
from outreach.matching.engine.match import Engine
from outreach.matching.engine.terms import (
    EventText,
    EvidenceRows,
    GatheringRow,
    LiveIssue,
    OtherDecision,
    PastVisit,
    SegmentText,
)

SEGMENTS, EVENTS, ISSUES, GOES, VISITS = 200, 20_000, 5_000, 40, 60
FIRST = date(2025, 1, 1)
CITIES = tuple(
    (f"City {number}", 20.0 + number % 40, -120.0 + 3.1 * number % 240) for number in range(300)
)


class World:
    """Segments, events and evidence drawn from the gazetteer with a fixed seed."""

    def __init__(self, series: list[SeriesRow], seed: int = 7) -> None:
        self.draw = random.Random(seed)
        self.series = series
        self.words = sorted({text for row in series for text in (*row.about, *row.audience)})
        self.segments = [self._segment(number) for number in range(SEGMENTS)]
        self.events = [self._event(number) for number in range(EVENTS)]
        self.evidence = self._evidence()

    def _some(self, many: int) -> tuple[str, ...]:
        return tuple(self.draw.sample(self.words, many))

    def _segment(self, number: int) -> SegmentText:
        return SegmentText(
            slug=f"s{number}",
            name=f"Segment {number}",
            keywords=self._some(12),
            projects=self._some(8),
            software=self._some(6),
            regions=self.draw.choice((("Europe",), ("North America",), ("Global",))),
        )

    def _event(self, number: int) -> EventText:
        row, (city, north, east) = self.draw.choice(self.series), self.draw.choice(CITIES)
        starts = FIRST + timedelta(days=self.draw.randrange(365))
        known = self.draw.random() < 0.5
        return EventText(
            key=f"e{number}",
            name=row.name if known else f"{row.name} {self.draw.choice(self.words)}",
            starts=starts,
            ends=starts + timedelta(days=self.draw.randrange(4)),
            series=row.name if known else None,
            city=city,
            country="Germany",
            latitude=north,
            longitude=east,
        )

    def _evidence(self) -> EvidenceRows:
        gatherings = [
            GatheringRow(segment=slug, series=row.name, sentence="They meet there.", source="blog")
            for slug in (segment.slug for segment in self.segments)
            for row in self.draw.sample(self.series, 3)
        ]
        visits = [
            PastVisit(
                series=row.name, name=row.name, starts=FIRST - timedelta(days=200),
                activities=("booth",), sentence="We were there.", source="history",
            )
            for row in self.draw.sample(self.series, VISITS)
        ]  # fmt: skip
        return EvidenceRows(
            gatherings=tuple(gatherings),
            attendances=tuple(visits),
            issues=tuple(
                LiveIssue(segment=f"s{number % SEGMENTS}", key=str(number), title="An issue",
                          sentence="It breaks.", source="tracker")
                for number in range(ISSUES)
            ),
            decisions=tuple(
                OtherDecision(event=f"e{number}", state="go", sentence="Go.", source="decisions")
                for number in range(0, EVENTS, EVENTS // GOES)
            ),
        )  # fmt: skip


def seconds(act: Callable[[], object]) -> float:
    """Return the seconds of one core that something takes, whatever else the machine does."""
    start = time.process_time()
    act()
    return time.process_time() - start


def measures(world: World) -> Iterator[tuple[str, str]]:
    """Yield each figure with its name."""
    series = tuple(world.series)
    engine = Engine([], [], EvidenceRows(), as_of=FIRST)

    def cold() -> None:
        nonlocal engine
        engine = Engine(world.segments, world.events, world.evidence, as_of=FIRST, gazetteer=series)
        engine.all_hits()

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield f"{SEGMENTS} segments x {EVENTS:,} events, cold", f"{seconds(cold):.1f} s"
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    yield "memory grown", f"{grown:.0f} MB"
    yield "pairs kept", f"{len(engine.all_hits()):,}"
    event = replace(world.events[5], name="A new name for storage people", series=None)
    yield "one event changed", f"{1000 * seconds(lambda: engine.put_event(event)):.0f} ms"

    def one_segment() -> None:
        engine.put_segment(replace(world.segments[7], keywords=("hpc", "storage", "linux")))
        engine.hits("s7")

    yield "one segment changed", f"{1000 * seconds(one_segment):.0f} ms"

    def one_issue() -> None:
        fewer = replace(world.evidence, issues=world.evidence.issues[1:])
        engine.put_evidence(fewer, touched=["s0"])
        engine.hits("s0")

    yield "one issue changed", f"{1000 * seconds(one_issue):.0f} ms"


def main() -> None:
    """Print the figures, one on a line."""
    for name, figure in measures(World(read_series())):
        print(f"{name}: {figure}")


if __name__ == "__main__":
    main()
