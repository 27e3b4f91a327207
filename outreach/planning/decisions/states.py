"""The state of an event: what a person decided, and what follows from facts, with the reason."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from outreach.calendars.clock import say_count, say_list, say_some, say_start
from outreach.language import N_
from outreach.language import gettext as _
from outreach.planning.season.booth_gaps import BoothGap, Staffing
from outreach.staffing.roster.coverage import lacks

STATE_WORDS = {
    "idea": N_("idea"),
    "proposed": N_("proposed"),
    "go": N_("go"),
    "booked": N_("booked"),
    "staffed": N_("staffed"),
    "ready": N_("ready"),
    "live": N_("live"),
    "wrap_up": N_("wrap-up"),
    "recapped": N_("recapped"),
    "no_go": N_("no-go"),
    "cancelled": N_("cancelled"),
}
"""Every state with the word that people read; the order is the event's life."""

MOST_LATE = 2


@dataclass(frozen=True, slots=True)
class Preparation:
    """What has been done of what comes between Go and the first day."""

    has_booth: bool = False
    """Whether hours, shifts, or the hall and number of a stand are known."""
    silent: tuple[str, ...] = ()
    """The bodies whose yes is asked for by now and not given."""
    waiting: int = 0
    """How many named people wait for a yes to their travel."""
    staffing: Staffing | None = None
    """How the booth is staffed; None where no shifts are drawn."""
    late: tuple[str, ...] = ()
    """What is late of its checklist, all of it or the first."""
    late_count: int | None = None
    """How much is late, where that is not all of it."""
    without_booth: bool = False
    """Whether it is gone to without one: nothing of a booth is known, and its checklist asks for
    none, or there is none and they said yes to a talk of ours."""
    people: int = 0
    """How many are named, or speak."""
    least: int = 1
    """How many it takes at least, where there is no booth to be staffed."""
    owed: int = 0
    """How many talks were accepted and wait for our yes."""
    on_stage: int = 0
    """How many talks both sides said yes to."""
    wants_talk: bool = False
    """Whether its checklist is about a talk."""
    travel_open: bool = False
    """Whether its checklist waits for travel to be booked."""
    still_open: int = 0
    """What of its checklist is to be done before it begins, and is not done yet."""


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """What the state follows from."""

    decision: str | None
    starts: date
    ends: date
    was_recapped: bool = False
    preparation: Preparation = Preparation()


Steps = Mapping[str, Callable[[Preparation], Iterable[str]]]


def state_of(standing: DecisionFacts, today: date) -> str:
    """Return the state, a key of STATE_WORDS.

    Only proposed, go, no_go and cancelled are set by a person; the others follow from facts,
    the clock and the recap, so that a state cannot lie. A step counts where those before it do.
    """
    if standing.decision is None:
        return "idea"
    if standing.decision != "go":
        return standing.decision
    if today < standing.starts:
        reached, _next = _climb(standing.preparation)
        return reached
    if today <= standing.ends:
        return "live"
    return "recapped" if standing.was_recapped else "wrap_up"


def say_lack(standing: DecisionFacts, today: date) -> str:
    """Say why the next state is not reached: "not staffed: Wed 15:00 misses 2"; "" where none is.

    Silence of a body that must approve is said from the state on from which it must.
    """
    state = state_of(standing, today)
    if state in ("proposed", "live"):
        return say_list(map(say_silence, standing.preparation.silent))
    if state == "wrap_up":
        return _("not recapped: nothing is written of it")
    if standing.decision != "go" or state in ("ready", "recapped"):
        return ""
    _reached, step = _climb(standing.preparation)
    lacks = "; ".join(lacks_of(step, standing.preparation))
    return _("not %(state)s: %(why)s", state=STATE_WORDS[step], why=lacks)


def _climb(preparation: Preparation) -> tuple[str, str]:
    """Return the last state that is reached, and the next; "" where there is none."""
    reached = "go"
    for step, lacking in _steps_of(preparation).items():
        if next(iter(lacking(preparation)), None):
            return reached, step
        reached = step
    return reached, ""


def lacks_of(step: str, preparation: Preparation) -> list[str]:
    """Say what an event lacks to be booked, staffed or ready; nothing where it lacks nothing."""
    return list(_steps_of(preparation)[step](preparation))


def _steps_of(preparation: Preparation) -> Steps:
    return STEPS_WITHOUT_BOOTH if preparation.without_booth else STEPS


def _lacks_yes(preparation: Preparation) -> Iterator[str]:
    yield from map(say_silence, preparation.silent)
    if preparation.waiting:
        yield say_waiting(preparation.waiting)


def _lacks_stand(preparation: Preparation) -> Iterator[str]:
    if not preparation.has_booth:
        yield _("neither hours nor a stand are known")
    yield from _lacks_yes(preparation)


def _lacks_talk(preparation: Preparation) -> Iterator[str]:
    if preparation.owed:
        yield say_count("the yes to %(number)s talk is owed", "the yes to %(number)s talks is owed",
                        preparation.owed)  # fmt: skip
    elif preparation.wants_talk and not preparation.on_stage:
        yield _("no talk is confirmed")
    if preparation.travel_open:
        yield _("travel is not booked")
    yield from _lacks_yes(preparation)


def _lacks_names(preparation: Preparation) -> Iterator[str]:
    if not preparation.people:
        yield _("nobody is named")
    elif lacks(preparation.least, preparation.people):
        yield _("only one person is named")


def _lacks_items(preparation: Preparation) -> Iterator[str]:
    if preparation.late:
        yield say_late(preparation)


def _lacks_all_items(preparation: Preparation) -> Iterator[str]:
    """Say what is late; where nothing is, how much is to be done before it begins."""
    yield from _lacks_items(preparation)
    if preparation.still_open and not preparation.late:
        yield say_still_open(preparation.still_open)


def _lacks_people(preparation: Preparation) -> Iterator[str]:
    staffing = preparation.staffing
    if staffing is None:
        yield _("no shifts are drawn")
        return
    yield from map(say_misses, staffing.gaps[:1])
    more = len(staffing.gaps) - 1
    if more > 0:
        yield say_count("%(number)s more shift is short", "%(number)s more are short", more)


STEPS: Steps = {
    "booked": _lacks_stand,
    "staffed": _lacks_people,
    "ready": _lacks_items,
}
"""Each step before the first day, in order, and what says what it lacks."""
STEPS_WITHOUT_BOOTH: Steps = {
    "booked": _lacks_talk,
    "staffed": _lacks_names,
    "ready": _lacks_all_items,
}
"""The same steps for an event to which we bring no booth: talks and travel, people, the list."""


def say_late(preparation: Preparation) -> str:
    """Say what is late: "late: order stickers, name people"."""
    items = say_some(preparation.late, MOST_LATE, preparation.late_count)
    return _("late: %(items)s", items=items)


def say_still_open(items: int) -> str:
    """Say how much of a checklist is to be done before the event begins."""
    return say_count(
        "%(number)s item of the checklist is open",
        "%(number)s items of the checklist are open",
        items,
    )


def say_misses(gap: BoothGap) -> str:
    """Say what a shift lacks: "Wed 15:00 misses 2"."""
    start = say_start(gap.starts, gap.zone)
    return _("%(start)s misses %(count)s", start=start, count=gap.missing)


def say_silence(body: str) -> str:
    """Say that nobody said yes for a body so far."""
    return _("%(body)s: not approved yet", body=body)


def say_waiting(count: int) -> str:
    """Say how many named people wait for a yes to their travel."""
    return say_count(
        "the travel of %(number)s person is not approved yet",
        "the travel of %(number)s people is not approved yet",
        count,
    )
