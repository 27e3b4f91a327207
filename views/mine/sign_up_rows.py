"""The rows of the sign-up page: each is written once and kept for as long as it says the same.

A hall full of people opens the same list again and again, and most of its rows have not changed.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from flask import current_app, request
from markupsafe import Markup

from outreach.calendars.clock import remembered
from outreach.staffing.roster.sign_up_list import ListedShift
from views.mine.public_booth import PublicBooth
from views.mine.venue_words import When, say_when


class ListRow(NamedTuple):
    """All that a row says; two rows of the same content are the same row."""

    root: str
    code: str
    zone: str
    own: str | None
    way: str
    """How it is taken: "tap", "ask", or "" while sign-up is closed."""
    is_first: bool
    id: int
    kind: str
    starts: datetime
    ends: datetime
    least: int
    most: int
    taken: int
    asked: int
    needs: tuple[str, ...]
    note: str
    sequence: int
    names: tuple[str, ...]
    remarks: tuple[str, ...]
    breaches: tuple[str, ...]
    under: date | None
    """The day whose list it stands in."""
    runs_out: bool
    warns: bool


class DayOfTicks(NamedTuple):
    """A day with the shifts that can be ticked in it."""

    day: str
    rows: list[tuple[ListedShift, When]]


def by_day(offers: Iterable[ListedShift], zone: str, own: str | None) -> list[DayOfTicks]:
    """Return shifts by their day at the venue, by time."""
    days: dict[str, DayOfTicks] = {}
    for one in sorted(offers, key=lambda each: (each.starts, each.id)):
        when = say_when(one.starts, one.ends, zone, own)
        days.setdefault(when.day, DayOfTicks(when.day, [])).rows.append((one, when))
    return list(days.values())


def write_rows(
    stand: PublicBooth,
    offers: Sequence[ListedShift],
    own: str | None,
    under: date | None,
) -> Markup:
    """Return the rows of what can be taken, in order."""
    root, code, zone = request.script_root, stand.code, stand.zone_name
    is_closed, is_known = stand.closed is not None, stand.reader is not None
    rows = []
    for number, one in enumerate(offers):
        way = "" if is_closed else "tap" if is_known and not one.breaches else "ask"
        row = ListRow(
            root, code, zone, own, way, number == 0,
            one.id, one.kind, one.starts, one.ends,
            one.least, one.most, one.taken, one.asked, one.needs, one.note, one.sequence,
            tuple([each.first_name for each in one.company]), tuple(one.remarks),
            tuple([each.sentence for each in one.breaches]), under,
            one.runs_out and not is_closed, one.warns and not is_closed,
        )  # fmt: skip
        rows.append(_write(row))
    return Markup("".join(rows))  # noqa: S704 - `_write` has escaped what people typed


@remembered
def _write(row: ListRow) -> str:
    """Write one row; every name and note in it is escaped by the template."""
    template = current_app.jinja_env.get_template("sign_up/row.html")
    when = say_when(row.starts, row.ends, row.zone, row.own, row.under)
    return template.render(offer=row, when=when)
