"""Plans of the benchmark's foundation: what is decided, who goes, what was seen."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from bench.world_size import NOW, Ground
from models import (
    Attendance,
    Booth,
    BriefIssue,
    ChecklistItem,
    Decision,
    Event,
    Proposal,
    Shift,
    SignUp,
    Talk,
    TeamMember,
)
from outreach.planning.checklists.edit import rows_of

DECIDED, ITEMS = 240, 500
SPACING = 4
"""Every so many events at least one is decided on, so that DECIDED are."""
STATES = ("go", "go", "proposed", "no_go")


class Plans(Ground):
    """Writes what people of the foundation decided and did about its events."""

    def add_plans(self) -> None:
        decided = range(1, self.size.events, max(SPACING, self.size.events // DECIDED))
        going = [event for place, event in enumerate(decided) if place % 4 < 2]
        self._add(Decision, self._decisions(decided))
        self.add_crews(going)
        past = select(Event.id).where(Event.id.in_(going), Event.ends_on < NOW.date())
        self._add(Attendance, self._visits(self.session.scalars(past).all()))
        library = {"title": "What is new in our builds", "co_speakers": []}
        self._add(Talk, [self._own(1, **library)])
        self._add(Proposal, self._talks(going))
        notes = ({"event_id": e, "issue_id": e % 500 + 1, "added_at": NOW} for e in going)
        self._add(BriefIssue, notes)

    def add_crews(self, going: Sequence[int]) -> None:
        """Write who goes to these events, and their booths."""
        self._add(TeamMember, self._teams(going))
        self._add_booths(going)
        coming = select(Event.id).where(Event.id.in_(going), Event.starts_on > NOW.date())
        listed = self.session.scalars(coming.order_by(Event.starts_on, Event.id)).all()
        self._add(ChecklistItem, self._checklists(listed))

    def _checklists(self, events: Sequence[int]) -> Iterator[dict[str, Any]]:
        """Make ITEMS items, of the nearest events first, a tenth of them done."""
        rows = [(event, row) for event in events for row in rows_of(self.foundation, "booth")]
        for number, (event, row) in enumerate(rows[:ITEMS], start=1):
            done = {"done_on": date(2024, 7, 1), "done_by_id": 1} if number % 10 == 0 else {}
            yield self._own(number, event_id=event, owner_id=number % 5 + 1, version=1, **row, **{
                "done_on": None, "done_by_id": None, **done,
            })  # fmt: skip

    def _decisions(self, events: Sequence[int]) -> Iterator[dict[str, Any]]:
        for place, event in enumerate(events):
            state = STATES[place % len(STATES)]
            yield {
                "event_id": event,
                "state": state,
                "reason": "No budget" if state == "no_go" else "",
                "person_id": 1,
                "decided_on": date(2024, 5, 2),
                "recorded_at": NOW,
                "is_current": True,
            }

    def _teams(self, going: Sequence[int]) -> Iterator[dict[str, Any]]:
        for event in going:
            for place, person in enumerate(self.random.sample(range(1, self.size.people), 4)):
                yield {"event_id": event, "person_id": person, "is_lead": place == 0}

    def _visits(self, past: Sequence[int]) -> Iterator[dict[str, Any]]:
        for event in past:
            yield {
                "event_id": event,
                "activities": ["booth", "talk"],
                "status": "attended",
                "judged": ("again", "bigger", "smaller")[event % 3],
                "note": "Good talks at the booth.",
                "source": "our history",
            }

    def _talks(self, going: Sequence[int]) -> Iterator[dict[str, Any]]:
        for number, event in enumerate(going, start=1):
            yield self._own(
                number,
                event_id=event,
                talk_id=1,
                title="What is new in our builds",
                co_speakers=[],
                state="accepted",
                state_on=date(2024, 6, 1),
            )

    def _add_booths(self, going: Sequence[int]) -> None:
        booths = list(enumerate(going, start=1))
        self._add(Booth, ({"id": n, "event_id": event, "code": f"b{n:07d}"} for n, event in booths))
        shifts = [(booth, hour) for booth, _ in booths for hour in range(6)]
        opening = datetime(2024, 7, 28, 9, tzinfo=UTC)
        rows = (
            {
                "id": number,
                "booth_id": booth,
                "kind": "booth",
                "starts_at": opening + timedelta(hours=hour),
                "ends_at": opening + timedelta(hours=hour + 1),
                "min_people": 2,
                "max_people": 3,
                "note": "",
                "created_at": NOW,
            }
            for number, (booth, hour) in enumerate(shifts, start=1)
        )
        self._add(Shift, rows)
        ups = (
            {"shift_id": n, "person_id": self._some_person(), "created_at": NOW, "changed_at": NOW}
            for n in range(1, len(shifts) + 1)
        )
        self._add(SignUp, ups)
