"""The lines of the run sheet: one event each, with what its state follows from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any

from sqlalchemy.orm import Session

from models import Foundation
from outreach.planning.calls.closing import Closing, earliest_open, spelled_ending
from outreach.planning.decisions.states import DecisionFacts, Preparation, say_lack, state_of
from outreach.planning.season.needs import CALL_AHEAD
from outreach.planning.season.parts import (
    AHEAD,
    CALLED,
    DECIDED,
    DRAWN_AFTER,
    DRAWN_BEFORE,
    IDEA,
    KEPT,
    MOST_FILTERED,
    MOST_LINES,
    OF_EVENT,
    select_sheet,
)

BEST_IDEAS = 4
"""Undecided events of good rank that are shown beside those of which somebody thought."""
MOST_PIPS = 6
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
    ideas, more = parts.shown_ideas(all_ideas=all_ideas)
    lines = [*sorted(parts.lines(DECIDED), key=attrgetter("starts_on", "name", "id")), *ideas]
    lines.sort(key=attrgetter("starts_on", "ends_on"))
    tally = _tally(parts.first, lines, now.date())
    return YearSheet(parts.opening, lines, more, tally, parts.ahead(), parts.best(CALLED))


def find_coming(session: Session, foundation: Foundation, now: datetime) -> list[SheetLine]:
    """Return the events that are on or ahead, as a sheet has them."""
    parts = _Parts(session, foundation, now, now.year, ("coming",))
    return parts.ahead()


class _Parts:
    """The lines of some parts of a sheet, each with its row, which says what parts it is in."""

    def __init__(
        self,
        session: Session,
        foundation: Foundation,
        now: datetime,
        year: int,
        parts: tuple[str, ...],
        all_ideas: bool = False,
    ) -> None:
        today = now.date()
        given = {
            "foundation_id": foundation.id,
            "now": now,
            "earliest": earliest_open(now),
            "today": today,
            "until": today + timedelta(days=COMING_DAYS),
            "closing": today + timedelta(days=CALL_AHEAD + 1),
            "first": date(year, 1, 1),
            "last": date(year, 12, 31),
            "this_year": date(today.year, 1, 1),
            "before": DRAWN_BEFORE if year == today.year else DRAWN_AFTER,
            "ideas": MOST_FILTERED if all_ideas else MOST_LINES,
        }
        rows = session.execute(select_sheet(parts), given).all()
        self.first = next(row for row in rows if row.id is None)
        """What is true of the whole sheet."""
        first_on = self.first.first_on
        self.first_year = first_on.year if first_on else today.year
        """This one, or the next in which there is an event."""
        self.opening = SeasonOpening(year, self.first.synced, self.first.doubled)
        self._found = [(_line(row, now.date()), row) for row in rows if row is not self.first]

    def lines(self, part: int) -> list[SheetLine]:
        """Return the lines of a part, in no order."""
        return [line for line, row in self._found if row[part]]

    def ahead(self) -> list[SheetLine]:
        """Return what is on or ahead, by time."""
        return sorted(self.lines(AHEAD), key=attrgetter("starts_on", "ends_on", "name", "id"))

    def best(self, part: int) -> list[SheetLine]:
        """Return the lines of a part, those first that must be kept, then by their rank."""
        return [line for line, _row in self._by_rank(part)]

    def shown_ideas(self, *, all_ideas: bool) -> tuple[list[SheetLine], int]:
        """Return the ideas that are shown, and how many are not."""
        ranked = self._by_rank(IDEA)
        best = [line for line, row in ranked if not row[KEPT] and row.best_rank > 0][:BEST_IDEAS]
        shown = [line for line, row in ranked if all_ideas or row[KEPT] or line in best]
        return shown, ranked[0][1].total - len(shown) if ranked else 0

    def _by_rank(self, part: int) -> list[tuple[SheetLine, Any]]:
        found = [one for one in self._found if one[1][part]]
        return sorted(found, key=lambda one: (-one[1][KEPT], -one[1].best_rank, one[0].id))


def _tally(first: Any, lines: Sequence[SheetLine], today: date) -> YearTally:
    crewed = sum(one.decision is None and one.is_served and one.ends_on >= today for one in lines)
    return YearTally(first.done, first.coming + crewed, first.turned_down, first.total)


def _line(row: Any, today: date) -> SheetLine:
    (number, name, city, country, starts, ends, latitude, longitude, _rank, decision, reason,
     decided, recapped, owner, next_on, trip_id, trip_name, team_size, is_crewed, kind, call_id,
     *ending) = row[:OF_EVENT]  # fmt: skip
    facts = DecisionFacts(decision, starts, ends, bool(recapped))
    return SheetLine(
        id=number,
        name=name,
        city=city,
        country=country,
        starts_on=starts,
        ends_on=ends,
        state=state_of(facts, today),
        reason=reason or "",
        call=Closing(kind, spelled_ending(*ending), call_id) if kind else None,
        latitude=latitude,
        longitude=longitude,
        owner=owner,
        team_size=team_size,
        decision=decision,
        decided=decided,
        is_crewed=bool(is_crewed),
        next_on=next_on,
        was_recapped=bool(recapped),
        trip_id=trip_id,
        trip_name=trip_name,
    )
