"""The arithmetic of a day's sheet: quarters of an hour down, the booth and its people across."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from outreach.calendars.clock import say_time
from outreach.language import gettext as _
from outreach.staffing.booth.hours import say_kind_within
from outreach.staffing.roster.coverage import RosterPerson
from outreach.staffing.roster.days import RosterShift, Seat, Speech
from outreach.staffing.roster.who_can import WhoCan

STEP = timedelta(minutes=15)
HALF = timedelta(minutes=30)
MOST_STEPS = 4 * 36
"""No sheet is longer than a day and a half, however long a shift was typed."""
HAND_OVER = 1
"""Quarters by which two slots, one after the other, may overlap and still stand in one column."""


@dataclass(frozen=True, slots=True)
class RulerMark:
    """A mark on the ruler, every half hour by the venue's clock."""

    at: datetime
    label: str
    is_half: bool
    span: int


@dataclass(frozen=True, slots=True)
class LanePlace:
    """A person on a slot, as their lane says it."""

    seat: Seat
    row: RosterShift

    @property
    def words(self) -> str:
        """Say what they are there: "lead", "expert", "with Ada", "set-up"."""
        if self.seat.was_missed:
            return _("did not come")
        if self.row.slot.kind != "booth":
            return say_kind_within(self.row.slot.kind)
        if self.seat.state == "offered":
            return _("asked")
        if self.seat.is_lead:
            return _("lead")
        if self.row.has_expert(self.seat.person):
            return _("expert")
        if not self.seat.person.is_experienced:
            return _("first-timer")
        others = [one.person.first_name for one in self.row.expected if one is not self.seat]
        return _("with %(name)s", name=others[0]) if others else _("alone")


@dataclass(frozen=True, slots=True)
class SheetCell:
    """One cell of the table; `span` is its height in quarters."""

    span: int
    row: RosterShift | None = None
    stands: tuple[LanePlace, ...] = ()
    speeches: tuple[Speech, ...] = ()
    answer: WhoCan | None = None
    is_gap: bool = False

    @property
    def is_clash(self) -> bool:
        """Tell whether two things of one person lie in it."""
        return len(self.stands) + len(self.speeches) > 1


@dataclass(slots=True)
class QuarterLine:
    """A quarter of an hour: what begins in it."""

    tick: RulerMark | None = None
    slots: list[SheetCell] = field(default_factory=list)
    lanes: list[SheetCell] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A day of the roster as a table."""

    lines: list[QuarterLine]
    tracks: int
    """How many columns the booth needs: more than one where shifts go on at once."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Something with a place on the ruler, in quarters."""

    first: int
    last: int
    what: RosterShift | LanePlace | Speech


@dataclass(frozen=True, slots=True)
class SheetRuler:
    """The day's stretch of time, from a half hour to a quarter."""

    starts: datetime
    steps: int
    zone: ZoneInfo

    def place(self, starts: datetime, ends: datetime) -> tuple[int, int]:
        """Return the quarters from and to which a time goes, at least one."""
        first = min(round((starts - self.starts) / STEP), self.steps - 1)
        last = min(round((ends - self.starts) / STEP), self.steps)
        return max(first, 0), max(last, first + 1)

    def ticks(self) -> dict[int, RulerMark]:
        """Return the marks by the quarter at which they stand."""
        found = {}
        for step in range(0, self.steps, 2):
            local = (self.starts + step * STEP).astimezone(self.zone)
            span = min(2, self.steps - step)
            found[step] = RulerMark(local, say_time(local), local.minute != 0, span)
        return found


def ruler_for(spans: Sequence[tuple[datetime, datetime]], zone: ZoneInfo) -> SheetRuler:
    """Return the ruler that all of these times fit on."""
    local = min(starts for starts, _ in spans).astimezone(zone)
    over = timedelta(minutes=local.minute % 30, seconds=local.second)
    first = min(starts for starts, _ in spans) - over
    steps = -(-(max(ends for _, ends in spans) - first) // STEP)
    return SheetRuler(first, max(1, min(steps, MOST_STEPS)), zone)


def draw_sheet(
    rows: Sequence[RosterShift],
    lanes: Sequence[RosterPerson],
    speeches: Sequence[Speech],
    answers: Mapping[int, Mapping[int, WhoCan]],
    zone: ZoneInfo,
) -> Sheet:
    """Lay a day out: the slots, and beside them what each person of the lanes does.

    `answers` say by slot and person why or why not; they are shown where somebody is missing.
    """
    shown = [one for one in speeches if one.person_id in {lane.id for lane in lanes}]
    spans = [(row.slot.starts, row.slot.ends) for row in rows]
    ruler = ruler_for([*spans, *((one.starts, one.ends) for one in shown)], zone)
    lines = [QuarterLine() for _ in range(ruler.steps)]
    for step, tick in ruler.ticks().items():
        lines[step].tick = tick
    tracks = _tracks(rows, ruler)
    for track in tracks:
        for first, cell in _slot_cells(track, ruler.steps):
            lines[first].slots.append(cell)
    edges = sorted({edge for track in tracks for one in track for edge in (one.first, one.last)})
    gaps = [one for track in tracks for one in track if _row(one).missing]
    for person in lanes:
        pieces = _pieces_of(person, rows, shown, ruler)
        for first, cell in _lane_cells(person, pieces, edges, gaps, answers, ruler.steps):
            lines[first].lanes.append(cell)
    return Sheet(lines, max(1, len(tracks)))


def _row(piece: _Piece) -> RosterShift:
    assert isinstance(piece.what, RosterShift)  # noqa: S101 - tracks hold nothing else
    return piece.what


def _tracks(rows: Sequence[RosterShift], ruler: SheetRuler) -> list[list[_Piece]]:
    """Sort slots into columns; one that only hands over to the next stays in its column."""
    tracks: list[list[_Piece]] = []
    for row in rows:
        first, last = ruler.place(row.slot.starts, row.slot.ends)
        for track in tracks:
            before = track[-1]
            if before.first < first and before.last - first <= HAND_OVER:
                if before.last > first:
                    track[-1] = _Piece(before.first, first, before.what)
                track.append(_Piece(first, last, row))
                break
        else:
            tracks.append([_Piece(first, last, row)])
    return tracks


def _slot_cells(track: Iterable[_Piece], steps: int) -> list[tuple[int, SheetCell]]:
    cells, at = [], 0
    for piece in track:
        if at < piece.first:
            cells.append((at, SheetCell(piece.first - at)))
        cells.append((piece.first, SheetCell(piece.last - piece.first, row=_row(piece))))
        at = piece.last
    if at < steps:
        cells.append((at, SheetCell(steps - at)))
    return cells


def _pieces_of(
    person: RosterPerson, rows: Sequence[RosterShift], speeches: Sequence[Speech], ruler: SheetRuler
) -> list[list[_Piece]]:
    """Return what the person does, by time; what overlaps stands together."""
    found: list[_Piece] = []
    for row in rows:
        seat = row.seat_of(person.id)
        if seat and seat.state != "waiting":
            place = ruler.place(row.slot.starts, row.slot.ends)
            found.append(_Piece(*place, LanePlace(seat, row)))
    found += [
        _Piece(*ruler.place(one.starts, one.ends), one)
        for one in speeches
        if one.person_id == person.id
    ]
    groups: list[list[_Piece]] = []
    for piece in sorted(found, key=lambda one: (one.first, one.last)):
        reached = max(one.last for one in groups[-1]) if groups else 0
        if piece.first >= reached - HAND_OVER and isinstance(piece.what, LanePlace):
            piece = _Piece(max(piece.first, reached), piece.last, piece.what)
        if piece.first < reached:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups


def _lane_cells(
    person: RosterPerson,
    groups: Sequence[Sequence[_Piece]],
    edges: Sequence[int],
    gaps: Sequence[_Piece],
    answers: Mapping[int, Mapping[int, WhoCan]],
    steps: int,
) -> list[tuple[int, SheetCell]]:
    """Return a person's lane: what they do, and between it the empty stretches."""
    cells: list[tuple[int, SheetCell]] = []
    at = 0
    for group in [*groups, []]:
        first = group[0].first if group else steps
        cells += _empty(person, (at, first), edges, gaps, answers)
        if group:
            at = max(one.last for one in group)
            stands = tuple(one.what for one in group if isinstance(one.what, LanePlace))
            speeches = tuple(one.what for one in group if isinstance(one.what, Speech))
            in_gap = any(gap.first < at and first < gap.last for gap in gaps)
            cells.append((first, SheetCell(at - first, None, stands, speeches, is_gap=in_gap)))
    return cells


def _empty(
    person: RosterPerson,
    stretch: tuple[int, int],
    edges: Sequence[int],
    gaps: Sequence[_Piece],
    answers: Mapping[int, Mapping[int, WhoCan]],
) -> list[tuple[int, SheetCell]]:
    """Cut an empty stretch where slots begin and end; say in a gap why or why not."""
    cuts = [stretch[0], *(edge for edge in edges if stretch[0] < edge < stretch[1]), stretch[1]]
    cells = []
    for first, last in zip(cuts, cuts[1:], strict=False):
        if first == last:
            continue
        gap = next((one for one in gaps if one.first <= first and last <= one.last), None)
        answer, row = None, None
        if gap and 2 * (last - first) > gap.last - gap.first:
            row = _row(gap)
            answer = answers.get(row.id, {}).get(person.id)
        cells.append((first, SheetCell(last - first, row, answer=answer, is_gap=gap is not None)))
    return cells
