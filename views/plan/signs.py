"""Small signs that stand in rows: a state with its shape, days, how a booth is staffed."""

from datetime import date

from flask import Flask
from markupsafe import Markup

from outreach.calendars.clock import remembered, say_day, say_days, say_days_left
from outreach.language import gettext as _
from outreach.planning.deadlines.told import Deadline
from outreach.planning.decisions.states import STATE_WORDS
from outreach.planning.season.booth_gaps import Staffing
from outreach.planning.season.lines import SheetLine

STATE = Markup(
    '<span class="nb"><svg class="st" aria-hidden="true"><use href="#{state}" /></svg>{word}</span>'
)
DAYS = Markup('<time datetime="{days}">{said}</time>')
TO_GO = Markup('<span class="tminus{late}"><span class="vh">{said}:</span> T-{days}</span>')
PIPS = Markup('<span class="pips" aria-hidden="true">{pips}</span>')
NOBODY = Markup('<i class="o"></i>')
SHORT = Markup('<span class="gapw">{}</span>')


@remembered
def draw_state(state: str) -> Markup:
    """Draw a state: its shape and its word."""
    return STATE.format(state=state, word=str(STATE_WORDS[state]))


@remembered
def draw_day(day: date) -> Markup:
    """Say a day, with what programs read."""
    return DAYS.format(days=day.isoformat(), said=say_day(day))


@remembered
def draw_span(first: date, last: date) -> Markup:
    """Say the days from one to another, with what programs read."""
    days = f"{first.isoformat()}/{last.isoformat()}"
    return DAYS.format(days=days, said=say_days(first, last))


def draw_days_to_go(line: SheetLine, today: date, deadline: Deadline | None) -> Markup:
    """Say how many days are left until an event begins, and that what it waits for is late.

    Nothing once it has begun.
    """
    days = line.days_left(today)
    late = deadline is not None and deadline.is_late(today)
    return Markup("") if days is None else _draw_days(days, late)


@remembered
def _draw_days(days: int, is_late: bool) -> Markup:
    said = _("starts %(when)s", when=say_days_left(days))
    return TO_GO.format(late=" late" if is_late else "", said=said, days=days)


def draw_staffing(staffing: Staffing, *, is_short: bool = False) -> Markup:
    """Draw how a booth is staffed; in few words where there is little room."""
    said = staffing.short_words if is_short else staffing.words
    drawn = PIPS.format(pips=Markup("<i></i><i></i>") + NOBODY * staffing.pips)
    pips = drawn if staffing.happens else Markup("")
    return pips + (SHORT.format(said) if staffing.gaps else said)


def draw_pips(count: int) -> Markup:
    """Draw so many people."""
    return PIPS.format(pips=Markup("<i></i>") * count)


def register(app: Flask) -> None:
    """Give every template the signs."""
    app.jinja_env.filters.update(
        state_sign=draw_state,
        day_sign=draw_day,
        span_sign=draw_span,
        to_go_sign=draw_days_to_go,
        staffing_sign=draw_staffing,
    )
