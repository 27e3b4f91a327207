"""What somebody who looks after a roster should know of it: a sentence each, gaps first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from outreach.calendars.clock import (
    say_hours,
    say_list,
    say_number,
    say_share,
    say_start,
    say_weekday,
)
from outreach.staffing.booth.needs import say_being
from outreach.staffing.roster.coverage import (
    RosterPerson,
    Staffed,
    hours_of,
    length_of,
    say_busiest,
    who_reaches,
)
from outreach.staffing.rules import Rules, Span, day_span, days_of


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
    found = _short(staffed, zone)
    for one in staffed:
        found += _over_full(one, zone)
        if rules.needs_experience and one.has_newcomers_alone:
            found.append(_newcomers(one, zone))
        found += _unmet(one, zone)
    return found


def _short(staffed: Iterable[Staffed], zone: ZoneInfo) -> list[Remark]:
    """One sentence for the slots that have nobody, one for those that have one person."""
    found = []
    by_count: dict[int, list[Staffed]] = {}
    for one in staffed:
        if one.missing:
            by_count.setdefault(len(one.people), []).append(one)
    for count, slots in sorted(by_count.items()):
        who = "nobody" if count == 0 else f"{say_number(count)} {_persons(count)}"
        times = say_list([say_start(one.slot.starts, zone) for one in slots])
        number = say_number(len(slots)).capitalize()
        have, text = f"{number} slots have {who}", f"{times}."
        if len(slots) == 1:
            lack = say_number(slots[0].missing).capitalize()
            have, text = f"{times} has {who}", f"{lack} missing."
        found.append(Remark(have, text, slots[0].slot.id))
    return found


def _persons(count: int) -> str:
    return "person" if count == 1 else "people"


def _over_full(one: Staffed, zone: ZoneInfo) -> list[Remark]:
    if len(one.people) <= one.slot.max_people:
        return []
    title = f"{say_start(one.slot.starts, zone)} is over-full"
    places = f"{say_number(one.slot.max_people)} place{'' if one.slot.max_people == 1 else 's'}"
    text = f"{say_number(len(one.people)).capitalize()} people for {places}."
    return [Remark(title, text, one.slot.id)]


def _newcomers(one: Staffed, zone: ZoneInfo) -> Remark:
    names = say_list([person.first_name for person in one.people])
    many = len(one.people) > 1
    title = (
        f"Only {'first-timers' if many else 'a first-timer'} at {say_start(one.slot.starts, zone)}"
    )
    verb = "have" if many else "has"
    return Remark(title, f"{names} {verb} never stood at a booth of ours.", one.slot.id)


def _unmet(one: Staffed, zone: ZoneInfo) -> list[Remark]:
    """Say which needs nobody there meets; an empty slot is told of already."""
    if not one.people or not one.unmet:
        return []
    title = f"{say_start(one.slot.starts, zone)} asks for more"
    wanting = say_list([f"nobody {say_being(need)}" for need in one.unmet])
    return [Remark(title, f"{wanting[:1].upper()}{wanting[1:]} is on it.", one.slot.id)]


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
                title = f"{name} has {say_hours(time)} hours on {weekday}"
                text = f"{say_hours(time - most)} h over the rule of {say_hours(most)} a day."
                found.append(Remark(title, text, person_id=person_id))
    return found


def remarks_on_booth(
    staffed: Sequence[Staffed], open_spans: Sequence[Span], rules: Rules, zone: ZoneInfo
) -> list[Remark]:
    """Return what the whole booth asks for: enough different people, fair shares, travel."""
    people = people_of(staffed)
    hours = hours_of(staffed)
    found = _too_few(people, open_spans, rules, zone)
    if busiest := say_busiest(hours, people):
        title, _, text = busiest.partition(": ")
        found.append(Remark(title, text[:1].upper() + text[1:], is_trouble=False))
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
    count = say_number(len(people)).capitalize() if people else "Nobody"
    title = f"{count} {_persons(len(people))}" if people else count
    text = f"A booth of two days or more wants {say_number(least)}: fewer burn out."
    return [Remark(f"{title} for {say_number(len(days))} days", text)]


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
    verb = "reaches" if len(reach) == 1 else "reach"
    title = f"{names} {verb} {say_share(rules.travel_share)} of the open time"
    said = rules.travel_words or "Travel, hotel and per-diem are paid."
    return [Remark(title, said, is_trouble=False)]


def _experience(staffed: Sequence[Staffed], people: Mapping[int, RosterPerson]) -> list[Remark]:
    """Say who has done it before, and that newcomers have company."""
    new = sorted(one.first_name for one in people.values() if not one.is_experienced)
    old = sorted(one.first_name for one in people.values() if one.is_experienced)
    if not people or any(one.has_newcomers_alone for one in staffed):
        return []
    done = f"{say_list(old)} {'has' if len(old) == 1 else 'have'} done it before."
    if not new:
        return [Remark("Everybody has done it before", is_trouble=False)]
    are = f"{say_list(new)} {'is' if len(new) == 1 else 'are'} new."
    return [Remark("No first-timer stands alone", f"{are} {done}", is_trouble=False)]


def who_has_more(
    staffed: Sequence[Staffed], more_than: float
) -> list[tuple[RosterPerson, timedelta]]:
    """Return who has more than so many hours on these shifts of a day, the most first."""
    people = people_of(staffed)
    hours = hours_of(staffed)
    over = [(people[one], time) for one, time in hours.items() if time > timedelta(hours=more_than)]
    return sorted(over, key=lambda pair: (-pair[1], pair[0].first_name))
