"""The form of availability, a row for each day: for volunteers, visitors, and who heard it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from flask import request

from models import Booth, Event
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing.roster.stated.availability import Said, SuitableTime
from outreach.staffing.roster.stated.by_days import (
    LABELS,
    LONGEST_HOURS,
    AskedDay,
    StatedDay,
    WrongTimes,
    list_days,
    read_days,
    say_stated,
)
from views.web.request import db

MOST = "most"


@dataclass(slots=True)
class DayRow:
    """A day as the form shows it, with what is ticked and typed."""

    asked: AskedDay
    stated: StatedDay
    wrong: str = ""

    @property
    def name(self) -> str:
        """The day as the names of its fields end."""
        return self.asked.day.isoformat()

    @property
    def parts(self) -> list[tuple[str, str, bool]]:
        """Return the parts of the day with their words, and whether each is ticked."""
        return [(one, str(LABELS[one]), one in self.stated.parts) for one in self.asked.parts]


@dataclass(slots=True)
class TimesForm:
    """What is asked of somebody about their time, as stored or as just typed."""

    days: Sequence[AskedDay]
    said: Said
    zone: str
    rows: list[DayRow] = field(default_factory=list)
    most: str = ""
    wrong_most: str = ""
    sentence: str = ""
    """Why nothing was kept."""

    @classmethod
    def of(cls, booth: Booth, event: Event, said: Said, now: datetime) -> "TimesForm":
        """Make the form with what was sent, else with what the person said before."""
        form = cls(list_days(db(), booth, event, now), said, event.timezone or "UTC")
        is_sent = request.method == "POST"
        for one in form.days:
            form.rows.append(DayRow(one, _sent(one.day) if is_sent else one.show(said)))
        hours = (said.most_minutes or 0) / 60
        form.most = f"{hours:g}" if hours else ""
        if is_sent:
            form.most = request.form.get(MOST, "").strip()
        return form

    @property
    def so_far(self) -> str:
        """Say both what suits and what does not; "" where nothing was said yet."""
        return say_stated(self.days, self.said) if self.said.said_at else ""

    def read(self) -> tuple[list[SuitableTime], int | None]:
        """Return the times and the most minutes that were typed; refused where one is odd."""
        times = read_days(self.days, {one.asked.day: one.stated for one in self.rows}, self.said)
        return times, _minutes(self.most)

    def refuse(self, refusal: Refused) -> None:
        """Say why not, beside the field that it is about."""
        if isinstance(refusal, WrongTimes):
            for row in self.rows:
                row.wrong = refusal.wrong.get(row.asked.day, "")
            if self.most and _hours(self.most) is None:
                self.wrong_most = _say_wrong_most()
        if refusal.field == MOST:
            self.wrong_most = refusal.sentence
        else:
            self.sentence = refusal.sentence


def _sent(day: date) -> StatedDay:
    """Read what was ticked and typed for one day."""
    name = day.isoformat()
    hours = " ".join(request.form.get(f"hours-{name}", "").split())[:LONGEST_HOURS]
    parts = frozenset(request.form.getlist(f"part-{name}"))
    return StatedDay(parts, hours, f"like-{name}" in request.form)


def _minutes(text: str) -> int | None:
    """Read the most hours; half an hour is fine, empty is no limit."""
    if not text:
        return None
    hours = _hours(text)
    if hours is None:
        raise Refused(_say_wrong_most(), MOST)
    return round(hours * 60)


def _hours(text: str) -> float | None:
    """Return the hours that are typed; None where nobody can mean them."""
    try:
        hours = float(text.replace(",", "."))
    except ValueError:
        return None
    return hours if 0.25 <= hours <= 200 else None


def _say_wrong_most() -> str:
    return _("Give the most hours as a number, or leave it empty.")
