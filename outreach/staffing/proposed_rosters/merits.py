"""Says why a proposal puts somebody on a slot."""

from datetime import timedelta

from outreach.calendars.clock import say_hours
from outreach.staffing.booth.needs import say_being
from outreach.staffing.proposed_rosters.problem import LEAD, Problem, ProposedPlace


def say_merits(problem: Problem, place: ProposedPlace, so_far: timedelta, is_only: bool) -> str:
    """Say what speaks for a person on a slot: "leads, knows vfx, would like it, 2 h so far".

    `so_far` is what they stand at the booth without the proposal; `is_only` where nobody else
    on the slot has done it before.
    """
    person, slot = problem.person_by_id[place.person_id], problem.by_id[place.slot_id]
    met = [need for need in slot.needs if need != LEAD and need in person.words]
    reasons = ["leads"] if place.is_lead else []
    reasons += [say_being(need).removeprefix("who ") for need in met]
    if slot.id in person.waits_for:
        reasons.append("waits for it")
    elif person.wishes(slot):
        reasons.append("would like it")
    if is_only and person.is_experienced and problem.rules.needs_experience:
        reasons.append("has done it before")
    reasons.append(f"{say_hours(so_far)} h so far" if so_far else "no hours yet")
    return ", ".join(reasons)
