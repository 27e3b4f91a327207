"""What a volunteer chooses from: what can be taken, what is full, what is theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from outreach.calendars.clock import say_count, say_day, say_spoken_start
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.staffing.booth.hours import BoothDays
from outreach.staffing.booth.shown_days import shown_under
from outreach.staffing.roster.sign_up_list import NOBODY, SHORT, ListedShift

GLANCE = 5
"""So many shifts are looked through without choosing a day first."""
MOST_AT_FIRST = 40
"""So many stand on the page of all days: nobody looks through more on a phone, or loads them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The shifts of a booth, sorted for somebody who chooses."""

    open: Sequence[ListedShift]
    """Can be taken: needs first, then by time."""
    full: Sequence[ListedShift]
    mine: Sequence[ListedShift]
    """Which the reader has, waits for or is offered, by time."""
    clashing: Sequence[ListedShift]
    days: Sequence[date]
    """All days that have shifts."""
    day: date | None = None
    """The one that it was chosen for."""

    @property
    def shown(self) -> Sequence[ListedShift]:
        """Return those that stand on the page; the others are found by their day."""
        is_cut = self.has_days and not self.day
        return self.open[:MOST_AT_FIRST] if is_cut else self.open

    @property
    def say_more(self) -> str:
        """Say how many more can be taken; "" where all stand on the page."""
        more = len(self.open) - len(self.shown)
        return ngettext("%(num)s more shift: choose its day.",
                        "%(num)s more shifts: choose a day.", more) if more else ""  # fmt: skip

    @property
    def say_left(self) -> str:
        """Say how many can be taken; "" where the headline, which is of all days, has said it."""
        count = len(self.open)
        if self.is_calm and not self.day:
            return ""
        if self.day and count:
            return ngettext("%(num)s shift on %(day)s has a place left.",
                            "%(num)s shifts on %(day)s have a place left.",
                            count, day=say_day(self.day))  # fmt: skip
        return ngettext("%(num)s shift has a place left.", "%(num)s shifts have a place left.",
                        count) if count > 1 else ""  # fmt: skip

    @property
    def is_calm(self) -> bool:
        """Tell whether people are missing only where there is time to find them."""
        missing = [one for one in self.open if one.need in (NOBODY, SHORT)]
        return bool(missing) and not any(one.runs_out for one in missing)

    @property
    def say_full(self) -> str:
        if any(one.is_kept for one in self.full):
            return ngettext("%(num)s shift has a waiting list",
                            "%(num)s shifts have a waiting list", len(self.full))  # fmt: skip
        return ngettext("%(num)s shift is full: waiting list",
                        "%(num)s shifts are full: waiting list", len(self.full))  # fmt: skip

    @property
    def say_clashing(self) -> str:
        return ngettext("%(num)s overlaps what you do already",
                        "%(num)s overlap what you do already", len(self.clashing))  # fmt: skip

    @property
    def has_days(self) -> bool:
        """Tell whether there is a day to choose."""
        return len(self.days) > 1

    @property
    def has_several(self) -> bool:
        """Tell whether more than one can be taken."""
        return len(self.open) > 1

    @property
    def has_many(self) -> bool:
        """Tell whether there is more than fits at a glance."""
        return len(self.open) > GLANCE


def sort_offers(
    offers: Sequence[ListedShift], booth_days: BoothDays, day: date | None = None
) -> Choice:
    """Sort offers for somebody who chooses; with a day, those of it and of the nights around it."""
    on_days = [(one, shown_under(booth_days, one.starts, one.ends, one.kind)) for one in offers]
    shown = [offer for offer, its_days in on_days if day is None or day in its_days]
    theirs = [offer for offer in shown if offer.mine]
    others = [offer for offer in shown if not offer.mine]
    able = [offer for offer in others if not (offer.breaches and offer.clash)]
    takeable = [offer for offer in able if not offer.is_full]
    return Choice(
        open=sorted(takeable, key=lambda one: (one.need, one.starts, one.id)),
        full=[offer for offer in able if offer.is_full],
        mine=theirs,
        clashing=[offer for offer in others if offer.breaches and offer.clash],
        days=sorted({its_day for _, its_days in on_days for its_day in its_days}),
        day=day,
    )


def headline(choice: Choice, zone: ZoneInfo) -> str:
    """Say what the page has to say: who is missing, and when."""
    needs = [(offer, offer.need) for offer in choice.open]
    nobody = [offer for offer, need in needs if need == NOBODY]
    short = [offer for offer, need in needs if need == SHORT]
    if choice.is_calm and len(needs) == 1:
        return _("%(time)s is free. Can you take it?",
                 time=say_spoken_start(needs[0][0].starts, zone))  # fmt: skip
    if choice.is_calm:
        return say_count(
            "%(Number)s shift is free. Can you take it?",
            "%(Number)s shifts are free. Which one do you take?",
            len(needs),
        )
    if len(nobody) == 1:
        return _("%(time)s has nobody. Can you take it?",
                 time=say_spoken_start(nobody[0].starts, zone))  # fmt: skip
    if nobody:
        return say_count(
            "%(Number)s shift has nobody. Can you take it?",
            "%(Number)s shifts have nobody. Can you take one?",
            len(nobody),
        )
    if len(short) == 1:
        return _("%(time)s needs one more. Is it you?",
                 time=say_spoken_start(short[0].starts, zone))  # fmt: skip
    if short:
        return say_count(
            "%(Number)s shift needs somebody more. Take it?",
            "%(Number)s shifts need somebody more. Take one?",
            len(short),
        )
    own = [*choice.mine, *choice.clashing]
    if choice.open and any(offer.need in (NOBODY, SHORT) for offer in own):
        return _("There is room for you on other shifts.")
    if choice.open:
        return _("Every shift has enough people, and there is room for you.")
    if choice.full and all(offer.is_full for offer in own):
        has_room = any(one.is_kept for one in choice.full)
        return _("Every shift has a waiting list.") if has_room else _("Every shift is full.")
    if choice.full or own:
        return _("There is nothing left for you to take.")
    return _("No shift is to come.")
