"""What would fill a place that is empty: each remedy is tried on the rules before it is named."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from outreach.calendars.clock import say_day, say_hours, say_ordinal, say_span, say_time
from outreach.language import gettext as _
from outreach.staffing.booth.needs import say_being
from outreach.staffing.proposed_rosters.problem import EXPERIENCE
from outreach.staffing.proposed_rosters.reasons import Diary, WhyNot
from outreach.staffing.rules import Rules, Slot, breaches_of

SHORTEST = timedelta(minutes=45)
"""A slot that is moved or cut to suit somebody keeps at least this length."""
MOST_IN_A_ROW = 8
"""Nobody is asked to stand more slots than these without a break."""
STEP_MINUTES = 15
MOST_NAMED = 3
ORDER = ("row", "day", "talk", "stay", "most", "lunch", "room", "person")


@dataclass(frozen=True, slots=True)
class Remedy:
    """One change that would fill one place: whose, and how much of what."""

    kind: str
    """row, day, lunch: a rule is let go for one person; talk: the slot moves for them; stay:
    they come earlier or stay longer; most: they stand longer than offered; room: the slot takes
    one more; person: somebody else is found."""
    sentence: str
    person_id: int | None = None
    amount: int = 0
    """Slots in a row, minutes a day, minutes in all."""
    starts: datetime | None = None
    ends: datetime | None = None


class Remedies:
    """Seeks what would put somebody on a slot."""

    def __init__(self, diary: Diary) -> None:
        self.diary, self.board = diary, diary.board
        self.rules, self.zone = diary.problem.rules, diary.problem.zone

    def find(self, s: int, why: Iterable[WhyNot], need: str) -> list[Remedy]:
        """Return a few remedies, the easiest first; that somebody else is found always helps."""
        found = [remedy for one in why for remedy in self._for(s, one)]
        if self.board.room[s] == len(self.diary.draft.on[s]):
            return [*sorted(found, key=_ease)[:MOST_NAMED]] or [self._somebody(s, need)]
        best = {remedy.kind: remedy for remedy in sorted(found, key=_ease, reverse=True)}
        kept = sorted(best.values(), key=_ease)[: MOST_NAMED - 1]
        return [*kept, self._somebody(s, need)]

    def _for(self, s: int, why: WhyNot) -> Iterator[Remedy]:
        """Yield what would do for a person whom one thing alone keeps away."""
        if len(why.codes) != 1:
            return
        p, slot = self.board.person_number[why.person_id], self.board.slots[s]
        match why.code:
            case "row":
                yield from self._longer_row(p, slot)
            case "day":
                yield from self._longer_day(p, slot)
            case "lunch":
                words = _("let %(name)s stand through lunch", name=why.first_name)
                yield Remedy("lunch", words, why.person_id)
            case "speaking" | "talk":
                yield from self._around_talk(p, slot)
            case "free":
                yield from self._stay(p, slot)
            case "most":
                yield self._more_hours(p, s)
            case "full":
                words = _("give the shift one place more, for %(name)s", name=why.first_name)
                yield Remedy("room", words, why.person_id, slot.max_people + 1)

    def _is_fine(self, p: int, slot: Slot, rules: Rules | None = None) -> bool:
        doings = self.diary.doings(p)
        return not breaches_of(slot, doings, rules or self.rules, self.zone)

    def _longer_row(self, p: int, slot: Slot) -> Iterator[Remedy]:
        person = self.board.people[p]
        for count in range(self.rules.most_in_a_row + 1, MOST_IN_A_ROW + 1):
            if self._is_fine(p, slot, replace(self.rules, most_in_a_row=count)):
                named = {"name": person.first_name, "ordinal": say_ordinal(count)}
                words = _("allow %(name)s a %(ordinal)s slot in a row", **named)
                yield Remedy("row", words, person.id, count)
                return

    def _longer_day(self, p: int, slot: Slot) -> Iterator[Remedy]:
        person, most = self.board.people[p], self.rules.most_minutes_a_day
        length = int((slot.ends - slot.starts).total_seconds() // 60)
        for minutes in range(most + STEP_MINUTES, most + length + STEP_MINUTES, STEP_MINUTES):
            if self._is_fine(p, slot, replace(self.rules, most_minutes_a_day=minutes)):
                hours = say_hours(timedelta(minutes=minutes))
                named = {"name": person.first_name, "day": say_day(self._day(slot))}
                words = _("allow %(name)s %(hours)s hours on %(day)s", hours=hours, **named)
                yield Remedy("day", words, person.id, minutes)
                return

    def _around_talk(self, p: int, slot: Slot) -> Iterator[Remedy]:
        """Begin the slot after the talk, or end it before; whichever leaves more of it."""
        person, gap = self.board.people[p], timedelta(minutes=self.rules.talk_gap_minutes)
        talks = self.diary.talks_near(p, slot)
        if len(talks) != 1:
            return
        talk, name = talks[0], person.first_name
        later = replace(slot, starts=max(slot.starts, talk.ends + gap))
        sooner = replace(slot, ends=min(slot.ends, talk.starts - gap))
        ends, begins = self._clock(talk.ends), self._clock(talk.starts)
        after, before = self._clock(later.starts), self._clock(sooner.ends)
        ways = (
            (
                later,
                _(
                    "%(name)s's talk ends %(time)s: start the slot at %(at)s",
                    name=name,
                    time=ends,
                    at=after,
                ),
            ),
            (
                sooner,
                _(
                    "%(name)s's talk begins %(time)s: end the slot at %(at)s",
                    name=name,
                    time=begins,
                    at=before,
                ),
            ),
        )
        for changed, words in sorted(ways, key=lambda way: way[0].starts - way[0].ends):
            if changed.ends - changed.starts >= SHORTEST and self._is_fine(p, changed):
                yield Remedy("talk", words, person.id, 0, changed.starts, changed.ends)
                return

    def _stay(self, p: int, slot: Slot) -> Iterator[Remedy]:
        """Ask who can for a part of the slot to come earlier or stay longer."""
        person = self.board.people[p]
        for starts, ends in person.free:
            if not (starts < slot.ends and slot.starts < ends) or not self._is_fine(p, slot):
                continue
            words = self._say_stay(person.first_name, slot, starts, ends)
            yield Remedy("stay", words, person.id, 0, slot.starts, slot.ends)

    def _say_stay(self, name: str, slot: Slot, starts: datetime, ends: datetime) -> str:
        """Say what to ask somebody who can from `starts` to `ends`."""
        named = {"name": name, "start": self._clock(slot.starts), "early": self._clock(starts),
                 "end": self._clock(slot.ends), "late": self._clock(ends)}  # fmt: skip
        if starts > slot.starts and ends < slot.ends:
            return _("ask %(name)s to come at %(start)s instead of %(early)s and stay until"
                     " %(end)s instead of %(late)s", **named)  # fmt: skip
        if starts > slot.starts:
            return _("ask %(name)s to come at %(start)s instead of %(early)s", **named)
        return _("ask %(name)s to stay until %(end)s instead of %(late)s", **named)

    def _more_hours(self, p: int, s: int) -> Remedy:
        person, board = self.board.people[p], self.board
        more = self.diary.draft.new_minutes[p] + board.minutes[s] - board.left[p]
        offered = person.most_minutes or 0
        most = max(offered, offered + more)
        hours = say_hours(timedelta(minutes=most)), say_hours(timedelta(minutes=offered))
        words = _("ask %(name)s for %(hours)s hours instead of %(offered)s", name=person.first_name,
                  hours=hours[0], offered=hours[1])  # fmt: skip
        return Remedy("most", words, person.id, most)

    def _somebody(self, s: int, need: str) -> Remedy:
        """Say whom to look for: also what the slot lacks besides, or no newcomer could stand."""
        slot, draft = self.board.slots[s], self.diary.draft
        newcomers_only = draft.newcomers[s] >= self.board.newcomer_room[s]
        when = say_span(slot.starts, slot.ends, self.zone)
        being = say_being(need) if need and need != EXPERIENCE else ""
        words = _say_somebody(newcomers_only or need == EXPERIENCE, being, when)
        return Remedy("person", words, None, 0, slot.starts, slot.ends)

    def _clock(self, instant: datetime) -> str:
        return say_time(instant, self.zone)

    def _day(self, slot: Slot) -> date:
        return slot.starts.astimezone(self.zone).date()


def _say_somebody(is_experienced: bool, being: str, when: str) -> str:
    """Say who is looked for: "one more person who leads free on Wed 31 Jul, 13:00–15:00"."""
    if is_experienced and being:
        return _("one more experienced person %(being)s free on %(time)s", being=being, time=when)
    if is_experienced:
        return _("one more experienced person free on %(time)s", time=when)
    if being:
        return _("one more person %(being)s free on %(time)s", being=being, time=when)
    return _("one more person free on %(time)s", time=when)


def _ease(remedy: Remedy) -> tuple[int, int, str]:
    return ORDER.index(remedy.kind), remedy.amount, remedy.sentence
