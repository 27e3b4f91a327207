"""Templates of checklists: what a table, a booth, a sponsor or a talk asks for, and when.

The days are those of public checklists of other projects; each foundation may set its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import Foundation, Person
from outreach.accounts import history
from outreach.language import N_, SaidLater
from outreach.locking import wait_for_others
from outreach.planning.checklists.standing import DECIDE, TEAM

BRIEF, TRAVEL = "brief", "travel"
CHANGED_DAYS = "changed checklist days"
MOST_DAYS = 730
TABLE, BOOTH, SPONSOR, TALK = "table", "booth", "sponsor", "talk"
SETS: Mapping[str, SaidLater] = {
    TABLE: N_("table"),
    BOOTH: N_("booth"),
    SPONSOR: N_("sponsor"),
    TALK: N_("talk only"),
}
KINDS: Mapping[str, SaidLater] = {
    "task": N_("to do"),
    "forms": N_("exhibitor form"),
    "hotel": N_("hotel"),
    "print": N_("printer's file"),
    "shipping": N_("shipping"),
}
_AT_STAND, _THERE, _ALL = (TABLE, BOOTH), (TABLE, BOOTH, SPONSOR), (TABLE, BOOTH, SPONSOR, TALK)


@dataclass(frozen=True, slots=True)
class TemplateItem:
    """One thing that templates ask for."""

    code: str
    days: int
    """From the first day, fewer than 0 before it; above 0 from the last."""
    what: SaidLater
    sets: tuple[str, ...]
    kind: str = "task"
    opens_before: int | None = None


ITEMS = (
    TemplateItem("goal", -180, N_("Write the goal, set the cap on money"), _THERE),
    TemplateItem("hotel", -180, N_("Hold a block of hotel rooms"), (BOOTH, SPONSOR), "hotel"),
    TemplateItem("prospectus", -150, N_("Ask for the sponsors' prospectus"), (SPONSOR,)),
    TemplateItem("apply", -120, N_("Apply for the table or booth"), _AT_STAND, "forms"),
    TemplateItem("demo", -120, N_("Choose the demo and who builds the booth"), (BOOTH,)),
    TemplateItem("submit", -94, N_("Send the talk"), (TALK,)),
    TemplateItem(DECIDE, -90, N_("Go or no-go"), _ALL),
    TemplateItem("helpers", -78, N_("Call for volunteers"), _AT_STAND),
    TemplateItem(TRAVEL, -60, N_("Book travel, hotel and visa letters"), _ALL, "hotel"),
    TemplateItem("swag", -60, N_("Choose swag, draft the shifts"), _AT_STAND),
    TemplateItem(TEAM, -57, N_("Name at least two people"), _THERE),
    TemplateItem("kit", -42, N_("Order the booth kit and swag"), _THERE),
    TemplateItem("approval", -41, N_("Get insurance, raffles and demos approved"),
                 (BOOTH, SPONSOR), "forms"),
    TemplateItem("badges", -31, N_("Name who gets a badge"), _THERE, "forms"),
    TemplateItem("forms", -30, N_("Send the exhibitor forms"), _THERE, "forms"),
    TemplateItem("file", -30, N_("Send the printer its file"), _THERE, "print"),
    TemplateItem("sign_up", -29, N_("Open the shifts for sign-up"), _AT_STAND),
    TemplateItem("shipping", -10, N_("Ship to the advance warehouse"), _THERE, "shipping", 18),
    TemplateItem("briefing", -14, N_("Hold the briefing call"), _THERE),
    TemplateItem("rehearse", -14, N_("Rehearse the talk"), (TALK,)),
    TemplateItem("invite", -7, N_("Send invitations, pack the emergency kit"), _AT_STAND),
    TemplateItem("slides", -7, N_("Send the slides"), (TALK,)),
    TemplateItem(BRIEF, -3, N_("Print brief"), _THERE),
    TemplateItem("set_up", -1, N_("Set up, test the demo, count swag"), _THERE),
    TemplateItem("return", 2, N_("Send the kit back"), _THERE, "shipping"),
    TemplateItem("promises", 2, N_("Give every follow-up to somebody"), _AT_STAND),
    TemplateItem("review", 7, N_("Look back together, file the report"), _THERE),
    TemplateItem("expenses", 30, N_("Hand in expenses with receipts"), _ALL),
    TemplateItem("recap", 30, N_("Publish the recap, thank the volunteers"), _THERE),
)  # fmt: skip


OF_STANDS = frozenset(one.code for one in ITEMS if {TALK, SPONSOR}.isdisjoint(one.sets))
"""What is asked for only where we have a table or booth."""
OF_TALKS = frozenset(one.code for one in ITEMS if one.sets == (TALK,))
"""What is asked for only where a talk of ours is all."""


def days_of(foundation: Foundation) -> dict[str, int | None]:
    """Return the days of every item as a foundation set them; None is left out of new lists."""
    kept = {code: days for code, days in foundation.checklist_days.items() if _can_be(days)}
    return {one.code: kept.get(one.code, one.days) for one in ITEMS}


def _can_be(days: object) -> bool:
    return days is None or (type(days) is int and abs(days) <= MOST_DAYS)


def days_before(foundation: Foundation, code: str) -> int:
    """Return how many days before an event it waits for this, whether it has a checklist or not."""
    standard = next(one.days for one in ITEMS if one.code == code)
    days = days_of(foundation)[code]
    return -(standard if days is None else days)


def set_days(
    session: Session,
    foundation: Foundation,
    given: Mapping[str, int | None],
    by: Person,
    real: datetime,
) -> history.Entry | None:
    """Let these days stand for new checklists; only what differs from the defaults is kept."""
    wait_for_others(session, foundation.id)
    standard: dict[str, Any] = {one.code: one.days for one in ITEMS}
    with history.act(
        session, real, by, foundation, CHANGED_DAYS, foundation, if_changed=True
    ) as act:
        foundation.checklist_days = {
            code: days for code, days in given.items() if days != standard[code]
        }
    return act.changed
