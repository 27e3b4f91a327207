"""What somebody who looks after a roster should know of it: a sentence each, gaps first."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from outreach.calendars.clock import (
    opening,
    say_count,
    say_hours,
    say_list,
    say_number,
    say_opening_number,
    say_share,
    say_some,
    say_start,
    say_weekday,
)
from outreach.calendars.spans import Span, day_span, days_of
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.staffing.booth.needs import say_being
from outreach.staffing.roster.coverage import (
    RosterPerson,
    Staffed,
    hours_of,
    length_of,
    tell_busiest,
    who_reaches,
)
from outreach.staffing.rules import Rules

MOST_TIMES = 3
"""So many times are named; of more it is said how many."""
MOST_OF_A_KIND = 3
"""So many slots with one thing wrong have a line each; more share one."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know: its short form, the sentence behind it, and whom or what it is about."""

    title: str
    text: str = ""
    shift_id: int | None = None
    person_id: int | None = None
    is_trouble: bool = True


def remarks_on_slots(staffed: Sequence[Staffed], rules: Rules, zone: ZoneInfo) -> list[Remark]:
    """Return what is wrong with these slots: too few, too many, no experience, unmet needs."""
    kinds: list[tuple[Callable[[int], str], list[Remark]]] = [
        (_say_over_full, [one for each in staffed for one in _over_full(each, zone)]),
        (_say_newcomers, [_newcomers(one, zone) for one in staffed
                          if rules.needs_experience and one.has_newcomers_alone]),
        (_say_unmet, [one for each in staffed for one in _unmet(each, zone)]),
    ]  # fmt: skip
    starts = {one.slot.id: say_start(one.slot.starts, zone) for one in staffed}
    found = _short(staffed, zone)
    for say, remarks in kinds:
        found += _one_line(remarks, say, starts) if len(remarks) > MOST_OF_A_KIND else remarks
    return found


def _one_line(
    remarks: Sequence[Remark], say: Callable[[int], str], starts: Mapping[int, str]
) -> list[Remark]:
    """Say in one line what is wrong with many slots: how many, and the first of them."""
    times = say_some([starts[one.shift_id or 0] for one in remarks], MOST_TIMES)
    return [Remark(say(len(remarks)), _("%(times)s.", times=times), remarks[0].shift_id)]


def _say_over_full(count: int) -> str:
    return say_count("%(Number)s slot is over-full", "%(Number)s slots are over-full", count)


def _say_newcomers(count: int) -> str:
    return say_count(
        "%(Number)s slot has only first-timers", "%(Number)s slots have only first-timers", count
    )


def _say_unmet(count: int) -> str:
    return say_count("%(Number)s slot asks for more", "%(Number)s slots ask for more", count)


def _short(staffed: Iterable[Staffed], zone: ZoneInfo) -> list[Remark]:
    """One sentence for the slots that have nobody, one for those that have one person."""
    found = []
    by_count: dict[int, list[Staffed]] = {}
    for one in staffed:
        if one.missing:
            by_count.setdefault(len(one.people), []).append(one)
    for count, slots in sorted(by_count.items()):
        times = say_some([say_start(one.slot.starts, zone) for one in slots], MOST_TIMES)
        if len(slots) == 1:
            title, missing = _say_there(times, count), slots[0].missing
            text = say_count("%(Number)s missing.", "%(Number)s missing.", missing)
        else:
            title, text = _say_all_there(len(slots), count), _("%(times)s.", times=times)
        found.append(Remark(title, text, slots[0].slot.id))
    return found


def _say_there(time: str, count: int) -> str:
    """Say how many people one slot has: "Wed 13:00 has one person"."""
    if not count:
        return _("%(time)s has nobody", time=time)
    return say_count(
        "%(time)s has %(number)s person", "%(time)s has %(number)s people", count, time=time
    )


def _say_all_there(slots: int, count: int) -> str:
    """Say how many people each of some slots has: "Three slots have nobody"."""
    if not count:
        return say_count("%(Number)s slot has nobody", "%(Number)s slots have nobody", slots)
    return say_count(
        "%(Slots)s slots have %(number)s person",
        "%(Slots)s slots have %(number)s people",
        count,
        Slots=say_opening_number(slots),
    )


def _over_full(one: Staffed, zone: ZoneInfo) -> list[Remark]:
    if len(one.people) <= one.slot.max_people:
        return []
    title = _("%(time)s is over-full", time=say_start(one.slot.starts, zone))
    text = say_count(
        "%(People)s people for %(number)s place.",
        "%(People)s people for %(number)s places.",
        one.slot.max_people,
        People=say_opening_number(len(one.people)),
    )
    return [Remark(title, text, one.slot.id)]


def _newcomers(one: Staffed, zone: ZoneInfo) -> Remark:
    names = say_list([person.first_name for person in one.people])
    count = len(one.people)
    title = ngettext(
        "Only a first-timer at %(time)s",
        "Only first-timers at %(time)s",
        count,
        time=say_start(one.slot.starts, zone),
    )
    text = ngettext(
        "%(names)s has never stood at a booth of ours.",
        "%(names)s have never stood at a booth of ours.",
        count,
        names=names,
    )
    return Remark(title, text, one.slot.id)


def _unmet(one: Staffed, zone: ZoneInfo) -> list[Remark]:
    """Say which needs nobody there meets; an empty slot is told of already."""
    if not one.people or not one.unmet:
        return []
    title = _("%(time)s asks for more", time=say_start(one.slot.starts, zone))
    wanting = say_list([_("nobody %(being)s", being=say_being(need)) for need in one.unmet])
    return [Remark(title, opening(_("%(wanting)s is on it.", wanting=wanting)), one.slot.id)]


def remarks_on_hours(
    staffed: Sequence[Staffed], days: Iterable[date], rules: Rules, zone: ZoneInfo
) -> list[Remark]:
    """Return who has more than the rule allows on one of these days."""
    people = people_of(staffed)
    most = timedelta(minutes=rules.most_minutes_a_day)
    found = []
    for day in days:
        for person_id, time in hours_of(staffed, [day_span(day, zone)]).items():
            if time > most:
                name, weekday = people[person_id].first_name, say_weekday(day)
                title = _("%(name)s has %(hours)s hours on %(day)s", name=name,
                          hours=say_hours(time), day=weekday)  # fmt: skip
                text = _("%(over)s h over the rule of %(most)s a day.",
                         over=say_hours(time - most), most=say_hours(most))  # fmt: skip
                found.append(Remark(title, text, person_id=person_id))
    return found


def remarks_on_booth(
    staffed: Sequence[Staffed], open_spans: Sequence[Span], rules: Rules, zone: ZoneInfo
) -> list[Remark]:
    """Return what the whole booth asks for: enough different people, fair shares, travel."""
    people = people_of(staffed)
    hours = hours_of(staffed)
    found = _too_few(people, open_spans, rules, zone)
    if busiest := tell_busiest(hours, people):
        found.append(Remark(*busiest, is_trouble=False))
    found += _travel(staffed, people, open_spans, rules)
    return found + _experience(staffed, people)


def people_of(staffed: Iterable[Staffed]) -> dict[int, RosterPerson]:
    return {person.id: person for one in staffed for person in one.people}


def _too_few(
    people: Mapping[int, RosterPerson], open_spans: Sequence[Span], rules: Rules, zone: ZoneInfo
) -> list[Remark]:
    days = {day for span in open_spans for day in days_of(*span, zone)[:1]}
    least = rules.least_people_two_days
    if len(days) < 2 or len(people) >= least:
        return []
    named = {"days": say_number(len(days))}
    title = _("Nobody for %(days)s days", **named)
    if people:
        title = say_count("%(Number)s person for %(days)s days",
                          "%(Number)s people for %(days)s days", len(people), **named)  # fmt: skip
    text = _(
        "A booth of two days or more wants %(least)s: fewer burn out.", least=say_number(least)
    )
    return [Remark(title, text)]


def _travel(
    staffed: Sequence[Staffed],
    people: Mapping[int, RosterPerson],
    open_spans: Sequence[Span],
    rules: Rules,
) -> list[Remark]:
    reach = who_reaches(hours_of(staffed, open_spans), length_of(open_spans), rules)
    if not reach:
        return []
    names = say_list(sorted(people[person_id].first_name for person_id in reach))
    title = ngettext(
        "%(names)s reaches %(share)s of the open time",
        "%(names)s reach %(share)s of the open time",
        len(reach),
        names=names,
        share=say_share(rules.travel_share),
    )
    said = rules.travel_words or _("So much the rule on travel asks for.")
    return [Remark(title, said, is_trouble=False)]


def _experience(staffed: Sequence[Staffed], people: Mapping[int, RosterPerson]) -> list[Remark]:
    """Say who has done it before, and that newcomers have company."""
    new = sorted(one.first_name for one in people.values() if not one.is_experienced)
    old = sorted(one.first_name for one in people.values() if one.is_experienced)
    if not people or any(one.has_newcomers_alone for one in staffed):
        return []
    if not new:
        return [Remark(_("Everybody has done it before"), is_trouble=False)]
    are = ngettext("%(names)s is new.", "%(names)s are new.", len(new), names=say_list(new))
    done = ngettext("%(names)s has done it before.", "%(names)s have done it before.", len(old),
                    names=say_list(old))  # fmt: skip
    return [Remark(_("No first-timer stands alone"), f"{are} {done}", is_trouble=False)]


def who_has_more(
    staffed: Sequence[Staffed], more_than: float
) -> list[tuple[RosterPerson, timedelta]]:
    """Return who has more than so many hours on these shifts of a day, the most first."""
    people = people_of(staffed)
    hours = hours_of(staffed)
    over = [(people[one], time) for one, time in hours.items() if time > timedelta(hours=more_than)]
    return sorted(over, key=lambda pair: (-pair[1], pair[0].first_name))
