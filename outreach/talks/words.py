"""What pages and letters say of a proposal: what is owed, when it is, what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models import Proposal, Talk
from models.talks import OWED, SPEAKING
from outreach.calendars.clock import (
    say_count,
    say_date,
    say_day,
    say_days_ago,
    say_days_left,
    say_length,
    say_list,
    say_span,
)
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.staffing.booth.booths import zone_of
from outreach.talks.library import changed_since
from outreach.talks.states import say_state

STATIONS = (
    "idea", "drafting", "submitted", "accepted", "informed", "confirmed", "scheduled", "given",
    "published",
)  # fmt: skip
"""The way of a talk to the stage; a waiting list stands beside the fourth."""
STEP = 52
"""Units of the drawing from one station to the next."""


@dataclass(frozen=True, slots=True)
class Station:
    """One station of a proposal's way as it is drawn: passed, here, owed or still to come."""

    x: int
    look: str


def draw_way(state: str) -> list[Station]:
    """Draw how far a proposal has come; of one that was turned down nothing is drawn."""
    at = "accepted" if state == "waitlisted" else state
    if at not in STATIONS:
        return []
    here = STATIONS.index(at)
    looks = ["was"] * here + [_look(state)] + ["to"] * (len(STATIONS) - here - 1)
    return [Station(10 + STEP * number, look) for number, look in enumerate(looks)]


def _look(state: str) -> str:
    if state in OWED:
        return "owed"
    return "wait" if state == "waitlisted" else "at"


def say_speakers(proposal: Proposal, *, in_full: bool = True) -> str:
    """Name who speaks: "Ada Example and Kim Sample"."""
    names = proposal.names if in_full else proposal.first_names
    return say_list(names) if names else _("nobody named yet")


def is_late(proposal: Proposal, today: date) -> bool:
    """Tell whether the day of our answer has passed."""
    return proposal.answer_by is not None and proposal.answer_by < today


def days_to_answer(proposal: Proposal, today: date) -> int | None:
    """Return how many days are left to answer; None where no day is known, or it has passed."""
    if proposal.answer_by is None or is_late(proposal, today):
        return None
    return (proposal.answer_by - today).days


def say_owed(proposal: Proposal, today: date) -> str:
    """Say an answer that we owe: "Ada owes All Things Open an answer by Mon 29 Jul."."""
    who = say_speakers(proposal, in_full=False) if proposal.names else _("Somebody")
    count, named = len(proposal.names), {"who": who, "event": proposal.event.name}
    if proposal.answer_by is None:
        return ngettext(
            "%(who)s owes %(event)s an answer.",
            "%(who)s owe %(event)s an answer.",
            max(1, count),
            **named,
        )
    named["day"] = say_day(proposal.answer_by)
    if is_late(proposal, today):
        return _("%(who)s owed %(event)s an answer by %(day)s.", **named)
    return ngettext(
        "%(who)s owes %(event)s an answer by %(day)s.",
        "%(who)s owe %(event)s an answer by %(day)s.",
        max(1, count),
        **named,
    )


def say_answer_by(proposal: Proposal, today: date) -> str:
    """Say how long they wait for our answer: "by Mon 29 Jul, in 4 days"."""
    if proposal.answer_by is None:
        return _("no day is known by which they want it")
    day, left = say_day(proposal.answer_by), (proposal.answer_by - today).days
    soon = say_days_left(left) if left >= 0 else say_days_ago(-left)
    return _("by %(day)s, %(soon)s", day=day, soon=soon)


def say_slot(proposal: Proposal) -> str:
    """Say when and where it is: "Wed 31 Jul, 15:15–16:00, room 401"; "" where nobody knows."""
    if proposal.starts_at is None or proposal.ends_at is None:
        return ""
    when = say_span(proposal.starts_at, proposal.ends_at, zone_of(proposal.event))
    named = {"when": when, "room": proposal.room}
    if proposal.is_provisional:
        return (
            _("%(when)s, room %(room)s, may still move", **named)
            if proposal.room
            else _("%(when)s, may still move", **named)
        )
    return _("%(when)s, room %(room)s", **named) if proposal.room else when


def say_next(proposal: Proposal, today: date) -> tuple[str, str]:
    """Say the next date of a proposal, and what it is."""
    if proposal.state in OWED:
        if proposal.answer_by is None:
            return _("not known"), _("answer by")
        return say_day(proposal.answer_by), _("answer by")
    if proposal.state in SPEAKING and proposal.starts_at is not None:
        local = proposal.starts_at.astimezone(zone_of(proposal.event)).date()
        return _say_dated(local, today), _("on stage")
    return _say_dated(proposal.event.starts_on, today), _("event begins")


def _say_dated(day: date, today: date) -> str:
    return say_day(day) if day.year == today.year else say_date(day)


def say_proposals(owed: Sequence[Proposal], total: int, kind: str, today: date) -> str:
    """Say the answer of the page: what is owed first, else how many there are."""
    if owed:
        return say_owed(owed[0], today)
    if not total:
        return _("Nothing is proposed yet.") if kind in ("open", "all") else _("None of these.")
    if kind == "open":
        return say_count("%(Number)s proposal is under way.", "%(Number)s proposals are under way.",
                         total)  # fmt: skip
    return say_count("%(Number)s proposal.", "%(Number)s proposals.", total)


def say_library(total: int) -> str:
    """Say how many texts there are."""
    if not total:
        return _("The library is empty.")
    return say_count("%(Number)s talk in the library.", "%(Number)s talks in the library.", total)


@dataclass(frozen=True, slots=True)
class SentVersion:
    """A text as one event read it."""

    proposal: Proposal
    differs: str
    """What the library says otherwise by now: "title and length"; "" where it says the same."""


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """A text with what was sent of it, oldest first, and where else it is to go."""

    talk: Talk
    sent: Sequence[SentVersion]
    unsent: Sequence[Proposal]

    @property
    def speakers(self) -> str:
        """Name who gives it."""
        names = [*(one.name for one in self.talk.speakers), *self.talk.co_speakers]
        return say_list(names) if names else _("nobody named yet")

    @property
    def facts(self) -> str:
        """Say its length, level, language and for whom it is."""
        named = [one.short_name for one in self.talk.segments]
        audience = _("for %(segments)s", segments=say_list(named)) if named else ""
        return ", ".join(filter(None, [*_facts_of(self.talk), audience]))

    @property
    def given(self) -> Sequence[Proposal]:
        """Return where it was given, with what came of it."""
        return [one.proposal for one in self.sent if one.proposal.state in ("given", "published")]


def say_text(proposal: Proposal) -> str:
    """Say the length, level and language of a text as it was sent: "30 minutes, beginner, en."."""
    facts = ", ".join(filter(None, _facts_of(proposal)))
    return f"{facts}." if facts else ""


def _facts_of(text: Talk | Proposal) -> list[str]:
    length = say_length(timedelta(minutes=text.minutes)) if text.minutes else ""
    return [length, text.level or "", text.language or ""]


def tell_library(talks: Sequence[Talk]) -> list[LibraryRow]:
    """Tell of each text what events have read of it, and whether it says something else by now."""
    rows = []
    for talk in talks:
        sent = [one for one in talk.proposals if one.is_sent]
        sent.sort(key=lambda one: (one.sent_on or one.event.starts_on, one.id))
        versions = [SentVersion(one, say_list(changed_since(talk, one))) for one in sent]
        rows.append(LibraryRow(talk, versions, [one for one in talk.proposals if not one.is_sent]))
    return rows


def say_standing(proposal: Proposal) -> str:
    """Say where a proposal stands, as a headline: "SIGGRAPH: scheduled."."""
    return _("%(event)s: %(state)s.", event=proposal.event.name, state=say_state(proposal.state))
