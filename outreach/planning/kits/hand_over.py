"""How a kit comes from one event to the next, pure: its way, two places at once, too few days."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from outreach.calendars.clock import say_day, say_days
from outreach.catalog.places.spelling import fold_name
from outreach.language import gettext as _
from outreach.language import ngettext


@dataclass(frozen=True, slots=True)
class Booked:
    """A kit at an event, with its days on the road before and after."""

    id: int
    event: str
    place: str
    starts: date
    ends: date
    before: int
    after: int

    @property
    def leaves(self) -> date:
        """Return the last day on which it can be sent from where it is kept."""
        return self.starts - timedelta(days=self.before)


@dataclass(frozen=True, slots=True)
class HandOver:
    """A kit from one event to a later one."""

    first: Booked
    then: Booked

    @property
    def needs(self) -> int:
        """Return the days on the road; none within a town."""
        same = fold_name(self.first.place) == fold_name(self.then.place)
        return 0 if same else self.then.before

    @property
    def has(self) -> int:
        """Return the days that there are, below zero where both events share days."""
        return (self.then.starts - self.first.ends).days

    @property
    def is_shared(self) -> bool:
        """Tell whether it should be at both on one day."""
        return self.then.starts <= self.first.ends

    @property
    def is_possible(self) -> bool:
        """Tell whether it can be at the later one in time."""
        return not self.is_shared and self.has >= self.needs

    @property
    def is_straight(self) -> bool:
        """Tell whether it has no time to go home in between."""
        return self.has < self.first.after + self.then.before

    def say(self, kit: str) -> str:
        """Say why it cannot be; "" where it can."""
        first, then = self.first, self.then
        if self.is_shared:
            days = say_days(then.starts, min(first.ends, then.ends))
            return _("%(kit)s would be at %(one)s and at %(other)s on %(days)s.",
                     kit=kit, one=first.event, other=then.event, days=days)  # fmt: skip
        if self.is_possible:
            return ""
        return ngettext(
            "%(kit)s is in %(place)s until %(until)s and needs %(num)s day to %(there)s,"
            " where it should be on %(day)s.",
            "%(kit)s is in %(place)s until %(until)s and needs %(num)s days to %(there)s,"
            " where it should be on %(day)s.",
            self.needs,
            kit=kit,
            place=first.place,
            until=say_day(first.ends),
            there=then.place,
            day=say_day(then.starts),
        )


@dataclass(frozen=True, slots=True)
class KitStep:
    """One stop of a kit's way: where it comes from, and where it goes on to."""

    booked: Booked
    came: HandOver | None
    goes: HandOver | None

    def say_coming(self, home: str) -> str:
        """Say from where and by when it leaves: "from Raleigh, leaves by Tue 23 Jul"."""
        if self.came and self.came.is_straight:
            named = {"event": self.came.first.event, "place": self.booked.place}
            if not self.came.needs:
                return _("after %(event)s, in the same town", **named)
            return _("after %(event)s to %(place)s", **named)
        day = say_day(self.booked.leaves)
        if not home:
            return _("leaves by %(day)s", day=day)
        return _("from %(home)s, leaves by %(day)s", home=home, day=day)

    def say_going(self, home: str) -> str:
        """Say where it goes after it: "after SCaLE to Bellingham", "back in Raleigh by 6 Aug"."""
        if self.goes and self.goes.is_straight:
            if not self.goes.needs:
                return _("then to %(event)s in the same town", event=self.goes.then.event)
            named = {"event": self.booked.event, "place": self.goes.then.place}
            return _("after %(event)s to %(place)s", **named)
        back = say_day(self.booked.ends + timedelta(days=self.booked.after))
        if not home:
            return _("back by %(day)s", day=back)
        return _("back in %(home)s by %(day)s", home=home, day=back)


def find_way(booked: Sequence[Booked]) -> list[KitStep]:
    """Return the stops of one kit in order of time, each with how it comes and goes."""
    stops = sorted(booked, key=lambda one: (one.starts, one.ends, one.id))
    came: list[HandOver | None] = [None]
    for place, stop in enumerate(stops[1:], start=1):
        came.append(HandOver(max(stops[:place], key=lambda one: one.ends), stop))
    goes = {one.first.id: one for one in reversed(came) if one is not None}
    return [KitStep(stop, came[place], goes.get(stop.id)) for place, stop in enumerate(stops)]


def find_clashes(booked: Sequence[Booked]) -> Iterator[HandOver]:
    """Give what cannot be: events that share days, and each hand-over that is too short."""
    stops = sorted(booked, key=lambda one: (one.starts, one.ends, one.id))
    for place, then in enumerate(stops):
        before = stops[:place]
        shared = [one for one in before if HandOver(one, then).is_shared]
        if shared:
            yield from (HandOver(one, then) for one in shared)
        elif before:
            last = HandOver(max(before, key=lambda one: one.ends), then)
            if not last.is_possible:
                yield last
