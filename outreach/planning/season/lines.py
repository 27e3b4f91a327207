"""The lines of the run sheet: one event each, with what its state follows from."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any

from sqlalchemy.orm import Session

from models import Foundation
from outreach.planning.calls.closing import Closing, earliest_open, ending_of
from outreach.planning.decisions.states import DecisionFacts, Preparation, say_lack, state_of
from outreach.planning.season.needs import CALL_AHEAD
from outreach.planning.season.parts import (
    DRAWN_AFTER,
    DRAWN_BEFORE,
    MOST_FILTERED,
    MOST_LINES,
    select_sheet,
)

BEST_IDEAS = 4
"""Undecided events of good rank that are shown beside those of which somebody thought."""
MOST_PIPS = 6
ORDERS: Mapping[str, Callable[[Any], Any]] = {
    "decided": attrgetter("starts_on", "name", "id"),
    "idea": lambda row: (-row.is_kept, -row.best_rank, row.id),
    "ahead": attrgetter("starts_on", "ends_on", "name", "id"),
    "called": lambda row: (-row.best_rank, row.id),
}
"""The parts of a sheet, and in which order the events of each are told."""
COMING_DAYS = 400
"""Days ahead up to which decided events need somebody, whatever year they are in."""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One event of the year as the run sheet shows it."""

    id: int
    name: str
    city: str | None
    country: str | None
    starts_on: date
    ends_on: date
    state: str
    reason: str
    call: Closing | None
    """The one that closes next."""
    latitude: float | None
    longitude: float | None
    owner: str | None
    team_size: int
    decision: str | None
    decided: date | None
    is_crewed: bool = False
    """Whether it has a booth or a team: somebody counts on it, whatever is decided."""
    next_on: date | None = None
    """When it is decided or looked at again."""
    was_recapped: bool = False
    trip_id: int | None = None
    trip_name: str | None = None
    """The trip that it was put into, if it was."""
    preparation: Preparation = Preparation()

    @property
    def place(self) -> str:
        """Return where its trip leads."""
        return self.trip_name or self.city or self.name

    @property
    def is_served(self) -> bool:
        """Tell whether we go there, or may go."""
        return self.decision in {"go", "proposed"} or (self.decision is None and self.is_crewed)

    def days_left(self, today: date) -> int | None:
        """Return the days to go; None once it has begun before today."""
        days = (self.starts_on - today).days
        return days if days >= 0 else None

    @property
    def pips(self) -> int:
        """Return how many signs stand for the team."""
        return min(self.team_size, MOST_PIPS)

    def prepared(self, preparation: Preparation, today: date) -> "SheetLine":
        """Return it with the state that follows from what is prepared."""
        facts = self._facts(preparation)
        return replace(self, state=state_of(facts, today), preparation=preparation)

    def say_lack(self, today: date) -> str:
        """Say why its next state is not reached."""
        return say_lack(self._facts(self.preparation), today)

    def _facts(self, preparation: Preparation) -> DecisionFacts:
        return DecisionFacts(
            self.decision, self.starts_on, self.ends_on, self.was_recapped, preparation
        )


@dataclass(frozen=True, slots=True)
class YearTally:
    """How many of a year's events we were at, go to or may go to, and those turned down.

    Ideas are not counted, nor what was proposed and never answered.
    """

    done: int = 0
    coming: int = 0
    turned_down: int = 0
    decided: int = 0


@dataclass(frozen=True, slots=True)
class SeasonOpening:
    """What the page begins with: its year, the last sync, pairs that may be the same event."""

    year: int
    synced: datetime | None
    doubled: int


@dataclass(frozen=True, slots=True)
class YearSheet:
    """What one question finds: the year's lines, what is ahead, calls that close soon."""

    opening: SeasonOpening
    lines: list[SheetLine]
    """The year's decided events with its ideas, by time."""
    more: int
    """How many ideas are left out."""
    tally: YearTally
    ahead: list[SheetLine]
    """What is on or ahead, across the new year, by time: decided, or somebody counts on it."""
    calls: list[SheetLine]
    """The undecided events of good rank whose call for talks closes soon."""


def find_sheet(
    session: Session,
    foundation: Foundation,
    year: int | None,
    now: datetime,
    *,
    all_ideas: bool = False,
    whole: bool = True,
) -> YearSheet:
    """Return the sheet of a year; of a full year those around today, unless it is the `whole`.

    Without a year it is this one, or the next in which there is an event.
    Never left out, while a page holds them, are ideas that somebody typed something about and
    those whose call is open.
    """
    asked = ("whole" if whole else "drawn", "idea", "coming", "call")
    parts = _Parts(session, foundation, now, year or now.year, asked, all_ideas)
    if year is None and parts.first_year != now.year:
        parts = _Parts(session, foundation, now, parts.first_year, asked, all_ideas)
    ideas, more = _shown_ideas(parts.rows["idea"], all_ideas=all_ideas)
    lines = parts.lines((*parts.rows["decided"], *ideas))
    lines.sort(key=lambda line: (line.starts_on, line.ends_on))
    tally = _tally(parts.first, lines, now.date())
    ahead, calls = (parts.lines(parts.rows[part]) for part in ("ahead", "called"))
    return YearSheet(parts.opening, lines, more, tally, ahead, calls)


def find_coming(session: Session, foundation: Foundation, now: datetime) -> list[SheetLine]:
    """Return the events that are on or ahead, as a sheet has them."""
    parts = _Parts(session, foundation, now, now.year, ("coming",))
    return parts.lines(parts.rows["ahead"])


class _Parts:
    """The rows of some parts of a sheet, by part; an event of several makes one line."""

    def __init__(
        self,
        session: Session,
        foundation: Foundation,
        now: datetime,
        year: int,
        parts: tuple[str, ...],
        all_ideas: bool = False,
    ) -> None:
        self.today = now.date()
        given = {
            "foundation_id": foundation.id,
            "now": now,
            "earliest": earliest_open(now),
            "today": self.today,
            "until": self.today + timedelta(days=COMING_DAYS),
            "closing": self.today + timedelta(days=CALL_AHEAD + 1),
            "first": date(year, 1, 1),
            "last": date(year, 12, 31),
            "this_year": date(self.today.year, 1, 1),
            "before": DRAWN_BEFORE if year == self.today.year else DRAWN_AFTER,
            "ideas": MOST_FILTERED if all_ideas else MOST_LINES,
        }
        rows = session.execute(select_sheet(parts), given).all()
        self.rows = {
            part: sorted((row for row in rows if getattr(row, f"is_{part}")), key=order)
            for part, order in ORDERS.items()
        }
        self.first = next(row for row in rows if row.id is None)
        """What is true of the whole sheet."""
        first_on = self.first.first_on
        self.first_year = first_on.year if first_on else self.today.year
        """This one, or the next in which there is an event."""
        self.opening = SeasonOpening(year, self.first.synced, self.first.doubled)
        self._told: dict[int, SheetLine] = {}

    def lines(self, rows: Iterable[Any]) -> list[SheetLine]:
        """Return a line for each row."""
        for row in rows:
            if row.id not in self._told:
                self._told[row.id] = _line(row, self.today)
        return [self._told[row.id] for row in rows]


def _tally(first: Any, lines: Sequence[SheetLine], today: date) -> YearTally:
    crewed = sum(one.decision is None and one.is_served and one.ends_on >= today for one in lines)
    return YearTally(first.done, first.coming + crewed, first.turned_down, first.total)


def _shown_ideas(rows: Sequence[Any], *, all_ideas: bool) -> tuple[Sequence[Any], int]:
    best = [row.id for row in rows if not row.is_kept and row.best_rank > 0][:BEST_IDEAS]
    shown = [row for row in rows if all_ideas or row.is_kept or row.id in best]
    return shown, rows[0].total - len(shown) if rows else 0


def _line(row: Any, today: date) -> SheetLine:
    decision, starts, ends, recapped = row.state, row.starts_on, row.ends_on, row.was_recapped
    facts = DecisionFacts(decision, starts, ends, bool(recapped))
    return SheetLine(
        id=row.id,
        name=row.name,
        city=row.city,
        country=row.country,
        starts_on=starts,
        ends_on=ends,
        state=state_of(facts, today),
        reason=row.reason or "",
        call=Closing(row.kind, ending_of(row), row.call_id) if row.kind else None,
        latitude=row.latitude,
        longitude=row.longitude,
        owner=row.owner,
        team_size=row.team_size,
        decision=decision,
        decided=row.decided_on,
        is_crewed=bool(row.is_crewed),
        next_on=row.next_on,
        was_recapped=bool(recapped),
        trip_id=row.trip_id,
        trip_name=row.trip_name,
    )
