"""Are we ready? What is open for an event and what is settled, each in a sentence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from models import Approval, BriefPrint, Decision, Event, EventPlan, Foundation, Proposal
from models.talks import ON_STAGE
from outreach.calendars.clock import opening, say_count, say_day, say_list
from outreach.language import gettext as _
from outreach.planning.calls.closing import Closing
from outreach.planning.checklists.standing import PEOPLE_ENOUGH
from outreach.planning.checklists.templates import BRIEF, days_before
from outreach.planning.decisions.approvals import say_approval
from outreach.planning.decisions.states import (
    Preparation,
    say_late,
    say_silence,
    say_still_open,
    say_waiting,
)
from outreach.planning.dossier import Dossier
from outreach.planning.prints import find_print, find_stale
from outreach.planning.season.booth_gaps import Staffing, say_gap
from outreach.staffing.roster.coverage import lacks

SOON = 21
"""Days ahead from which a closing call is open here."""
UNSHOWN = frozenset(["idea", "no_go", "cancelled"])
"""States of events for which nobody gets ready."""


@dataclass(frozen=True, slots=True)
class ReadinessPoint:
    """One thing; `page` names where it is settled, `tone` how much it presses: gap, due or ""."""

    page: str
    sentence: str
    is_open: bool = True
    tone: str = ""


@dataclass(frozen=True, slots=True)
class ReadinessFacts:
    """What is known of an event when somebody asks whether we are ready."""

    event: Event
    state: str
    today: date
    decision: Decision | None
    plan: EventPlan | None
    preparation: Preparation
    approvals: Sequence[Approval]
    team: int
    asked_money: int
    """How many ask for travel money."""
    call: Closing | None
    talks: Sequence[Proposal]
    printed: BriefPrint | None
    is_stale: bool = False
    """Whether that print says what is no longer true."""
    print_before: int = 3
    """So many days before the first one it is printed."""


@dataclass(frozen=True, slots=True)
class ReadinessList:
    """The points of an event, open ones first, and what they come to."""

    points: tuple[ReadinessPoint, ...]
    headline: str

    @property
    def say_counts(self) -> str:
        """Say how many are open: "Three open, four settled"."""
        left = sum(point.is_open for point in self.points)
        settled = say_count("%(number)s settled", "%(number)s settled", len(self.points) - left)
        if not left:
            return _("Nothing open, %(settled)s", settled=settled)
        return say_count("%(Number)s open, %(settled)s", "%(Number)s open, %(settled)s", left,
                         settled=settled)  # fmt: skip


def find_readiness(
    session: Session, foundation: Foundation, dossier: Dossier, now: datetime
) -> ReadinessList | None:
    """Return what is open and what is settled for the event of a dossier."""
    event, today = dossier.event, now.date()
    facts = ReadinessFacts(
        event=event,
        state=dossier.state,
        today=today,
        decision=dossier.decision,
        plan=dossier.plan,
        preparation=dossier.preparation,
        approvals=dossier.approvals,
        team=dossier.goers,
        asked_money=len(dossier.money),
        call=dossier.nearest,
        talks=dossier.talks,
        printed=find_print(session, [event.id]),
        print_before=days_before(foundation, BRIEF),
        is_stale=any(one.event_id == event.id for one in find_stale(session, foundation, today)),
    )
    return list_readiness(facts)


def list_readiness(facts: ReadinessFacts) -> ReadinessList | None:
    """Return what is open and what is settled; None where nobody gets ready for it."""
    if facts.state in UNSHOWN:
        return None
    order = {"gap": 0, "due": 1, "": 2}
    found = sorted(_points(facts), key=lambda one: (not one.is_open, order[one.tone]))
    return ReadinessList(tuple(found), _say_headline(facts, found))


def _say_headline(facts: ReadinessFacts, points: Sequence[ReadinessPoint]) -> str:
    """Answer whether we are ready, and name what is most open."""
    where = facts.event.city or facts.event.name
    match facts.state:
        case "proposed":
            return _("Nobody has said Go to %(event)s yet.", event=facts.event.name)
        case "wrap_up":
            return _("%(event)s is over, and nothing is written of it.", event=facts.event.name)
        case "recapped":
            return _("%(event)s is over, and its recap is written.", event=facts.event.name)
        case "live":
            said = _("%(event)s is on.", event=facts.event.name)
        case "ready":
            said = _("Ready for %(place)s.", place=where)
        case "staffed" | "booked":
            said = _("Almost ready for %(place)s.", place=where)
        case _:
            said = _("Not ready for %(place)s yet.", place=where)
    pressing = next((one.sentence for one in points if one.tone == "gap"), "")
    return f"{said} {pressing}".rstrip()


def _points(facts: ReadinessFacts) -> Iterator[ReadinessPoint]:
    if facts.state in ("wrap_up", "recapped"):
        is_written = facts.state == "recapped"
        said = _("The recap is written.") if is_written else _("No recap is written.")
        yield ReadinessPoint("facts", said, not is_written, "" if is_written else "due")
        yield from _on_the_owner(facts.plan)
        return
    yield from _on_the_decision(facts)
    if facts.state == "proposed" and not (facts.team or facts.preparation.staffing):
        return
    yield from _on_the_booth(facts.preparation, facts.today)
    yield from _on_people(facts)
    yield from _on_what_we_say(facts)
    if facts.preparation.late:
        said = opening(say_late(facts.preparation))
        yield ReadinessPoint("checklist", f"{said}.", tone="due")
    elif facts.preparation.without_booth and facts.preparation.still_open:
        said = say_still_open(facts.preparation.still_open)
        yield ReadinessPoint("checklist", f"{opening(said)}.")
    if facts.event.booth_cost is None and not facts.preparation.without_booth:
        yield ReadinessPoint("facts", _("The price of the booth is not known."))


def _on_the_decision(facts: ReadinessFacts) -> Iterator[ReadinessPoint]:
    plan, decision = facts.plan, facts.decision
    if decision and decision.state == "go":
        yield ReadinessPoint("decide", _("Go since %(day)s.", day=say_day(decision.decided_on)),
                             is_open=False)  # fmt: skip
    elif decision:
        day = say_day(decision.decided_on)
        said = _("Proposed since %(day)s, and not answered.", day=day)
        yield ReadinessPoint("decide", said, tone="due")
    yield from _on_the_owner(plan)
    if plan and plan.next_on:
        yield _on_the_next_date(facts, plan.next_on)
    for body in facts.preparation.silent:
        yield ReadinessPoint("approvals", f"{opening(say_silence(body))}.", tone="due")
    for approval in facts.approvals:
        yield ReadinessPoint("approvals", f"{opening(say_approval(approval))}.", is_open=False)


def _on_the_owner(plan: EventPlan | None) -> Iterator[ReadinessPoint]:
    if plan and plan.owner:
        said = _("%(name)s owns it.", name=plan.owner.name)
        yield ReadinessPoint("plan", said, is_open=False)
    else:
        yield ReadinessPoint("plan", _("Nobody owns it."), tone="due")


def _on_the_next_date(facts: ReadinessFacts, next_on: date) -> ReadinessPoint:
    day, is_proposed = say_day(next_on), facts.state == "proposed"
    if next_on <= facts.today:
        said = _("It was to be decided by %(day)s.") if is_proposed else _("Look again: %(day)s.")
        return ReadinessPoint("plan", said % {"day": day}, tone="due")
    said = _("It is decided by %(day)s.") if is_proposed else _("Looked at again on %(day)s.")
    return ReadinessPoint("plan", said % {"day": day}, is_open=False)


def _on_the_booth(preparation: Preparation, today: date) -> Iterator[ReadinessPoint]:
    staffing: Staffing | None = preparation.staffing
    if preparation.without_booth:
        yield ReadinessPoint("hours", _("We go without a booth."), is_open=False)
        if preparation.travel_open:
            yield ReadinessPoint("checklist", _("Travel is not booked."))
        return
    if staffing is None:
        known = preparation.has_booth
        yield ReadinessPoint("hours", _("No shifts are drawn.") if known else
                             _("Neither hours nor a stand are known."))  # fmt: skip
        return
    if staffing.outside:
        yield ReadinessPoint("hours", staffing.outside, tone="due")
    if staffing.is_over:
        yield ReadinessPoint("roster", f"{staffing.say_booth}.", is_open=False)
        return
    if not staffing.gaps:
        said = say_count("The one shift has enough people.",
                         "All %(number)s shifts have enough people.", staffing.shifts)  # fmt: skip
        yield ReadinessPoint("roster", said, is_open=False)
        return
    yield ReadinessPoint("roster", say_gap(staffing.gaps[0], today), tone="gap")
    if len(staffing.gaps) > 1:
        more = say_count("%(Number)s more shift is short.", "%(Number)s more shifts are short.",
                         len(staffing.gaps) - 1)  # fmt: skip
        yield ReadinessPoint("roster", more, tone="gap")


def _on_people(facts: ReadinessFacts) -> Iterator[ReadinessPoint]:
    preparation = facts.preparation
    people, least = facts.team, PEOPLE_ENOUGH
    if preparation.without_booth:
        people, least = preparation.people, preparation.least
    if lacks(least, people):
        said = _("Only one person is named.") if people else _("Nobody is named.")
        yield ReadinessPoint("team", said, tone="due")
    else:
        said = say_count("%(Number)s person goes.", "%(Number)s people go.", people)
        yield ReadinessPoint("team", said, is_open=False)
    if facts.preparation.waiting:
        said = say_waiting(facts.preparation.waiting)
        yield ReadinessPoint("money", f"{opening(said)}.", tone="due")
    elif facts.asked_money:
        yield ReadinessPoint("money", _("No request for travel money waits for a yes."),
                             is_open=False)  # fmt: skip


def _on_what_we_say(facts: ReadinessFacts) -> Iterator[ReadinessPoint]:
    if facts.call and (facts.call.due(facts.today) - facts.today).days <= SOON:
        yield ReadinessPoint("calls", f"{facts.call.deadline}.", tone="due")
    owed = [f"“{one.title}”" for one in facts.talks if one.state == "accepted"]
    if owed:
        said = _("Accepted and not confirmed: %(talks)s.", talks=say_list(owed))
        yield ReadinessPoint("talks", said, tone="due")
    sure = sum(one.state in ON_STAGE for one in facts.talks)
    if sure:
        said = say_count("%(Number)s talk is confirmed.", "%(Number)s talks are confirmed.", sure)
        yield ReadinessPoint("talks", said, is_open=False)
    if facts.preparation.without_booth and facts.preparation.wants_talk:
        return  # nobody stands anywhere with a brief
    if facts.is_stale:
        yield ReadinessPoint("brief", _("The printed brief is out of date."), tone="due")
    elif facts.printed:
        said = _("The brief was printed on %(day)s.", day=say_day(facts.printed.printed_at.date()))
        yield ReadinessPoint("brief", said, is_open=False)
    else:
        is_due = (facts.event.starts_on - facts.today).days <= facts.print_before
        said = _("Print the brief.") if is_due else _("The brief is not printed yet.")
        yield ReadinessPoint("brief", said, tone="due" if is_due else "")
