"""Ranks who could take a shift, with reasons in words: near, there, free, able, seldom asked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from outreach.calendars.clock import (
    say_day,
    say_figure,
    say_hours,
    say_list,
    say_span,
    say_start,
    say_time,
    say_times,
)
from outreach.calendars.spans import days_of
from outreach.catalog.places.lookup import distance_km
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.staffing.booth.needs import say_being, say_doing
from outreach.staffing.roster.stated.availability import Said
from outreach.staffing.roster.stood import ADJOINS
from outreach.staffing.roster.who_can import judge
from outreach.staffing.rules import Breach, Commitment, Helper, Point, Rules, Slot

LOCAL_KM = 80.0
"""Who lives nearer can come for one shift and sleep at home."""
TICKED = 3
MOST_TIMES = 3
"""So many shifts and talks of a day are named."""
SILENT = frozenset({"no", "yes", "closed", "asked"})
"""Answers of somebody who was asked about this very place."""


@dataclass(frozen=True, slots=True)
class CoverCandidate:
    """Somebody who could be asked, and what is known of them."""

    helper: Helper
    name: str
    city: str = ""
    home: Point | None = None
    words: frozenset[str] = frozenset()
    """What they are: "expert:vfx", "language:fr", "skill:forklift"."""
    commitments: Sequence[Commitment] = ()
    said: Said | None = None
    """When they could, where they said it."""
    is_on_team: bool = False
    asked: int = 0
    """How often they were asked to help out at this event."""
    minutes: int = 0
    """How long they stand at this booth by their shifts."""
    waits: bool = False
    answer: str | None = None
    """What they answered about this place, if they were asked."""
    gave_up: datetime | None = None
    """When they gave this very place up."""
    missed: datetime | None = None
    """When a shift of this booth began to which they did not come."""
    is_mailed: bool = True
    """Whether a letter asks them; others are called."""

    @property
    def is_last(self) -> bool:
        """Tell whether nobody would ask them first: they said no, have gone or did not come."""
        return self.answer in SILENT or bool(self.gave_up or self.missed)


@dataclass(frozen=True, slots=True)
class RankedCandidate:
    """A candidate with what speaks for and against asking them."""

    candidate: CoverCandidate
    reasons: tuple[str, ...]
    doubts: tuple[str, ...]
    is_free: bool
    """Nothing else of theirs is at that time, and they are not at another event."""
    is_ticked: bool = False
    says_no: bool = False
    """They named other times."""

    @property
    def can_be_asked(self) -> bool:
        """Tell whether a letter may ask them at once, without being told to."""
        one = self.candidate
        is_new = one.answer is None and not one.is_last
        return self.is_free and is_new and one.is_mailed and not self.says_no

    @property
    def said(self) -> str:
        """Return the reasons as a sentence's words."""
        return ", ".join(self.reasons)


@dataclass(frozen=True, slots=True)
class PlaceToFill:
    """The place to fill, and by what it is judged."""

    slot: Slot
    rules: Rules
    zone: ZoneInfo
    company: tuple[Helper, ...] = ()
    """Who is on the shift besides."""
    names_elsewhere: bool = True
    """Name other events; staff may know of them, the lead of one event may not."""


def rank(place: PlaceToFill, candidates: Iterable[CoverCandidate]) -> list[RankedCandidate]:
    """Return the candidates, whom to ask first first; the first three that are free are ticked.

    Last come those who are at another event or in two places at once, before them those who
    neither live near nor go there. Who would break no rule comes before who would; among those
    the better suited and the less burdened come first.
    """
    judged = [_judge(place, one) for one in candidates]
    judged.sort(key=lambda pair: pair[0])
    ranked = [ranked for _, ranked in judged]
    able = [one for one in ranked if one.can_be_asked][:TICKED]
    return [replace(one, is_ticked=any(one is it for it in able)) for one in ranked]


Key = tuple[bool, bool, bool, bool, int, int, float, str, int]


def _judge(place: PlaceToFill, one: CoverCandidate) -> tuple[Key, RankedCandidate]:
    found = judge(place.slot, one.commitments, place.rules, place.zone,
                  one.helper, place.company, one.said)  # fmt: skip
    doubts = [*_why_last(place, one), *(_name(place, breach, one) for breach in found.breaches)]
    if not _can_reach(place, one):
        distance = _distance(place, one)
        far = _("home not known, not going there so far")
        if distance:
            km = say_figure(round(distance))
            far = _("%(distance)s km away and not going there so far", distance=km)
        doubts.append(far)
    unmet = [need for need in place.slot.needs if need != "lead" and need not in one.words]
    doubts += [_("not known as somebody %(being)s", being=say_being(need)) for need in unmet]
    if found.says_no:
        doubts.append(_("said another time"))
    is_elsewhere, says_no, breaches = found.rank
    key = (
        one.is_last,
        is_elsewhere,
        not _can_reach(place, one),
        says_no,
        breaches,
        len(unmet),
        -_points(place, one),
        one.name.casefold(),
        one.helper.id,
    )
    reasons = tuple(_reasons(place, one))
    against = tuple(dict.fromkeys(doubts))
    return key, RankedCandidate(one, reasons, against, not is_elsewhere, says_no=says_no)


def _why_last(place: PlaceToFill, one: CoverCandidate) -> Iterator[str]:
    """Say that somebody gave the place up, or did not come to a shift of the booth."""
    if one.gave_up:
        day, own = (at.astimezone(place.zone).date() for at in (one.gave_up, place.slot.starts))
        when = say_time(one.gave_up, place.zone)
        if day == own:
            yield _("gave it up at %(time)s", time=when)
        else:
            yield _("gave it up on %(day)s at %(time)s", day=say_day(day), time=when)
    if one.missed:
        yield _("did not come %(when)s", when=say_start(one.missed, place.zone))


def _can_reach(place: PlaceToFill, one: CoverCandidate) -> bool:
    """Tell whether somebody lives near, goes there, or has something to do there."""
    there = any(
        other.event_id == place.slot.event_id and other.kind != "event" for other in one.commitments
    )
    return _is_local(place, one) or one.is_on_team or one.waits or there


def _name(place: PlaceToFill, breach: Breach, one: CoverCandidate) -> str:
    """Say a doubt; what somebody does at other events is not told to everybody."""
    slot = place.slot
    said = breach.sentence.removeprefix(f"{say_span(slot.starts, slot.ends, place.zone)} ")
    if place.names_elsewhere:
        return said.rstrip(".")
    if breach.code == "travel":
        return _("at another event then")
    away = [other for other in one.commitments if other.event_id != place.slot.event_id]
    near = any(other.starts < place.slot.ends and place.slot.starts < other.ends for other in away)
    return _("has something else then") if breach.is_double and near else said.rstrip(".")


def _points(place: PlaceToFill, one: CoverCandidate) -> float:
    """Weigh what speaks for somebody; an hour at the booth or a question asked weighs against."""
    likes = one.said is not None and one.said.likes(place.slot.starts, place.slot.ends)
    return (
        3.0 * _is_local(place, one)
        + 3.0 * bool(_there_that_day(place, one))
        + 2.0 * one.is_on_team
        + 3.0 * _suits(place, one)
        + 1.0 * likes
        + 3.0 * one.waits
        + 1.0 * sum(need in one.words for need in place.slot.needs)
        + 1.0 * one.helper.is_experienced
        - 1.0 * one.asked
        - one.minutes / 120
    )


def _reasons(place: PlaceToFill, one: CoverCandidate) -> list[str]:
    """Say what speaks for somebody, the weightiest first."""
    found = []
    if one.waits:
        found.append(_("waits for this shift"))
    if _suits(place, one):
        likes = one.said is not None and one.said.likes(place.slot.starts, place.slot.ends)
        found.append(_("would like that time") if likes else _("said that time suits"))
    if there := _there_that_day(place, one):
        times = say_list([_say_clock(place, two) for two in _joined(there)[:MOST_TIMES]])
        found.append(_("there that day, %(times)s", times=times))
    elif one.is_on_team:
        found.append(_("goes to the event"))
    distance = _distance(place, one)
    if distance is not None and distance <= LOCAL_KM:
        found.append(_("lives %(distance)s km away", distance=max(1, round(distance))))
    met = [need for need in place.slot.needs if need in one.words]
    found += [say_doing(need) for need in met]
    if not one.helper.is_experienced:
        found.append(_("first time at a booth"))
    found.append(_say_hours(one.minutes))
    found.append(_say_asked(one.asked))
    return found


def _suits(place: PlaceToFill, one: CoverCandidate) -> bool:
    return one.said is not None and one.said.covers(place.slot.starts, place.slot.ends)


def _is_local(place: PlaceToFill, one: CoverCandidate) -> bool:
    distance = _distance(place, one)
    return distance is not None and distance <= LOCAL_KM


def _distance(place: PlaceToFill, one: CoverCandidate) -> float | None:
    if place.slot.place is None or one.home is None:
        return None
    return distance_km(*place.slot.place, *one.home)


def _there_that_day(place: PlaceToFill, one: CoverCandidate) -> list[Commitment]:
    """Return what brings somebody to the event that day anyway: shifts and talks."""
    days = set(days_of(place.slot.starts, place.slot.ends, place.zone))
    return [
        other
        for other in one.commitments
        if other.event_id == place.slot.event_id and other.kind != "event"
        if days & set(days_of(other.starts, other.ends, place.zone))
    ]


def _joined(there: Sequence[Commitment]) -> list[Commitment]:
    """Return the same with shifts that follow each other as one."""
    found: list[Commitment] = []
    for one in there:
        last = found[-1] if found else None
        if last and {last.kind, one.kind} == {"shift"} and one.starts <= last.ends + ADJOINS:
            found[-1] = replace(last, ends=max(last.ends, one.ends))
        else:
            found.append(one)
    return found


def _say_clock(place: PlaceToFill, other: Commitment) -> str:
    starts, ends = (instant.astimezone(place.zone) for instant in (other.starts, other.ends))
    times = say_times(starts, ends)
    return (
        _("talk %(times)s", times=times)
        if other.kind == "talk"
        else _("shift %(times)s", times=times)
    )


def _say_hours(minutes: int) -> str:
    if not minutes:
        return _("no hours yet")
    return _("%(hours)s h so far", hours=say_hours(timedelta(hours=round(minutes / 60, 1))))


def _say_asked(times: int) -> str:
    """Say how often somebody was asked to help out."""
    return ngettext("asked once", "asked %(num)s times", times) if times else _("not asked yet")
