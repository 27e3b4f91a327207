"""Measures the pages of a full season: 300 events, 300 trips, 500 talks, calls and items each."""

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app import create_app
from bench import pages, rules
from bench.__main__ import Loaded, met, say, serve, session_on
from bench.plans import ITEMS, Plans
from bench.scratch import scratch
from bench.world import YEARS, World
from bench.world_size import NOW, Ground, Size
from models import (
    Call,
    Decision,
    Event,
    Foundation,
    MoneyLine,
    MoneyRequest,
    MoneyStop,
    Person,
    Proposal,
    ProposalSpeaker,
    Talk,
    TalkSegment,
)
from outreach.accounts.sign_in import open_session

EVENTS, TALKS, CALLS, TRIPS = 300, 500, 500, 300
SIZE = Size(EVENTS * len(YEARS), segments=40, issues=400, people=200)
MOST_WORK, MOST_STATEMENTS, ROUNDS, WARM_UP = 15.0, 10, 40, 3
STATES = ("go", "go", "proposed", "no_go")
SENT = ("submitted", "accepted", "confirmed", "given", "idea")
PATHS = {
    f"season of {EVENTS} events": "/season",
    f"{TALKS} talks": "/talks?show=all",
    f"library of {TALKS}": "/talks/library",
    f"{CALLS} calls": "/calls",
    f"money of {TRIPS} trips": "/money",
    f"board of {ITEMS} items": "/deadlines",
}


class FullSeason(Ground):
    """A year in which everything is decided, called for, proposed and asked for."""

    def add_season(self) -> None:
        """Write the rows, parents first."""
        there = select(Event.id, Event.starts_on).order_by(Event.id)
        rows = self.session.execute(there).all()
        this_year = [row.id for row in rows if row.starts_on.year == NOW.year]
        self._add(Decision, self._decisions(this_year))
        going = [event for place, event in enumerate(this_year) if place % 4 < 2]
        plans = Plans(self.session, self.size, self.foundation)
        plans.add_crews(going)
        ahead = [row.id for row in rows if row.starts_on > NOW.date()]
        self._add(Call, self._calls(ahead))
        self._add(Talk, (self._text(number) for number in range(1, TALKS + 1)))
        numbers = range(1, TALKS + 1)
        self._add(
            TalkSegment, ({"talk_id": n, "segment_id": self._some_segment()} for n in numbers)
        )
        self._add(Proposal, self._proposals(this_year))
        self._add(ProposalSpeaker, (
            {"proposal_id": number, "person_id": self._some_person()}
            for number in range(1, TALKS + 1)
        ))  # fmt: skip
        self._add_money(going)

    def _decisions(self, events: Sequence[int]) -> Iterator[dict[str, Any]]:
        for place, event in enumerate(events):
            yield {
                "event_id": event,
                "state": STATES[place % len(STATES)],
                "reason": "No budget",
                "person_id": 1,
                "decided_on": date(2024, 5, 2),
                "recorded_at": NOW,
                "is_current": True,
            }

    def _calls(self, events: Sequence[int]) -> Iterator[dict[str, Any]]:
        """Let events ahead call for talks, a stand, sponsors, until one is as full as another."""
        texts = dict.fromkeys(("takes", "zone", "extended_from", "source"), "")
        for number in range(1, CALLS + 1):
            day = NOW.date() + timedelta(number % 90)
            yield self._own(
                10_000 + number,
                event_id=events[number % len(events)],
                kind=("talks", "stand", "sponsors")[number % 3],
                name=f"call {number}",
                closes=day.isoformat(),
                last_day=day,
                marks=[],
                version=1,
                **texts,
            )

    def _text(self, number: int) -> dict[str, Any]:
        return self._own(number, title=f"What is new in our builds, {number}", co_speakers=[],
                         abstract="A farm of machines, moved. " * 20)  # fmt: skip

    def _proposals(self, events: Sequence[int]) -> Iterator[dict[str, Any]]:
        for number in range(1, TALKS + 1):
            starts = NOW + timedelta(days=number % 100, hours=number % 7)
            yield self._own(
                number,
                event_id=events[number % len(events)],
                talk_id=number,
                title=f"What is new in our builds, {number}",
                co_speakers=[],
                state=SENT[number % len(SENT)],
                state_on=date(2024, 6, 1),
                starts_at=starts,
                ends_at=starts + timedelta(minutes=45),
            )

    def _add_money(self, going: Sequence[int]) -> None:
        trips = range(1, TRIPS + 1)
        self._add(MoneyRequest, (
            self._own(number, person_id=self._some_person(), currency="USD", asked_on=NOW.date(),
                      state=("wanted", "approved", "spent")[number % 3], changed_at=NOW)
            for number in trips
        ))  # fmt: skip
        self._add(MoneyStop, (
            {"request_id": number, "event_id": going[number % len(going)]} for number in trips
        ))  # fmt: skip
        amounts = {"estimated": 61_000, "approved": 61_000, "spent": 59_310}
        amounts |= {f"{step}_in": "USD" for step in list(amounts)}
        self._add(MoneyLine, (
            {"request_id": number, "what": what, **amounts}
            for number in trips for what in ("Flight", "Hotel", "Bus")
        ))  # fmt: skip


def load(url: str) -> Loaded:
    """Fill a database and match everything in it."""
    with session_on(url) as session:
        foundation = Foundation(slug="full", name="Full", clock=NOW, created_at=NOW)
        session.add(foundation)
        session.flush()
        World(session, SIZE, foundation).add_world()
        FullSeason(session, SIZE, foundation).add_season()
        session.commit()
        rules.match_all(session, foundation)
        _, token = open_session(session, session.get_one(Person, 1), datetime.now(UTC), "bench")
        session.commit()
        return Loaded(url, token, PATHS, 0.0)


def main() -> None:
    """Measure the pages beside the bare route by processor time, and print it."""
    os.environ["SECRET_KEY"] = secrets.token_hex()
    say("\n| page of a full season | × work | to reach | SQL | to reach | bytes |")
    say("|---|---:|---:|---:|---:|---:|")
    with scratch("full") as urls, ExitStack() as running:
        loaded = load(urls["full"])
        app = create_app({"DATABASE_URL": loaded.url})
        counts = pages.count_statements(app, loaded.token, loaded.paths)
        app.extensions["ENGINE"].dispose()
        bare, full = serve(running), serve(running, loaded)
        for page, path in PATHS.items():
            asked, size = ((bare, "/"), (full, path)), 0
            for _ in range(WARM_UP):
                size = len([served.ask(at) for served, at in asked][-1][1])
            before = [served.worked() for served, _ in asked]
            for _ in range(ROUNDS):
                for served, at in asked:
                    served.ask(at)
            light, heavy = (
                served.worked() - start for (served, _), start in zip(asked, before, strict=True)
            )
            work, count = heavy / light, counts[page]
            say(f"| {page} | {work:.1f} | {met(work, MOST_WORK)} | {count}"
                f" | {met(count, MOST_STATEMENTS)} | {size:,} |")  # fmt: skip


if __name__ == "__main__":
    main()
