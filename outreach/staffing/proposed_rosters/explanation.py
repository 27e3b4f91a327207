"""Says why somebody is put on a slot, what a roster leaves open and why, and what would help."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from outreach.calendars.clock import (
    say_count,
    say_hours,
    say_list,
    say_number,
    say_ordinal,
    say_start,
)
from outreach.language import gettext as _
from outreach.staffing.booth.needs import say_doing, say_need
from outreach.staffing.proposed_rosters.problem import (
    EXPERIENCE,
    LEAD,
    Problem,
    ProposedPlace,
    is_one,
)
from outreach.staffing.proposed_rosters.reasons import WORDS, Diary, WhyNot
from outreach.staffing.proposed_rosters.remedies import Remedies, Remedy
from outreach.staffing.proposed_rosters.solvers.draft import Draft

MOST_NAMES = 3
"""Of more people than that who share a reason, only their number is said."""


@dataclass(frozen=True, slots=True)
class Open:
    """A slot that lacks people, or somebody of a kind."""

    slot_id: int
    missing: int
    """Places short of the minimum; 0 where there are enough people."""
    need: str
    """What nobody on it is; empty where it is people that lack."""
    sentence: str
    why: tuple[WhyNot, ...]
    """Everybody who might have come into question, with what keeps them away."""
    remedies: tuple[Remedy, ...]


def explain(draft: Draft, most: int | None = None) -> list[Open]:
    """Return what a roster leaves open, by time: missing people first, then what nobody is.

    With `most` only the first so many slots are looked at.
    """
    diary, board = Diary(draft), draft.board
    remedies = Remedies(diary)
    slots = sorted(range(len(board.slots)), key=lambda s: (board.span_of[s], s))
    lacking = [s for s in slots if draft.missing(s) or draft.unmet(s)]
    return [
        _open(diary, remedies, s, need) for s in lacking[:most] for need in _open_needs(draft, s)
    ]


def _open_needs(draft: Draft, s: int) -> list[str]:
    """Return what a slot lacks: "" for people; experience only where somebody is there."""
    board, unmet = draft.board, draft.unmet(s)
    needs = [need for need in board.problem.needs_of(board.slots[s]) if board.bit[need] & unmet]
    if not draft.on[s] and not board.held[s]:
        needs = [need for need in needs if need != EXPERIENCE]
    return [*([""] if draft.missing(s) else []), *needs]


def _open(diary: Diary, remedies: Remedies, s: int, need: str) -> Open:
    board, draft = diary.board, diary.draft
    why = [
        reason
        for p, person in enumerate(board.people)
        if not need or is_one(person, need)
        if (reason := diary.why_not(p, s)) is not None
    ]
    missing = 0 if need else draft.missing(s)
    when = say_start(board.slots[s].starts, diary.problem.zone)
    sentence = _say_need(when, need, why) if need else _say_missing(when, missing, why)
    found = remedies.find(s, why, need)
    return Open(board.slots[s].id, missing, need, sentence, tuple(why), tuple(found))


def _say_missing(when: str, missing: int, why: Sequence[WhyNot]) -> str:
    if not why:
        return say_count(
            "%(time)s lacks %(number)s person, and nobody is left to ask.",
            "%(time)s lacks %(number)s people, and nobody is left to ask.",
            missing,
            time=when,
        )
    return say_count(
        "%(time)s lacks %(number)s person: %(why)s.",
        "%(time)s lacks %(number)s people: %(why)s.",
        missing,
        time=when,
        why=_say_groups(why),
    )


def _say_need(when: str, need: str, why: Sequence[WhyNot]) -> str:
    named = {"time": when, "need": _what(need)}
    if not why:
        return _("%(time)s needs %(need)s, and nobody here is that.", **named)
    codes = {one.code for one in why}
    if len(codes) > 1:
        return _("%(time)s needs %(need)s; %(why)s.", why=_say_groups(why), **named)
    named |= {
        "does": WORDS[why[0].code](len(why)),
        "names": say_list([one.first_name for one in why]),
        "number": say_number(len(why)),
    }
    if len(why) == 1:
        return _("%(time)s needs %(need)s; the only one, %(names)s, %(does)s.", **named)
    if len(why) > MOST_NAMES:
        return _("%(time)s needs %(need)s; all %(number)s %(does)s.", **named)
    return _("%(time)s needs %(need)s; the only %(number)s, %(names)s, %(does)s.", **named)


def _what(need: str) -> str:
    if need == LEAD:
        return _("a lead")
    return _("somebody who has done it before") if need == EXPERIENCE else say_need(need)


def _say_groups(why: Sequence[WhyNot]) -> str:
    """Say who is kept away by what: "five are not free then, Ada is speaking then"."""
    groups: dict[str, list[str]] = {}
    for one in why:
        groups.setdefault(one.code, []).append(one.first_name)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return ", ".join(
        _("%(names)s %(does)s", names=_who(names), does=WORDS[code](len(names)))
        for code, names in ordered
    )


def _who(names: list[str]) -> str:
    return say_list(names) if len(names) <= MOST_NAMES else say_number(len(names))


def say_merits(
    problem: Problem, place: ProposedPlace, until: timedelta, whole: timedelta, is_only: bool
) -> str:
    """Say what speaks for a person on a slot: "leads, knows vfx, would like it, 3rd of 8 h".

    `until` is what they stand at the booth until its end, `whole` in all; `is_only` where nobody
    else on the slot has done it before.
    """
    person, slot = problem.person_by_id[place.person_id], problem.by_id[place.slot_id]
    met = [need for need in slot.needs if need != LEAD and need in person.words]
    reasons = [_("leads")] if place.is_lead else []
    reasons += [say_doing(need) for need in met]
    if slot.id in person.waits_for:
        reasons.append(_("waits for it"))
    elif person.wishes(slot):
        reasons.append(_("would like it"))
    if is_only and person.is_experienced and problem.rules.needs_experience:
        reasons.append(_("has done it before"))
    reasons.append(_say_share(slot.ends - slot.starts, until, whole))
    return ", ".join(reasons)


def _say_share(length: timedelta, until: timedelta, whole: timedelta) -> str:
    """Say which of their hours a slot is: "3rd of 8 h", or "up to 4 of 8 h" where it is longer."""
    hour, rest = divmod(until, timedelta(hours=1))
    if length == timedelta(hours=1) and not rest:
        return _(
            "%(nth)s of %(hours)s h", nth=say_ordinal(hour, in_words=False), hours=say_hours(whole)
        )
    return _("up to %(until)s of %(hours)s h", until=say_hours(until), hours=say_hours(whole))
